import Checkpoints
import Comparison
import Foundation
import Messages
import ModelMapping
import TensorFiles
import Tensors
import TestSupport
import Testing

@testable import Conversion

@Suite("Renaming checkpoints")
struct CheckpointRenamerTests {
  static let checkpoints = [
    "v1-lstm-matrix/model.ckpt-3", "v1-lstm-kernel/model.ckpt-3", "v2-lstm-matrix/model.ckpt-3",
    "v2-lstm-weights/model.ckpt-3", "v2-lstm-kernel/model.ckpt-3",
  ]

  @Test(
    "A checkpoint of any era gets the names of any other", arguments: checkpoints,
    [NamingScheme.tensorFlow0, .tensorFlow1_0, .modern])
  func eras(name: String, scheme: NamingScheme) throws {
    let directory = try TemporaryDirectory()
    let path = Fixture.path("checkpoints/\(name)")
    let report = try CheckpointRenamer(names: scheme).rename(path, to: directory.file("out"))
    let back = try TensorFile.open(directory.file("out"))
    #expect(try SourceComparison(TensorFile.open(path), back).isEqual)
    #expect(NamingEra.detect(in: back.descriptors.map(\.name)).map { NamingScheme($0) } == scheme)
    #expect((report.bundle == nil) == name.hasPrefix("v1"))
    // And back again: the list of names is that of the source.
    let era = try #require(NamingEra.detect(in: TensorFile.open(path).descriptors.map(\.name)))
    _ = try CheckpointRenamer(names: NamingScheme(era)).rename(directory.file("out"), to: directory.file("back"))
    let names = try (TensorFile.open(directory.file("back")), TensorFile.open(path))
    #expect(names.0.descriptors.map(\.name) == names.1.descriptors.map(\.name))
    let lines = ConversionText.report(report).text
    #expect(
      lines.contains(report.bundle == nil ? "rewritten" : "hard-linked") || report.bundle?.copied.isEmpty == false)
  }

  @Test("A checkpoint renamed there and back has the bytes that TensorFlow wrote")
  func thereAndBack() throws {
    let directory = try TemporaryDirectory()
    let path = Fixture.path("scenes/v2/model.ckpt-4222")
    _ = try CheckpointRenamer(names: .tensorFlow0).rename(path, to: directory.file("old"))
    _ = try CheckpointRenamer(names: .modern).rename(directory.file("old"), to: directory.file("new"))
    #expect(try Fixture.bytes(at: directory.file("new.index")) == Fixture.bytes(at: path + ".index"))
    let v1 = Fixture.path("scenes/model.ckpt-4222")
    _ = try CheckpointRenamer(names: .modern).rename(v1, to: directory.file("v1"))
    _ = try CheckpointRenamer(names: .tensorFlow0).rename(directory.file("v1"), to: directory.file("v1-old"))
    #expect(try Fixture.bytes(at: directory.file("v1-old")) == Fixture.bytes(at: v1))
  }

  @Test("What renaming cannot do is refused, and nothing changes")
  func refusals() throws {
    let directory = try TemporaryDirectory()
    let path = Fixture.path("checkpoints/v2-lstm-matrix/model.ckpt-3")
    for scheme in [NamingScheme.pytorch, .keras] {
      let error = #expect(throws: ConversionError.self) {
        try CheckpointRenamer(names: scheme).rename(path, to: directory.file("out"))
      }
      #expect(error?.reason == .renamingChangesLayout(scheme))
      #expect(error?.category == .usage)
    }
    let own = directory.file("own")
    _ = try CheckpointRenamer(names: .modern).rename(path, to: own)
    var renamer = CheckpointRenamer(names: .tensorFlow0)
    renamer.replacesExisting = true
    for output in [own, own + ".index"] {
      let error = #expect(throws: ConversionError.self) { try renamer.rename(own, to: output) }
      #expect(error?.reason == .outputIsSource(own + ".index"))
    }
    #expect(throws: CheckpointError.self) {
      try CheckpointRenamer(names: .modern).rename(directory.file("none"), to: directory.file("out"))
    }
    #expect(try directory.entries() == ["own.data-00000-of-00001", "own.index"])
  }
}
