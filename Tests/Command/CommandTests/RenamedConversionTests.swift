import Foundation
import TestSupport
import Testing

@Suite("Conversions by rules, proved")
struct RenamedConversionTests {
  private static func fixture(_ name: String) -> String { Fixture.path("renaming/\(name)") }

  struct Way: Sendable, CustomTestStringConvertible {
    let model: String
    let rules: String
    var options: [String] = []
    /// What the report says of the tensors.
    let words: String
    var testDescription: String { ([model, rules] + options).joined(separator: " ") }
  }

  static let ways = [
    Way(model: "gpt2", rules: "gpt2-to-transformers", words: "28 renamed"),
    Way(model: "gpt2", rules: "gpt2-to-transformers", options: ["--dtype", "bf16"], words: "28 renamed, 28 cast"),
    Way(model: "bert", rules: "bert-to-transformers", options: ["--inference-only"], words: "39 renamed"),
    Way(
      model: "bert", rules: "bert-join-attention", options: ["--drop", "/adam_"], words: "12 renamed, 12 joined into 4"),
    Way(model: "bert", rules: "attention-to-pytorch", words: "8 renamed, 6 joined into 2"),
  ]

  @Test("verify and diff with the rules of the conversion find nothing, and without them everything", arguments: ways)
  func proved(way: Way) throws {
    let scratch = try TemporaryDirectory()
    let (model, output) = (Self.fixture("\(way.model)/model.ckpt"), scratch.file("a.safetensors"))
    let rules = ["--rename", Self.fixture("\(way.rules).json")] + way.options
    let conversion = try DecantCommand.run(["convert", model, "-o", output] + rules)
    #expect(conversion.status == 0, "\(conversion.errors)")
    let verified = try DecantCommand.run(["verify", model, output] + rules)
    #expect(verified.status == 0, "\(verified.output)\(verified.errors)")
    #expect(verified.output.contains("A is compared as 'decant convert' writes it with these options: \(way.words)\n"))
    let diff = try DecantCommand.run(["diff", model, output] + rules)
    #expect(diff.status == 0, "\(diff.output)\(diff.errors)")
    #expect(diff.output.contains("with these options: \(way.words)\n"))
    let json = try DecantCommand.run(["diff", model, output, "--json"] + rules)
    #expect(try JSONSchema(named: "diff.schema.json").violations(in: json.output) == [])
    #expect(json.output.contains("\"text\" : \"\(way.words)\""))
    #expect(try DecantCommand.run(["verify", model, output]).status == 1)
    #expect(try DecantCommand.run(["diff", model, output, "--json"]).status == 1)
  }

  @Test("names and shapes are those of the library that loads them", arguments: ["gpt2", "bert"])
  func stateDict(model: String) throws {
    let scratch = try TemporaryDirectory()
    let plan = try DecantCommand.run([
      "convert", Self.fixture("\(model)/model.ckpt"), "-o", scratch.file("a.safetensors"), "--rename",
      Self.fixture("\(model)-to-transformers.json"), "--inference-only", "--dry-run", "--json",
    ])
    #expect(plan.status == 0, "\(plan.errors)")
    #expect(try JSONSchema(named: "convert.schema.json").violations(in: plan.output) == [])
    let document = try JSONSerialization.jsonObject(with: Data(plan.output.utf8)) as? [String: Any]
    let tensors = try #require(document?["tensors"] as? [[String: Any]])
    let found = Dictionary(
      uniqueKeysWithValues: tensors.compactMap { tensor in
        (tensor["name"] as? String).flatMap { name in (tensor["shape"] as? [Int]).map { (name, $0) } }
      })
    let expected = try JSONSerialization.jsonObject(
      with: Data(contentsOf: URL(fileURLWithPath: Self.fixture("\(model)/state_dict.json"))))
    #expect(found == expected as? [String: [Int]])
  }

  @Test("the rules of the way back give the checkpoint that there was, bit for bit")
  func back() throws {
    let scratch = try TemporaryDirectory()
    let gpt2 = Self.fixture("gpt2/model.ckpt")
    let steps = [
      ["convert", gpt2, "-o", scratch.file("a.safetensors"), "--rename", Self.fixture("gpt2-to-transformers.json")],
      [
        "convert", scratch.file("a.safetensors"), "-o", scratch.file("b.ckpt"), "--rename",
        Self.fixture("gpt2-from-transformers.json"),
      ], ["verify", gpt2, scratch.file("b.ckpt")],
      [
        "convert", Self.fixture("bert/model.ckpt"), "-o", scratch.file("c.safetensors"), "--rename",
        Self.fixture("bert-join-attention.json"), "--drop", "/adam_",
      ],
      [
        "convert", scratch.file("c.safetensors"), "-o", scratch.file("d.h5"), "--rename",
        Self.fixture("bert-split-attention.json"),
      ], ["verify", Self.fixture("bert/model.ckpt"), scratch.file("d.h5"), "--drop", "/adam_"],
    ]
    for arguments in steps {
      let outcome = try DecantCommand.run(arguments)
      #expect(outcome.status == 0, "\(arguments)\n\(outcome.output)\(outcome.errors)")
    }
  }

  @Test("a value that changed, another cast and other rules are found")
  func different() throws {
    let scratch = try TemporaryDirectory()
    let (model, output) = (Self.fixture("gpt2/model.ckpt"), scratch.file("a.safetensors"))
    let rules = ["--rename", Self.fixture("gpt2-to-transformers.json")]
    #expect(try DecantCommand.run(["convert", model, "-o", output, "--no-check"] + rules).status == 0)
    let cast = try DecantCommand.run(["verify", model, output, "--dtype", "f16"] + rules)
    #expect(cast.status == 1 && cast.output.contains("different dtype or shape: 28"))
    let other = try DecantCommand.run([
      "verify", model, output, "--rename", Self.fixture("gpt2-from-transformers.json"),
    ])
    #expect(other.status == 1 && other.output.contains("only in B"))
    var bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: output)))
    bytes[bytes.count - 1] ^= 1
    let damaged = try scratch.write(bytes, to: "b.safetensors")
    let changed = try DecantCommand.run(["diff", model, damaged] + rules)
    #expect(changed.status != 0)
  }

  @Test("the names of a scheme are compared as they are")
  func schemes() throws {
    let scratch = try TemporaryDirectory()
    let output = scratch.file("a.safetensors")
    #expect(try DecantCommand.run(["convert", Scenes.checkpoint, "-o", output, "--names", "pytorch"]).status == 0)
    let same = try DecantCommand.run(["verify", Scenes.checkpoint, output, "--names", "pytorch"])
    #expect(same.status == 0, "\(same.output)\(same.errors)")
    let other = try DecantCommand.run(["verify", Scenes.checkpoint, output, "--names", "modern"])
    #expect(other.status == 1)
    // Without the option names of every scheme are one.
    #expect(try DecantCommand.run(["verify", Scenes.checkpoint, output]).status == 0)
  }

  @Test("other options of a conversion are proved alike", arguments: ["--fold-batch-norm", "--inference-only"])
  func options(option: String) throws {
    let scratch = try TemporaryDirectory()
    let output = scratch.file("a.safetensors")
    #expect(try DecantCommand.run(["convert", Scenes.checkpoint, "-o", output, option]).status == 0)
    let same = try DecantCommand.run(["diff", Scenes.checkpoint, output, option])
    #expect(same.status == 0, "\(same.output)\(same.errors)")
  }

  @Test("rules that do not fit end in the same error everywhere, and rules need two files")
  func errors() throws {
    let scratch = try TemporaryDirectory()
    let rules = try scratch.write(
      Array(#"{"rules": [{"match": "c_attn/w$", "split": {"axis": 2, "into": ["a", "b", "c", "d", "e"]}}]}"#.utf8),
      to: "rules.json")
    let model = Self.fixture("gpt2/model.ckpt")
    let words =
      "rule 1: tensor 'model/h0/attn/c_attn/w': axis 2 of float32 [1, 8, 24] cannot be split into 5 equal parts"
    for arguments in [
      ["convert", model, "-o", scratch.file("a.h5")], ["verify", model, model], ["diff", model, model],
    ] {
      let outcome = try DecantCommand.run(arguments + ["--rename", rules])
      #expect(outcome.status == 65 && outcome.errors.contains(words), "\(outcome.errors)")
    }
    #expect(try DecantCommand.run(["verify", model, "--rename", rules]).status == 64)
    #expect(try scratch.entries() == ["rules.json"])
  }
}
