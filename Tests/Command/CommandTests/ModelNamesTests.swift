import Foundation
import TestSupport
import Testing

/// `--names LIBRARY`, `decant models`, `rules` and `merge` as a person types them.
@Suite("Names of libraries on the command line")
struct ModelNamesTests {
  private static let bert = Fixture.path("packs/checkpoints/bert")

  @Test("models lists the families and shows one")
  func models() throws {
    let list = try DecantCommand.run(["models"])
    #expect(list.status == 0)
    #expect(list.output.contains("resnet_v1") && list.output.contains("another network"))
    let one = try DecantCommand.run(["models", "bert"])
    #expect(one.output.contains("BertForPreTraining"))
    #expect(try DecantCommand.run(["models", "lenet"]).status == 64)
  }

  @Test("inspect says which family a file is, and a dry run shows both names")
  func inspect() throws {
    let inspected = try DecantCommand.run(["inspect", Self.bert])
    #expect(
      inspected.output.contains(
        "BERT under the names of tensorflow, complete; --names can write those of transformers"))
    let plan = try DecantCommand.run([
      "convert", Self.bert, "--names", "transformers", "--dry-run", "-o", "out.safetensors",
    ])
    #expect(plan.status == 0)
    #expect(plan.output.contains("-> bert.embeddings.word_embeddings.weight"))
    let json = try DecantCommand.run(
      ["convert", Self.bert, "--names", "transformers", "--dry-run", "--json", "-o", "out.safetensors"])
    #expect(json.output.contains("\"family\" : \"bert\""))
    #expect(try JSONSchema(named: "convert.schema.json").violations(in: json.output) == [])
    let facts = try DecantCommand.run(["inspect", "--json", Self.bert])
    #expect(try JSONSchema(named: "inspect.schema.json").violations(in: facts.output) == [])
  }

  @Test("a directory loads: weights, configuration, vocabulary; a name for one network only is refused")
  func directory() throws {
    let directory = try TemporaryDirectory()
    let out = directory.file("bert/")
    let made = try DecantCommand.run(["convert", Self.bert, "--names", "transformers", "-o", out])
    #expect(made.status == 0, "\(made.errors)")
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: out).sorted() == [
        "config.json", "model.safetensors", "tokenizer_config.json", "vocab.txt",
      ])
    let refused = try DecantCommand.run([
      "convert", Self.bert, "--names", "torchvision", "-o", directory.file("x.safetensors"),
    ])
    #expect(refused.status == 64)
    #expect(refused.errors.contains("this is BERT"))
    #expect(try DecantCommand.run(["convert", Self.bert, "--names", "caffe", "-o", "x"]).status == 64)
    let verified = try DecantCommand.run(
      ["verify", Self.bert, directory.file("bert/model.safetensors"), "--names", "transformers"])
    #expect(verified.status == 0, "\(verified.output)\(verified.errors)")
  }

  @Test("without its vocabulary, the directory is ready for it, and the command says what to copy there")
  func directoryWithoutVocabulary() throws {
    let directory = try TemporaryDirectory()
    let bare = directory.file("bare")
    try FileManager.default.copyItem(atPath: Self.bert, toPath: bare)
    try FileManager.default.removeItem(atPath: "\(bare)/vocab.txt")
    let out = directory.file("out/")
    let made = try DecantCommand.run(["convert", bare, "--names", "transformers", "-o", out])
    #expect(made.status == 0, "\(made.errors)")
    #expect(
      (made.output + made.errors).contains("vocab.txt is not beside the checkpoint. The tokenizer needs it"))
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: out).sorted() == [
        "config.json", "model.safetensors", "tokenizer_config.json",
      ])
  }

  @Test("a pack of one's own, rules proposed from a list, and two files merged")
  func own() throws {
    let directory = try TemporaryDirectory()
    let pack = Fixture.packageRoot.appending(path: "Sources/C/CModelPacks/packs/bert.json").path(percentEncoded: false)
    let own = try DecantCommand.run(["convert", Self.bert, "--names", pack, "-o", directory.file("a.safetensors")])
    #expect(own.status == 0, "\(own.errors)")
    let rules = try DecantCommand.run(["rules", Self.bert, directory.file("a.safetensors")])
    #expect(rules.status == 0)
    #expect(rules.output.contains("\"rules\""))
    let merged = try DecantCommand.run(
      [
        "merge", directory.file("a.safetensors"), Fixture.path("checkpoints/v2-lstm-matrix/model.ckpt-3"), "-o",
        directory.file("m.safetensors"),
      ])
    #expect(merged.status == 0, "\(merged.errors)")
    let twice = try DecantCommand.run(
      [
        "merge", directory.file("a.safetensors"), directory.file("a.safetensors"), "-o",
        directory.file("n.safetensors"),
      ])
    #expect(twice.status == 65)
    #expect(try DecantCommand.run(["merge", directory.file("a.safetensors"), "-o", "x"]).status == 64)
  }
}
