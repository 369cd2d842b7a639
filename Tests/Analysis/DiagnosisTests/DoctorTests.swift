import Diagnosis
import Files
import Foundation
import Messages
import TestSupport
import Testing

@Suite("The doctor")
struct DoctorTests {
  /// Folders of checkpoints that TensorFlow reads, but for one whose `checkpoint` file is meant to be wrong.
  static let healthyFolders: [String] = {
    let root = Fixture.path("checkpoints")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
    return names.filter { !["bad", "README.md", "v2-state-absolute"].contains($0) }.sorted().map { "checkpoints/\($0)" }
      + ["scenes"]
  }()

  static let badFolders: [String] =
    ((try? FileManager.default.contentsOfDirectory(atPath: Fixture.path("checkpoints/bad"))) ?? [])
    .sorted()

  /// Defects that lose nothing: an unread block, an oddity, a header without variables, a graph's name.
  static let harmless: Set<String> = [
    "meta-bad-utf8", "meta-deep-function", "meta-deep-tensor", "v1-deep-record", "v1-extra-record",
    "v1-flip-footer-metaindex", "v1-no-tensors", "v1-reference-dtype", "v2-flip-footer-metaindex", "v2-no-tensors",
    "v2-overlap", "v2-resource-dtype", "v2-slice-key-garbage", "v2-slice-orphan",
  ]

  @Test("calls nothing ill that TensorFlow reads", arguments: healthyFolders)
  func healthy(folder: String) throws {
    let report = try Doctor.examine([Fixture.path(folder)])
    #expect(report.isHealthy, "\(DoctorText.render(report))")
    #expect(!report.groups.isEmpty)
  }

  @Test("says of every bad fixture that something is wrong with it", arguments: badFolders)
  func bad(folder: String) throws {
    let report = try Doctor.examine([Fixture.path("checkpoints/bad/\(folder)")])
    #expect(report.isHealthy == Self.harmless.contains(folder), "\(DoctorText.render(report))")
  }

  @Test("sums up a whole set in a few lines, with the command that uses it")
  func summary() throws {
    let report = try Doctor.examine([Scenes.v2, Scenes.vocabulary])
    let group = try #require(report.groups.first)
    #expect(group.summary == "V2 checkpoint of im2txt (Show and Tell), complete, every checksum matches")
    #expect(group.isComplete)
    #expect(group.facts.contains("Saved by TensorFlow 1.15.5."))
    #expect(group.command?.contains("decant caption") == true)
    #expect(DoctorText.render(report).text.contains("Nothing is wrong"))
  }

  @Test("does not call a Core ML package complete that lacks its file of weights")
  func incompletePackage() throws {
    let scratch = try TemporaryDirectory()
    let fixture = "coreml/float32.mlpackage"
    for name in ["Manifest.json", "Data/com.apple.CoreML/model.mlmodel"] {
      try scratch.write(Fixture.bytes("\(fixture)/\(name)"), to: "a.mlpackage/\(name)")
    }
    let report = try Doctor.examine([scratch.file("a.mlpackage")])
    let group = try #require(report.groups.first)
    #expect(group.summary == "Core ML, incomplete" && !group.isComplete)
    #expect(!report.isHealthy)
    let whole = try Doctor.examine([Fixture.path(fixture)])
    #expect(whole.groups.first?.summary == "Core ML, complete")
  }

  @Test("knows what a model computes, in Keras' JSON")
  func kerasArchitecture() throws {
    let scratch = try TemporaryDirectory()
    try scratch.write(Array(#"{"class_name": "Sequential", "config": []}"#.utf8), to: "model.json")
    try scratch.write(Fixture.bytes("keras/weights-2.2.h5"), to: "model.h5")
    let report = try Doctor.examine([scratch.path])
    let text = DoctorText.render(report)
    #expect(report.isHealthy && report.groups.map(\.name) == [scratch.file("model.h5")], "\(text)")
    #expect(text.text.contains("Keras model architecture"), "\(text)")
  }

  @Test("knows a PyTorch file under the ending of TensorFlow's checkpoints", arguments: ["current", "legacy"])
  func torchCheckpoint(name: String) throws {
    let scratch = try TemporaryDirectory()
    try scratch.write(Fixture.bytes("pytorch/\(name).pth"), to: "epoch=1-step=10.ckpt")
    let report = try Doctor.examine([scratch.path])
    #expect(report.groups.map(\.isComplete) == [true] && report.isHealthy, "\(DoctorText.render(report))")
  }

  @Test("knows a PyTorch file of 2016, which is a tar archive")
  func torchTar() throws {
    let report = try Doctor.examine([Fixture.path("pytorch/tar.pth")])
    #expect(report.groups.first?.summary == "PyTorch of before 0.1.10, complete", "\(DoctorText.render(report))")
    #expect(report.isHealthy)
  }

  @Test("takes a prefix for all files of its set, and no others")
  func prefix() throws {
    let report = try Doctor.examine([Fixture.path("checkpoints/v2-kept/model.ckpt-20")])
    #expect(report.files.map(\.fileName) == ["model.ckpt-20.data-00000-of-00001", "model.ckpt-20.index"])
  }

  @Test("has no answer for a path that stands for nothing")
  func nothing() {
    let error = #expect(throws: FileError.self) { try Doctor.examine(["/nowhere/model.ckpt-1"]) }
    #expect(error?.category == .noInput)
  }

  @Test("looks at a limited number of files and says that there are more")
  func bounds() throws {
    let scratch = try TemporaryDirectory()
    for number in 0..<30 { try scratch.write([1], to: "file\(number)") }
    var options = Doctor.Options()
    options.maximumFileCount = 10
    let report = try Doctor.examine([scratch.path], options: options)
    #expect(report.files.count == 10)
    let finding = try #require(report.findings.first { $0.kind == .tooManyFiles })
    #expect(finding.summary.text.contains("first 10 files") && finding.summary.text.contains("20 were not"))
  }

  @Test("says that an empty directory has nothing in it")
  func empty() throws {
    let scratch = try TemporaryDirectory()
    let report = try Doctor.examine([scratch.path])
    #expect(report.findings.map(\.kind) == [.nothingFound])
  }

  @Test("follows links to directories nowhere")
  func loop() throws {
    let scratch = try TemporaryDirectory()
    try scratch.take("checkpoints/v2-small", "model.ckpt.index", "model.ckpt.data-00000-of-00001")
    try FileManager.default.createSymbolicLink(atPath: scratch.file("again"), withDestinationPath: scratch.path)
    #expect(try Doctor.examine([scratch.path]).files.count == 2)
  }

  @Test("quotes commands for a shell, and escapes names for a terminal")
  func quoting() throws {
    let scratch = try TemporaryDirectory()
    try scratch.take("checkpoints/v1-small", [("model.ckpt", "it's a\u{1b}[31m model.ckpt.index")])
    let report = try Doctor.examine([scratch.path])
    let text = DoctorText.render(report).text
    #expect(!text.contains("\u{1b}"))
    #expect(text.contains("\\u{1b}[31m"))
    let command = try #require(report.findings.first { $0.kind == .misnamed }?.remedy.commands.first)
    #expect(command.contains("$'") && command.contains("it\\'s a\\x1b[31m model.ckpt.index'"), "\(command)")
  }

  @Test("breaks sentences at the terminal's edge and commands never")
  func wrapping() throws {
    let report = try Doctor.examine([Fixture.path("checkpoints/bad/v2-data-lfs-pointer")])
    let lines = DoctorText.render(report, width: 60).text.split(separator: "\n")
    let finding = lines.drop { !$0.hasPrefix("ERROR") }
    #expect(finding.count > 3)
    #expect(finding.allSatisfy { $0.count <= 60 || $0.hasPrefix("    ") })
    #expect(lines.contains("    git lfs pull"))
  }
}
