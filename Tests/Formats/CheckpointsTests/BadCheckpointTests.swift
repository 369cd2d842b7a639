import Checkpoints
import Foundation
import Messages
import SSTable
import Tensors
import Testing
import TestSupport

@Suite("Damaged checkpoints")
struct BadCheckpointTests {
  @Test(
    "A checkpoint that is damaged as a whole is refused with reason, file and offset",
    arguments: BadCheckpoint.refusedV1 + BadCheckpoint.refusedV2)
  func refused(bad: BadCheckpoint) throws {
    let path = try bad.path()
    let error = try #require(throws: CheckpointError.self) { _ = try Checkpoint.open(path) }
    switch (bad.outcome, error.reason) {
    case (.refusedTable(let reason, let offset), .table(let found)):
      #expect(found == reason)
      #expect(error.offset == offset)
    case (.refused(let reason, let offset), let found):
      #expect(found == reason)
      #expect(error.offset == offset)
    default: Issue.record("\(error)")
    }
    // Where the name was completed, the file that is at fault is named.
    let file = try #require(error.file)
    #expect(file.hasPrefix((path as NSString).deletingLastPathComponent))
    #expect("\(error)".hasPrefix(file))
    #expect([.badData, .noInput].contains(error.category))
  }

  @Test(
    "Damage to one tensor leaves the others readable, and is said when opening or reading",
    arguments: BadCheckpoint.readableV1 + BadCheckpoint.readableV2)
  func readable(bad: BadCheckpoint) throws {
    let source = try Checkpoint.open(try bad.path()).source
    var findings: [BadCheckpoint.Finding] = []
    for problem in source.problems {
      let error = try #require(problem.error as? CheckpointError)
      #expect(error.tensor == problem.tensor)
      let place: BadCheckpoint.Finding.Place =
        switch problem.severity {
        case .incomplete: .incomplete
        case .unreadable: .unreadable
        case .note: .note
        }
      findings.append(
        .init(
          place: place, tensor: error.tensor, reason: error.reason,
          offset: error.offset))
    }
    for descriptor in source.descriptors {
      do {
        if descriptor.dtype == .string {
          _ = try source.readStrings(descriptor)
        } else {
          try source.read(descriptor, maximumByteCount: 16) { _ in }
        }
      } catch let error as CheckpointError {
        // Known to be broken since opening.
        if source.problems.contains(where: { $0.error as? CheckpointError == error }) { continue }
        findings.append(.init(place: .read, tensor: error.tensor, reason: error.reason, offset: error.offset))
      }
    }
    guard case .opened(let expected) = bad.outcome else { return }
    #expect(findings == expected)
  }

  @Test("Every folder of damaged checkpoints is in the tables")
  func complete() throws {
    let all = BadCheckpoint.refusedV1 + BadCheckpoint.refusedV2 + BadCheckpoint.readableV1 + BadCheckpoint.readableV2
    // Tested with the state file and with the graph.
    let elsewhere = ["state-not-text", "state-without-files", "state-without-path", "v1-text", "v1-gzip", "v1-zip"]
    let folders = try FileManager.default.contentsOfDirectory(atPath: Fixture.path("checkpoints/bad"))
      .filter { !$0.hasPrefix("meta-") && !$0.hasPrefix(".") }
    #expect(Set(folders) == Set(all.map(\.folder) + elsewhere))
  }

  @Test("A compressed checkpoint is read, and half of a zip archive is refused as one")
  func packed() throws {
    let whole = try Checkpoint.open(Fixture.path("checkpoints/bad/v1-gzip/model.ckpt")).source
    #expect(try whole.readEverything().isEmpty)
    let cut = Fixture.path("checkpoints/bad/v1-zip/model.ckpt")
    let error = try #require(throws: (any Error).self) { try Checkpoint.open(cut) } as? any DecantError
    #expect(error?.category == .badData)
    #expect(error?.message.text.contains("the archive has no end record") == true)
  }

  @Test("Without checksums the damage that only they find goes unseen, and nothing traps")
  func unverified() throws {
    let options = ReadOptions(verifiesChecksums: false)
    for bad in BadCheckpoint.refusedV1 + BadCheckpoint.refusedV2 + BadCheckpoint.readableV1 + BadCheckpoint.readableV2 {
      guard let source = try? Checkpoint.open(try bad.path(), options: options).source else { continue }
      try source.readEverything()
    }
    let flipped = try Checkpoint.open(Fixture.path("checkpoints/bad/v2-flip-tensor/model.ckpt"), options: options)
      .source
    let weights = try flipped.requireDescriptor(named: "weights")
    #expect(try flipped.readAll(weights).count == weights.byteCount)
  }

  @Test("All damage to the structure is listed, not only the first")
  func structure() throws {
    let directory = try TemporaryDirectory()
    // A table whose index has many blocks, two of them with a flipped bit.
    var index = try Fixture.bytes("checkpoints/v2-multi-block/model.ckpt.index")
    let table = try TableReader(path: Fixture.path("checkpoints/v2-multi-block/model.ckpt.index"))
    #expect(table.dataBlocks.count > 2)
    for block in [0, 2] { index[table.dataBlocks[block].handle.offset + 7] ^= 1 }
    try directory.write(index, to: "model.ckpt.index")
    let problems = Checkpoint.structureProblems(directory.file("model.ckpt"))
    #expect(
      problems.map { ($0.error as? CheckpointError)?.offset } == [
        table.dataBlocks[0].handle.offset, table.dataBlocks[2].handle.offset,
      ])
    for folder in ["v1-small", "v2-small", "v1-sharded", "v2-shards", "v1-snappy", "v1-big-blocks"] {
      #expect(Checkpoint.structureProblems(Fixture.path("checkpoints/\(folder)")).isEmpty, "\(folder)")
    }
    let shard = Checkpoint.structureProblems(Fixture.path("checkpoints/bad/v2-missing-shard/model.ckpt-7"))
    #expect(
      shard.map { ($0.error as? CheckpointError)?.reason } == [.shard(.missing("model.ckpt-7.data-00001-of-00003"))])
    #expect(Checkpoint.structureProblems(directory.file("nothing")).count == 1)
  }
}
