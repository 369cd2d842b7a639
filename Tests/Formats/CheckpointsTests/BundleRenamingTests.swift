import Checkpoints
import Files
import Foundation
import Messages
import Tensors
import Testing
import TestSupport

@Suite("Renaming bundles")
struct BundleRenamingTests {
  let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
  }

  /// V2 fixtures that are whole.
  static let bundles = FixtureCheckpoint.all.filter { fixture in
    guard let checkpoint = try? Checkpoint.open(fixture.checkpointPath()) else {
      return false
    }
    return checkpoint.version == .v2
  }

  private func open(_ fixture: FixtureCheckpoint) throws -> V2Checkpoint {
    try #require(Checkpoint.open(fixture.checkpointPath()).source as? V2Checkpoint)
  }

  /// Names that sort the other way round.
  @Sendable private static func reversed(_ name: String) -> String { String(name.reversed()) + "/renamed" }

  private func expect(_ renamed: V2Checkpoint, like source: V2Checkpoint, _ name: (String) -> String) throws {
    #expect(renamed.problems.allSatisfy { $0.severity == .note })
    #expect(renamed.descriptors.count == source.descriptors.count)
    for descriptor in source.descriptors {
      let isGraph = descriptor.name == "_CHECKPOINTABLE_OBJECT_GRAPH"
      let found = try renamed.requireDescriptor(named: isGraph ? descriptor.name : name(descriptor.name))
      #expect(
        (found.dtype, found.shape, found.sliceCount) == (descriptor.dtype, descriptor.shape, descriptor.sliceCount))
      if isGraph { continue }
      if descriptor.dtype == .string {
        #expect(try renamed.readStrings(found) == source.readStrings(descriptor))
      } else if descriptor.dtype.byteCount != nil {
        #expect(try renamed.readAll(found) == source.readAll(descriptor), "\(descriptor.name)")
      }
    }
  }

  @Test("Every tensor has its values under its new name, slices and big-endian ones too", arguments: bundles)
  func fixtures(fixture: FixtureCheckpoint) throws {
    let source = try open(fixture)
    let target = directory.file("out")
    let outcome = try BundleRenaming().write(source, to: target, Self.reversed)
    try expect(V2Checkpoint(prefix: target), like: source, Self.reversed)
    #expect(outcome.linked.count + outcome.copied.count >= 1)
    #expect(outcome.written.last == target + ".index")
    #expect(outcome.byteCount < 1 << 20 || !outcome.copied.isEmpty)
  }

  @Test(
    "Names as they are give the index that was read",
    arguments: ["v2-lstm-kernel/model.ckpt-3", "v2-partitioned/model.ckpt"])
  func unchanged(name: String) throws {
    let prefix = Fixture.path("checkpoints/\(name)")
    _ = try BundleRenaming().write(V2Checkpoint(prefix: prefix), to: directory.file("out")) { $0 }
    #expect(
      try Data(contentsOf: URL(filePath: prefix + ".index"))
        == Data(contentsOf: URL(filePath: directory.file("out.index"))))
  }

  @Test("Data is shared where it can be, and copied where it is told to be", arguments: [false, true])
  func sharing(copies: Bool) throws {
    let prefix = directory.file("in")
    try copy(
      InMemoryTensorSource([try .init("a", .float32, [300_000], seed: 1)]), to: V2CheckpointWriter(prefix: prefix))
    let source = try V2Checkpoint(prefix: prefix)
    let outcome = try BundleRenaming(copiesData: copies).write(source, to: directory.file("out")) { "new/" + $0 }
    let data = directory.file("out.data-00000-of-00001")
    #expect(outcome.linked == (copies ? [] : [data]))
    #expect(outcome.copied == (copies ? [data] : []))
    func node(_ path: String) throws -> UInt64? {
      try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? UInt64
    }
    #expect(try (node(data) == node(prefix + ".data-00000-of-00001")) == !copies)
    #expect(try directory.entries().count == 4)
    // Once more, over itself.
    #expect(throws: FileError.self) { try BundleRenaming().write(source, to: directory.file("out")) { "x" + $0 } }
    let again = BundleRenaming(copiesData: copies, replacesExisting: true)
    _ = try again.write(source, to: directory.file("out")) { "x" + $0 }
    #expect(try V2Checkpoint(prefix: directory.file("out")).descriptors.map(\.name) == ["xa"])
    #expect(try directory.entries().count == 4)
  }

  @Test("The object graph of TensorFlow 2 names the new keys, in a data file of its own")
  func objectGraph() throws {
    let source = try V2Checkpoint(prefix: Fixture.path("checkpoints/tf2-object/ckpt-1"))
    let outcome = try BundleRenaming().write(source, to: directory.file("out")) {
      $0.replacing("model/", with: "network/")
    }
    #expect(outcome.written.map { ($0 as NSString).lastPathComponent } == ["out.data-00001-of-00002", "out.index"])
    let renamed = try V2Checkpoint(prefix: directory.file("out"))
    #expect(renamed.shardCount == 2)
    let graph = try renamed.readStrings(renamed.requireDescriptor(named: "_CHECKPOINTABLE_OBJECT_GRAPH"))[0]
    let text = String(decoding: graph, as: UTF8.self)
    for descriptor in renamed.descriptors where descriptor.name.contains("/.ATTRIBUTES/") {
      #expect(text.contains(descriptor.name), "\(descriptor.name)")
    }
    #expect(!text.contains("model/layers"))
  }

  @Test("Names that collide, are empty or begin with a zero byte are refused, and nothing is left")
  func refusals() throws {
    let source = try V2Checkpoint(prefix: Fixture.path("checkpoints/v2-small/model.ckpt"))
    for name in ["same", "", "\u{0}a"] {
      #expect(throws: CheckpointError.self) {
        try BundleRenaming().write(source, to: directory.file("out")) { _ in name }
      }
    }
    #expect(try directory.entries().isEmpty)
  }

  @Test("A damaged checkpoint is not renamed")
  func damaged() throws {
    let prefix = directory.file("in")
    try copy(InMemoryTensorSource([try .init("a", .float32, [30], seed: 1)]), to: V2CheckpointWriter(prefix: prefix))
    try FileManager.default.removeItem(atPath: prefix + ".data-00000-of-00001")
    let source = try V2Checkpoint(prefix: prefix)
    let error = #expect(throws: CheckpointError.self) {
      try BundleRenaming().write(source, to: directory.file("out")) { $0 }
    }
    #expect(error?.reason == .shard(.missing("in.data-00000-of-00001")))
    #expect(try directory.entries() == ["in.index"])
  }
}
