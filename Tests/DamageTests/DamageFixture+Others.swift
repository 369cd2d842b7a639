import Images
import Inspection
import Messages
import ModelMapping
import Tensors
import TestSupport
import TransferDamage
import Vocabulary

extension DamageFixture {
  /// Graphs, word lists and rules have no checksums: any result but a trap is right.
  static let texts: [DamageFixture] = [
    DamageFixture(".meta", in: "checkpoints/v1-old-meta", ["model.ckpt.meta"], isProved: false) { path in
      Observation(parts: ["graph": Array(try GraphFile(graphAt: path).text.text.utf8)])
    },
    DamageFixture("frozen graph", in: "graphs/frozen-0.12", ["frozen.pb"], isProved: false),
    DamageFixture("saved_model.pb", in: "checkpoints/saved-model-tf1/model", ["saved_model.pb"], isProved: false) {
      Observation(parts: ["graph": Array(try GraphFile(graphAt: $0).text.text.utf8)])
    },
    DamageFixture("vocabulary", in: "scenes", ["word_counts.txt"], isProved: false) { path in
      let file = try VocabularyFile(path: path)
      return Observation(parts: ["words": Array(try file.vocabulary().words.joined(separator: "\n").utf8)])
    },
    DamageFixture(
      title: "rename rules", damaged: "rules.json",
      files: { ["rules.json": Array(rules.utf8)] },
      read: { directory in
        let source = InMemoryTensorSource([
          try .init("lstm/Matrix", .float32, [2, 3], seed: 1), try .init("conv/weights", .float32, [2], seed: 2),
          try .init("h/q", .int8, [1, 2], seed: 3), try .init("h/k", .int8, [1, 2], seed: 4),
        ])
        let outcome = try RenameRules(path: "\(directory)/rules.json").apply(to: source)
        return Observation(parts: ["tensors": Array("\(outcome.tensors) \(outcome.dtypes)".utf8)])
      }, isProved: false),
    DamageFixture(
      title: "model pack", damaged: "pack.json",
      files: { ["pack.json": Array(pack.utf8)] },
      read: { directory in
        let source = InMemoryTensorSource([
          try .init("cell/bias", .float32, [8], seed: 1), try .init("cell/kernel", .float32, [3, 8], seed: 2),
          try .init("layer_0/w", .float32, [2, 1], seed: 3), try .init("layer_1/w", .float32, [2, 1], seed: 4),
        ])
        guard
          case .pack(let mapping) = try LibraryNames(pack: "\(directory)/pack.json", library: nil).route(of: source)
        else { return Observation(parts: [:]) }
        let shown = try DerivedSource(source, tensors: mapping.tensors)
        return Observation(parts: ["tensors": Array("\(shown.descriptors) \(mapping.problems)".utf8)])
      }, isProved: false),
    DamageFixture(
      title: "line ends that were changed", damaged: "model.ckpt",
      files: { ["model.ckpt": Mangling.returnsAddedToLineFeeds(try Fixture.bytes("checkpoints/v1-small/model.ckpt"))] },
      read: { directory in
        // What is restored is opened like any file, whose checksums find what is wrong with it.
        let restored = try RestoredDirectory(Restoration.find(in: ["\(directory)/model.ckpt"]), others: [])
        defer { withExtendedLifetime(restored) {} }
        return try Observation(ofTensorsAt: "\(restored.path)/model.ckpt")
      }),
  ]

  private static let pack = #"""
    {"family": "cell", "sizes": ["units", "input"],
     "names": {"tensorflow": {"origin": "rnn_cell.py"}, "torch": {"origin": "LSTMCell", "notes": ["n"],
       "classes": [{"name": "C", "parts": ["head"], "with": {"base": "b."}}, {"with": {"base": ""}}],
       "config": {"set": {"a": 1}, "sizes": {"b": "units"}, "assumed": {"c": "units/64"}, "beside": {"files": ["c.json"]}}}},
     "series": {"layer": "any"}, "variants": [{"name": "v", "series": {"block": [1, 2]}, "with": {"root": "r"}}],
     "layouts": {"kernel": {"torch": [{"reorder": {"axis": 1, "blocks": [0, 2, 1, 3]}}, {"transpose": [1, 0]}]},
       "bias": {"torch": [{"add": {"value": 1, "block": 1, "blocks": 4}}]},
       "flat": {"torch": {"to": [{"reshape": [-1]}], "from": [{"reshape": ["units", "@0"]}]}}},
     "modules": {"m": [{"tensorflow": "/w", "torch": {"name": ".w", "also": [".v"]}, "shape": ["units", "x"]}]},
     "tensors": [
       {"tensorflow": "cell/kernel", "torch": {"join": ["ih", "hh"], "axis": 1, "sizes": ["input", "units"]},
        "shape": ["input+units", "4*units"], "layout": "kernel"},
       {"tensorflow": "cell/bias", "torch": {"copies": ["b1", "b2"]}, "shape": ["4*units"], "layout": "bias"},
       {"each": "layer", "module": "m", "tensorflow": "layer_{layer}", "torch": "{base}l.{layer+1:02}"},
       {"each": "block", "when": {"block.unit": "last"}, "optional": true, "tensorflow": "b{block:_}", "torch": "{block.stage:a}_{block}", "shape": ["*"]},
       {"part": "head", "tensorflow": "head", "torch": "head", "shape": [2], "absent": {"tensorflow": 1}},
       {"torch": "steps", "constant": 0, "dtype": "i64", "shape": []}
     ]}
    """#

  private static let rules = #"""
    {"rules": [
      {"match": "^lstm/(M[a-z]+)$", "replace": "cell/$1", "transpose": [1, 0], "dtype": "f16"},
      {"match": "weights$", "replace": "w\u00e9"},
      {"match": "^h/([qk])$", "replace": "h/qk", "squeeze": 0, "concatenate": {"axis": -1, "group": 1, "order": ["q", "k"]}},
      {"match": "qk$", "reshape": [-1, "@0"], "split": {"axis": 1, "sizes": [3, -1], "into": ["a", null]}, "unsqueeze": [0]},
      {"match": "^never", "drop": true}
    ]}
    """#

  /// Pictures: a PNG has a checksum of every chunk, a JPEG none.
  static let pictures: [DamageFixture] =
    [
      "gray4.png", "palette4.png", "gray8.png", "gamma.png", "interlaced.png", "rgb8-transparent-colour.png", "8x8.jpg",
      "gray.jpg", "17x16-420.jpg", "arithmetic.jpg", "cmyk-progressive.jpg",
    ].map { (name: String) in
      let isPNG = name.hasSuffix("png")
      return DamageFixture(
        isPNG ? "PNG" : "JPEG", in: "images", [name],
        repair: isPNG ? repairing(name) { ChecksumRepair.repairPNG(&$0) } : nil, isProved: isPNG
      ) { path in
        let image = try RGBImage(path: path)
        let complaint = image.warning.map { Said(message: "\($0)") }
        // A picture with a warning is never shown as sound.
        if let complaint { return Observation(errors: [complaint]) }
        return Observation(parts: ["pixels": Array("\(image.width) \(image.height) ".utf8) + image.pixels])
      }
    }

  /// Every fixture.
  static let all =
    checkpoints + converted + foreign + pyTorch + gguf + texts + pictures + flax + tfLite + onnx + tensorFlowJS + shards
    + keras + archives + coreML
}
