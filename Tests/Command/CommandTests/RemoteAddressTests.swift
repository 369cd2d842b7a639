import Foundation
import TestSupport
import Testing

/// A command line with an address where a path should be.
struct AddressCase: Sendable, CustomTestStringConvertible {
  let arguments: [String]
  var status: Int32 = 66
  var testDescription: String { arguments.joined(separator: " ") }

  init(_ arguments: String..., status: Int32 = 66) {
    self.arguments = arguments
    self.status = status
  }

  private static let model = Scenes.checkpoint
  private static let words = Scenes.vocabulary

  static let all = [
    AddressCase("inspect", "gs://bucket/model.ckpt"), AddressCase("inspect", "gs://bucket/model.meta"),
    AddressCase("inspect", "https://host/saved_model.pb"), AddressCase("inspect", "s3://bucket/graph.pb"),
    AddressCase("inspect", "hdfs://host/dir", "--graph"), AddressCase("inspect", "gs://bucket/x", "--verify"),
    AddressCase("inspect", "gs://bucket/x", "--plan"), AddressCase("convert", "s3://bucket/x", "-o", "x.h5"),
    AddressCase("convert", model, "-o", "s3://bucket/x.safetensors", status: 73),
    AddressCase("convert", model, "-o", "gs://bucket/x", status: 73),
    AddressCase("convert", model, "-o", "gs://bucket/model.ckpt-1", status: 73),
    AddressCase("convert", model, "-o", "x.h5", "--vocab", "https://host/word_counts.txt"),
    AddressCase("convert", model, "-o", "x.h5", "--rename", "http://host/rules.json"),
    AddressCase("convert", model, "-o", "gs://bucket/dir/x.h5", "--parents", status: 73),
    AddressCase("rename", "gs://bucket/x", "--names", "modern", "-o", "x"),
    AddressCase("rename", model, "--names", "modern", "-o", "gs://bucket/x", status: 73),
    AddressCase("diff", model, "az://container/x"), AddressCase("diff", "gs://bucket/x", model),
    AddressCase("vocab", "hf://org/words.txt"), AddressCase("vocab", words, "--check", "gs://bucket/x"),
    AddressCase("vocab", words, "-o", "gs://bucket/words.txt", status: 73),
    AddressCase("caption", "gs://bucket/x", "a.jpg"), AddressCase("caption", model, "gs://bucket/a.jpg"),
    AddressCase("caption", model, "a.jpg", "--vocab", "s3://bucket/word_counts.txt"),
    AddressCase("verify", "gs://bucket/x"), AddressCase("verify", model, "--graph", "gs://bucket/x.meta"),
    AddressCase("verify", model, model, "--images", "gs://bucket/photos"),
    AddressCase("verify", model, "--expect", "s3://bucket/captions.json"),
    AddressCase("doctor", "gs://bucket/x"), AddressCase("doctor", model, "--fix", "-o", "gs://bucket/x", status: 73),
    AddressCase("recover", "gs://bucket/x"),
    AddressCase("recover", model, "-o", "s3://bucket/x.h5", status: 73),
    AddressCase(
      "run_inference", "--checkpoint_path=gs://bucket/x", "--vocab_file=\(words)",
      "--input_files=\(Scenes.images)/*.jpg"),
    AddressCase(
      "run_inference", "--checkpoint_path=\(model)", "--vocab_file=gs://bucket/w",
      "--input_files=\(Scenes.images)/*.jpg"),
    AddressCase(
      "run_inference", "--checkpoint_path=\(model)", "--vocab_file=\(words)", "--input_files=gs://bucket/*.jpg"),
  ]
}

@Suite("Every command says of an address that nothing is fetched")
struct RemoteAddressCommandTests {
  @Test("in one line, and writes nothing", arguments: AddressCase.all)
  func address(sample: AddressCase) throws {
    let scratch = try TemporaryDirectory()
    let outcome = try DecantCommand.run(sample.arguments, in: scratch.path)
    #expect(outcome.status == sample.status, "\(outcome.errors)")
    #expect(outcome.errors.contains(sample.status == 73 ? "writes only local files" : "downloads nothing"))
    // What went well before it may be told in lines of its own: the vocabulary that is used, the log of run_inference.
    let lines = outcome.errors.split(separator: "\n")
    #expect(lines.count { $0.hasPrefix("decant: ") && $0.contains("://") } == 1, "\(outcome.errors)")
    #expect(lines.last?.hasPrefix("decant: ") == true)
    #expect(try scratch.entries().isEmpty)
  }
}
