import Diagnosis
import Foundation
import Messages
import TestSupport
import Testing

@Suite("A SavedModel is one thing")
struct SavedModelTests {
  struct Whole: Sendable, CustomTestStringConvertible {
    let folder: String
    let files: Set<String>
    let facts: [Message]
    var testDescription: String { folder }
  }

  static let variables: Set<String> = ["variables.index", "variables.data-00000-of-00001"]

  static let whole = [
    Whole(folder: "tf1-simple", files: variables.union(["saved_model.pb"]), facts: ["Signatures: serving_default."]),
    Whole(
      folder: "tf1-builder", files: variables.union(["saved_model.pb", "words.txt", "labels.txt"]),
      facts: ["Saved by TensorFlow 1.15.5.", "The graph names 2 assets."]),
    Whole(
      folder: "tf1-text", files: variables.union(["saved_model.pbtxt", "words.txt", "labels.txt"]),
      facts: ["The graph names 2 assets."]),
    Whole(
      folder: "tf2-asset", files: variables.union(["saved_model.pb", "tokens.txt", "fingerprint.pb"]),
      facts: ["The graph names 1 asset."]),
    Whole(
      folder: "keras2", files: variables.union(["saved_model.pb", "fingerprint.pb", "keras_metadata.pb"]),
      facts: ["Signatures: serving_default."]),
    Whole(
      folder: "serving/10",
      files: variables.union(["saved_model.pb", "fingerprint.pb", "tf_serving_warmup_requests"]),
      facts: ["Signatures: serve and serving_default."]),
  ]

  @Test("of graph, variables and assets, whichever of its paths is given", arguments: whole)
  func group(model: Whole) throws {
    let path = Fixture.path("saved-models/\(model.folder)")
    let graph = model.files.first { $0.hasPrefix("saved_model.") } ?? ""
    for given in [path, path + "/", "\(path)/\(graph)"] {
      let report = try Doctor.examine([given])
      #expect(report.isHealthy, "\(DoctorText.render(report))")
      let group = try #require(report.groups.first)
      #expect(report.groups.count == 1)
      #expect(group.name == path)
      #expect(group.summary == "SavedModel, complete, every checksum matches")
      #expect(Set(group.files.map { ($0 as NSString).lastPathComponent }) == model.files)
      #expect(group.command == "decant inspect \(path)")
      for fact in model.facts { #expect(group.facts.contains(fact), "\(group.facts)") }
      #expect(!report.files.contains { $0.title == "another file" || $0.title == "vocabulary" })
    }
  }

  @Test("is not asked for where only its variables are given")
  func variablesAlone() throws {
    let report = try Doctor.examine([Fixture.path("saved-models/keras2/variables")])
    #expect(report.isHealthy, "\(DoctorText.render(report))")
    #expect(report.groups.first?.summary.text.hasPrefix("V2 checkpoint") == true)
  }

  @Test("names no file outside its directory")
  func leadingOut() throws {
    let scratch = try TemporaryDirectory()
    try scratch.takeModel("tf1-text")
    let path = scratch.file("model/saved_model.pbtxt")
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let other = "asset_file_def {\n  filename: \"../../../../etc/hostname\"\n}\n"
    try scratch.write(Array((text + other).utf8), to: "model/saved_model.pbtxt")
    let finding = try Doctor.examine([scratch.path]).findings.first { $0.kind == .missingAsset }
    #expect(
      finding?.summary.text.contains("1 asset of the SavedModel model is missing: ../../../../etc/hostname") == true)
  }

  @Test("may lie in many directories of one, a mark of TensorFlow Hub beside it")
  func several() throws {
    let scratch = try TemporaryDirectory()
    try scratch.takeModel("tf1-simple", as: "a/module")
    try scratch.write([0x08, 0x03], to: "a/module/tfhub_module.pb")
    try scratch.takeModel("keras2", as: "b")
    let report = try Doctor.examine([scratch.path])
    #expect(report.groups.map(\.name) == [scratch.file("a/module"), scratch.file("b")])
    #expect(report.files.contains { $0.title == "mark of a TensorFlow Hub module" })
    #expect(report.findings.isEmpty, "\(DoctorText.render(report))")
  }
}
