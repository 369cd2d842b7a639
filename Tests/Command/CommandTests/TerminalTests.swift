import Foundation
import Messages
import TestSupport
import Testing

@Suite("No untrusted text reaches a terminal raw or looks like a line of ours")
struct TerminalTests {
  /// What is done with files of weights.
  static let weights = [
    ["inspect", "INPUT"], ["inspect", "--flat", "INPUT"], ["inspect", "--stats", "INPUT"],
    ["inspect", "--verify", "INPUT"],
    ["inspect", "--json", "INPUT"], ["inspect", "--plan", "INPUT"], ["inspect", "--values", "none\u{1b}", "INPUT"],
    ["inspect", "--show", HostileNames.text, "INPUT"], ["inspect", "--values", HostileNames.text, "INPUT"],
    ["inspect", "--graph", "INPUT"],
    ["inspect", "--dot", "INPUT"],
    ["inspect", "--object-names", "paths", "INPUT"], ["inspect", "--object-names", "full-names", "--flat", "INPUT"],
    ["convert", "INPUT", "-o", "OUT.safetensors"], ["convert", "INPUT", "--inference-only", "-o", "OUT.h5"],
    ["convert", "INPUT", "--names", "keep", "-o", "OUT.npz"],
    ["convert", "INPUT", "--names", "keep", "-o", "OUT.ckpt"],
    ["convert", "INPUT", "--names", "keep", "--to", "tensorflow-v1", "-o", "OUT.v1"],
    ["convert", "INPUT", "--dry-run", "--inference-only", "--json", "-o", "OUT.safetensors"],
    ["convert", "INPUT", "--dry-run", "--inference-only", "-o", "OUT.safetensors"],
    ["convert", "INPUT", "--dtype", "f16", "-o", "OUT-16.safetensors"],
    ["convert", "INPUT", "--names", "keras", "-o", "OUT-k.h5"],
    ["rename", "INPUT", "--names", "tensorflow-0", "-o", "OUT-renamed"],
    ["diff", "INPUT", Fixture.path("checkpoints/v2-small/model.ckpt")], ["diff", "INPUT", "INPUT"],
    ["diff", "--json", Fixture.path("checkpoints/v2-small/model.ckpt"), "INPUT"],
    ["verify", "INPUT"], ["verify", "INPUT", Fixture.path("checkpoints/v2-small/model.ckpt")],
    ["verify", "INPUT", "INPUT"],
    ["doctor", "INPUT"], ["doctor", "--fix", "INPUT"], ["doctor", "--json", "INPUT"],
    ["doctor", "--fix", "-o", "OUT-fixed", "INPUT"], ["recover", "INPUT"],
    ["recover", "INPUT", "-o", "OUT-r.safetensors"],
    ["caption", "INPUT", "--vocab", Scenes.vocabulary, Fixture.path("scenes/images")],
    ["run_inference", "--checkpoint_path=INPUT", "--vocab_file=\(Scenes.vocabulary)", "--input_files=x.jpg"],
  ]

  static let graphs = [
    ["inspect", "INPUT"], ["inspect", "--json", "INPUT"], ["inspect", "--graph", "INPUT"],
    ["inspect", "--graph", "--json", "INPUT"],
    ["inspect", "--dot", "INPUT"], ["inspect", "--dot", "--depth", "3", "INPUT"], ["inspect", "--verify", "INPUT"],
    ["convert", "INPUT", "-o", "OUT.safetensors"], ["doctor", "INPUT"], ["verify", "INPUT"],
    ["verify", Scenes.checkpoint, "--graph", "INPUT"], ["diff", "INPUT", Scenes.checkpoint],
  ]

  /// A file or directory and what is done with it.
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let runs: [[String]]
    let make: @Sendable (TemporaryDirectory) throws -> String

    init(_ name: String, _ runs: [[String]], _ make: @escaping @Sendable (TemporaryDirectory) throws -> String) {
      testDescription = name
      self.runs = runs
      self.make = make
    }
  }

  private static let names = [
    HostileNames.json, "\"w\"", HostileNames.json(endingIn: "/Momentum"), "\"w/Adam\"",
    HostileNames.json(endingIn: "/ExponentialMovingAverage"), "\"global_step\"",
    HostileNames.json(endingIn: "/.ATTRIBUTES/VARIABLE_VALUE"),
  ]

  static let weightCases: [Case] =
    [
      Case("names of safetensors", weights) {
        try $0.write(HostileNames.safetensors(names), to: "a.safetensors")
      },
      Case("metadata of safetensors", weights) {
        try $0.write(
          HostileNames.safetensors(
            ["\"w\""], metadata: "{\(HostileNames.json):\(HostileNames.json),\"b\":\(HostileNames.json)}"),
          to: "a.safetensors")
      },
      Case("a dtype of safetensors", weights) {
        try $0.write(
          HostileNames.safetensors(["\"w\""], dtype: String(HostileNames.json.dropFirst().dropLast())),
          to: "a.safetensors")
      },
    ]
    + [
      "decant.dtypes", "decant.digests", "decant.strings", "decant.vocabulary", "decant.version", "decant.names",
      "format",
    ].flatMap { key in
      [
        HostileNames.text, "{\(HostileNames.json):\(HostileNames.json)}", "{\"w\":\(HostileNames.json)}",
        "[\(HostileNames.json)]",
        "{\"tensors\":{\(HostileNames.json):\(HostileNames.json)},\"metadata\":\(HostileNames.json)}",
        "{\(HostileNames.json):1,\(HostileNames.json):2}",
      ].map { value in
        Case(
          "\(key) as \(value.escapedForDisplay.prefix(60))",
          [
            ["inspect", "INPUT"], ["inspect", "--verify", "INPUT"], ["verify", "INPUT"],
            ["convert", "INPUT", "-o", "OUT.h5"],
            ["doctor", "INPUT"], ["diff", "INPUT", "INPUT"], ["caption", "INPUT", Fixture.path("scenes/images")],
          ]
        ) {
          try $0.write(
            HostileNames.safetensors([HostileNames.json, "\"w\""], metadata: "{\"\(key)\":\(JSONText.string(value))}"),
            to: "a.safetensors")
        }
      }
    }
    + ["safetensors", "h5", "npz", "ckpt", "v1"].map { format in
      Case("names in \(format), as convert writes them", weights) { scratch in
        let source = try scratch.write(HostileNames.safetensors(names), to: "in/a.safetensors")
        let output = scratch.file("in/model.\(format)")
        let type = format == "v1" ? ["--to", "tensorflow-v1"] : []
        let outcome = try DecantCommand.run(["convert", source, "--names", "keep", "-o", output] + type)
        guard outcome.status == 0 else { throw NotMade(errors: outcome.errors) }
        return output
      }
    } + [
      Case("names of arrays that are no UTF-8", weights) {
        let head = HostileArchives.npy("<f4", "(1024,)")
        let name = String(decoding: [0xff, 0x1b, 0x9b], as: UTF8.self) + HostileNames.text + ".npy"
        return try $0.write(
          HostileArchives.zip(
            name, deflated: HostileArchives.deflated(head, mebibytesOfZeros: 0), byteCount: head.count),
          to: "a.npz")
      },
      Case("the header of an array", weights) {
        try $0.write(HostileArchives.npy("{'\(HostileNames.text)': '\(HostileNames.text)', }"), to: "a.npy")
      },
      Case("the dtype of an array", weights) {
        try $0.write(HostileArchives.npy(HostileNames.text.filter { $0 != "\r\n" }, "(1,)"), to: "a.npy")
      },
      Case("the names of layers and weights in Keras's HDF5", weights) {
        try $0.write(
          HostileNames.patched(
            Fixture.bytes("keras/weights-2.2.h5"), ["conv", "norm", "scores", "kernel", "2.2.4-tf"]),
          to: "a.h5")
      },
      Case("the names in Keras 3's HDF5", weights) {
        try $0.write(HostileNames.patched(Fixture.bytes("keras/model-3.h5"), ["conv", "dense", "kernel"]), to: "a.h5")
      },
    ]
    + [
      ["_trainable_variables", "momentum", "kernel"], ["VARIABLE_VALUE"], ["optimizer", "_velocities"], ["ATTRIBUTES"],
    ].map { words in
      Case("an object graph with hostile \(words.joined(separator: ", "))", weights) { scratch in
        var data = HostileNames.patched(try Fixture.bytes("checkpoints/tf2-keras/ckpt-1.data-00000-of-00001"), words)
        var index = try Fixture.bytes("checkpoints/tf2-keras/ckpt-1.index")
        ChecksumRepair.repairBundle(index: &index, data: &data)
        try scratch.write(data, to: "m/ckpt-1.data-00000-of-00001")
        try scratch.write(index, to: "m/ckpt-1.index")
        return scratch.file("m/ckpt-1")
      }
    }
    + [
      Case("names in a V1 checkpoint that are no UTF-8", weights) { scratch in
        var bytes = HostileNames.patched(
          try Fixture.bytes("checkpoints/v1-small/model.ckpt"), ["weights", "scalar", "bias", "a"])
        ChecksumRepair.repairTable(&bytes)
        return try scratch.write(bytes, to: "model.ckpt")
      }
    ]

  static let graphCases: [Case] = [
    Case("a frozen graph", graphs) { try $0.write(HostileNames.graph(), to: "a.pb") },
    Case("a MetaGraphDef", graphs) { try $0.write(HostileNames.metaGraph(), to: "a.meta") },
    Case("a SavedModel", graphs) {
      try $0.write([0x08, 0x01] + HostileMessages.field(2, HostileNames.metaGraph()), to: "m/saved_model.pb")
      return $0.file("m")
    },
    Case("a graph beside a checkpoint", weights + graphs) {
      for end in ["index", "data-00000-of-00001"] {
        try $0.write(Fixture.bytes("checkpoints/v2-small/model.ckpt.\(end)"), to: "m/model.ckpt.\(end)")
      }
      try $0.write(HostileNames.metaGraph(), to: "m/model.ckpt.meta")
      return $0.file("m/model.ckpt")
    },
  ]

  static let textCases: [Case] = [
    Case(
      "a vocabulary",
      [
        ["vocab", "INPUT"], ["vocab", "--first", "9", "INPUT"], ["vocab", "--json", "INPUT"],
        ["vocab", "INPUT", "-o", "OUT.txt"],
        ["vocab", "INPUT", "--check", Scenes.checkpoint], ["doctor", "INPUT"], ["doctor", "INPUT", Scenes.checkpoint],
        ["convert", Scenes.checkpoint, "--vocab", "INPUT", "-o", "OUT.safetensors"],
        ["verify", Scenes.checkpoint, "--vocab", "INPUT"],
      ]
    ) {
      let words = [
        HostileNames.text.filter { $0 != "\r\n" }, "<S>", "</S>", "<UNK>", "b'\\x1b[31m\\n\\x9b'", "'\\u202e",
        "x\u{1b}[31m 3",
      ]
      return try $0.write(words.joined(separator: "\n").utf8 + [0x0a, 0xff, 0x9b, 0x1b, 0x0a], to: "word_counts.txt")
    },
    Case(
      "words that a model captions with",
      [
        ["caption", Scenes.checkpoint, "--vocab", "INPUT", Fixture.path("scenes/images")],
        ["caption", "--json", Scenes.checkpoint, "--vocab", "INPUT", Fixture.path("scenes/images")],
        [
          "run_inference", "--checkpoint_path=\(Scenes.checkpoint)", "--vocab_file=INPUT",
          "--input_files=\(Fixture.path("scenes/images"))/*.jpg",
        ],
      ]
    ) {
      let lines = String(decoding: try Fixture.bytes("scenes/word_counts.txt"), as: UTF8.self).split(separator: "\n")
      return try $0.write(
        lines.map { $0.hasPrefix("<") ? String($0) : "\u{1b}[31m\u{202e}\u{9b}" + $0 }.joined(separator: "\n").utf8,
        to: "word_counts.txt")
    },
    Case(
      "a state file",
      [["inspect", "INPUT"], ["doctor", "INPUT"], ["recover", "INPUT"], ["convert", "INPUT", "-o", "OUT.npz"]]
    ) {
      try $0.write(
        #"model_checkpoint_path: "\033[31m\nFORGED\r\302\233x"\nall_model_checkpoint_paths: "../\033[31m\nFORGED""#
          .utf8, to: "m/checkpoint")
      return $0.file("m")
    },
    Case("a state file that cannot be read", [["inspect", "INPUT"], ["doctor", "INPUT"]]) {
      try $0.write("\u{1b}[31m: \u{9b}\nmodel_checkpoint_path: \u{202e}".utf8, to: "m/checkpoint")
      return $0.file("m/checkpoint")
    },
    Case(
      "files with hostile names",
      [
        ["inspect", "INPUT"], ["doctor", "INPUT"], ["doctor", "--fix", "INPUT"], ["doctor", "--json", "INPUT"],
        ["doctor", "--fix", "-o", "OUT", "INPUT"], ["caption", Scenes.checkpoint, "INPUT"],
        ["caption", "--json", Scenes.checkpoint, "INPUT"],
        [
          "run_inference", "--checkpoint_path=\(Scenes.checkpoint)", "--vocab_file=\(Scenes.vocabulary)",
          "--input_files=INPUT/*.jpg",
        ],
        ["inspect", "INPUT/\(HostileNames.text).index"], ["recover", "INPUT/\(HostileNames.text)"],
        ["verify", "INPUT/\(HostileNames.text)"],
        ["convert", "INPUT/\(HostileNames.text)", "-o", "OUT\(HostileNames.text)/x.npz"],
        ["convert", "INPUT/\(HostileNames.text)", "-o", "OUT\(HostileNames.text).npz"],
        ["convert", "INPUT/\(HostileNames.text)", "-o", "OUT\(HostileNames.text)"],
        ["rename", "INPUT/\(HostileNames.text)", "--names", "tensorflow-0", "-o", "OUT\(HostileNames.text)"],
      ]
    ) {
      for end in ["index", "data-00000-of-00001", "index (1)", "data-00000-of-00002.part"] {
        try $0.write(
          Fixture.bytes("checkpoints/v2-small/model.ckpt.\(end.hasPrefix("index") ? "index" : "data-00000-of-00001")"),
          to: "m/\(HostileNames.text).\(end)")
      }
      for end in ["jpg", "png", "txt", "pb", "meta", "h5", "safetensors", "npz", "zip"] {
        try $0.write("\u{1b}[31m".utf8, to: "m/\(HostileNames.text).\(end)")
      }
      let picture = try FileManager.default.contentsOfDirectory(atPath: Scenes.images).sorted().first {
        $0.hasSuffix(".jpg")
      }
      try $0.write(Fixture.bytes("scenes/images/\(picture ?? "")"), to: "m/\(HostileNames.text)2.jpg")
      return $0.file("m")
    },
    Case(
      "rename rules",
      [["convert", Fixture.path("checkpoints/v2-small/model.ckpt"), "--rename", "INPUT", "-o", "OUT.npz"]]
    ) {
      try $0.write(
        "{\"rules\":[{\"match\":\(HostileNames.json),\"name\":\(HostileNames.json),\(HostileNames.json):1}]}".utf8,
        to: "a.json")
    },
    Case(
      "a template of rename rules",
      [["convert", Fixture.path("checkpoints/v2-small/model.ckpt"), "--rename", "INPUT", "-o", "OUT.npz"]]
    ) {
      try $0.write(
        "{\"rules\":[{\"match\":\"(.*)\",\"name\":\(HostileNames.json(endingIn: "$9"))}]}".utf8, to: "a.json")
    },
    Case(
      "names that rename rules make",
      [
        ["convert", Fixture.path("checkpoints/v2-small/model.ckpt"), "--rename", "INPUT", "-o", "OUT.npz"],
        [
          "convert", Fixture.path("checkpoints/v2-small/model.ckpt"), "--rename", "INPUT", "--dry-run", "-o", "OUT.npz",
        ],
      ]
    ) {
      try $0.write("{\"rules\":[{\"match\":\".*\",\"name\":\(HostileNames.json)}]}".utf8, to: "a.json")
    },
    Case(
      "rename rules that are no JSON",
      [["convert", Fixture.path("checkpoints/v2-small/model.ckpt"), "--rename", "INPUT", "-o", "OUT.npz"]]
    ) {
      try $0.write("\u{1b}[31m\n{\u{9b}".utf8, to: "a.json")
    },
    Case("expected captions", [["verify", Scenes.checkpoint, "--expect", "INPUT", "--images", Scenes.images]]) {
      try $0.write(
        "{\"beam_size\":3,\"images\":[{\"file\":\(HostileNames.json),\"captions\":[{\"text\":\(HostileNames.json)}]}],\(HostileNames.json):1}"
          .utf8,
        to: "a.json")
    },
    Case(
      "what was typed",
      [
        ["inspect", HostileNames.text], ["inspect", "x", "--match", HostileNames.text + "("],
        ["inspect", "x", HostileNames.text],
        [HostileNames.text], ["convert", "x", "-o", HostileNames.text, "--names", HostileNames.text],
        ["convert", "x", "-o", "y.h5", "--dtype=\(HostileNames.text)"], ["inspect", "--\(HostileNames.text)", "x"],
        ["inspect", Fixture.path("checkpoints/v2-small/model.ckpt"), "--match", HostileNames.text],
        ["help", HostileNames.text],
        ["doctor", HostileNames.text], ["caption", HostileNames.text, HostileNames.text], ["vocab", HostileNames.text],
        ["verify", "x", "--graph", HostileNames.text], ["diff", HostileNames.text, HostileNames.text],
        ["inspect", HostileNames.text, "--help"],
      ]
    ) { $0.path },
  ]

  @Test("names, metadata and notes of weights", arguments: weightCases)
  func weights(input: Case) throws { try run(input) }

  @Test("nodes, operations, devices, collections and signatures of graphs", arguments: graphCases)
  func graphs(input: Case) throws { try run(input) }

  @Test("vocabularies, state files, rules, file names and what was typed", arguments: textCases)
  func texts(input: Case) throws { try run(input) }

  private struct NotMade: Error {
    let errors: String
  }

  private func run(_ input: Case) throws {
    let scratch = try TemporaryDirectory()
    let path = try input.make(scratch)
    for (number, arguments) in input.runs.enumerated() {
      let typed = arguments.map {
        $0.replacing("INPUT", with: path).replacing("OUT", with: scratch.file("out\(number)"))
      }
      let outcome = try DecantCommand.run(typed)
      let command = typed.joined(separator: " ").escapedForDisplay
      #expect([0, 1, 64, 65, 66, 73, 74].contains(outcome.status), "\(outcome.status) from \(command)")
      for text in [outcome.output, outcome.errors] {
        let raw = text.unicodeScalars.filter { $0 != "\n" && String($0).escapedForDisplay != String($0) }
        #expect(
          raw.isEmpty,
          "\(raw.map { String($0.value, radix: 16) }) from \(command):\n\(text.escapedForDisplay.prefix(2000))")
        let forged = text.split(whereSeparator: \.isNewline).filter {
          $0.drop(while: { $0 == " " || $0 == "\"" || $0 == "'" }).hasPrefix("FORGED")
        }
        #expect(forged.isEmpty, "\(forged) from \(command)")
      }
    }
  }
}
