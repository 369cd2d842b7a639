import Bytes
import Checkpoints
import Foundation
import Tensors
import TestSupport
import Testing

@Suite("Reading tensors")
struct ReadingTests {
  static let folders = [
    "v1-dtypes", "v1-value-lists", "v1-partitioned", "v1-big-blocks", "v1-tensor-content", "v1-snappy", "v1-sharded",
    "v2-dtypes-1.15", "v2-big-endian", "v2-partitioned", "v2-shards", "v2-gaps",
  ]

  private func open(_ folder: String) throws -> any TensorSource {
    let fixture = FixtureCheckpoint(folder: folder)
    return try Checkpoint.open(fixture.checkpointPath()).source
  }

  @Test("Pieces of any size end at elements' ends and make up the same bytes", arguments: folders)
  func pieces(folder: String) throws {
    let source = try open(folder)
    for descriptor in source.descriptors {
      guard let width = descriptor.dtype.byteCount else { continue }
      let whole = try source.readAll(descriptor)
      for size in [16, 17, 100, 4099] where whole.count < 200 * size {
        var bytes: [UInt8] = []
        var pieceCount = 0
        try source.read(descriptor, maximumByteCount: size) { piece in
          #expect(piece.byteCount <= size)
          #expect(piece.byteCount % width == 0)
          bytes += [UInt8](piece)
          pieceCount += 1
        }
        #expect(bytes == whole, "\(descriptor.name) in pieces of \(size)")
        #expect(pieceCount > 0)
      }
    }
  }

  @Test("Several threads read one checkpoint and get the same bytes", arguments: folders)
  func threads(folder: String) async throws {
    let source = try open(folder)
    let descriptors = source.descriptors.filter { $0.dtype.byteCount != nil }
    let expected = try descriptors.map { try source.readAll($0) }
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for thread in 0..<4 {
        group.addTask {
          try zip(descriptors, expected).enumerated().allSatisfy { number, pair in
            // Each thread takes the tensors in an order of its own.
            let index = (number * (2 * thread + 1)) % descriptors.count
            return try source.readAll(descriptors[index]) == expected[index] && pair.1.count == pair.0.byteCount
          }
        }
      }
      for try await isEqual in group { #expect(isEqual) }
    }
  }

  @Test("What the receiver of a piece throws is passed on, and the source stays usable", arguments: folders)
  func receiverThrows(folder: String) throws {
    struct Stop: Error {}
    let source = try open(folder)
    let descriptor = try #require(source.descriptors.first { $0.dtype.byteCount != nil && $0.byteCount > 0 })
    #expect(throws: Stop.self) {
      try source.read(descriptor, maximumByteCount: 16) { _ in throw Stop() }
    }
    #expect(try source.readAll(descriptor).count == descriptor.byteCount)
  }

  @Test("A tensor that is not there is missing, with the names nearest to it", arguments: ["v1-small", "v2-small"])
  func missing(folder: String) throws {
    let source = try open(folder)
    let stranger = TensorDescriptor(name: "weight", dtype: .float32, shape: .scalar, byteCount: 4)
    let error = #expect(throws: MissingTensorError.self) { _ = try source.readAll(stranger) }
    #expect(error?.names == ["weight"])
    #expect(error?.nearest.first?.contains("weights") == true)
    #expect(throws: MissingTensorError.self) { _ = try source.readStrings(stranger) }
  }

  @Test("Strings are not read as numbers, nor numbers as strings", arguments: ["v1-small", "v2-small"])
  func wrongKind(folder: String) throws {
    let source = try open(folder)
    let weights = try source.requireDescriptor(named: "weights")
    let text = try source.requireDescriptor(named: "text")
    #expect(throws: CheckpointError.self) { _ = try source.readStrings(weights) }
    #expect(throws: CheckpointError.self) { _ = try source.readAll(text) }
  }

  @Test("Names that look the same and are not are different tensors; bytes that are no text are escaped")
  func names() throws {
    let directory = try TemporaryDirectory()
    // Composed, decomposed, and no text at all: three entries of one byte each.
    let names: [[UInt8]] = [Array("e\u{301}".utf8), Array("\u{e9}".utf8), [0xff, 0x61]]
    var index: [TableBuilder.Entry] = [([], [0x08, 1])]
    for (number, name) in names.enumerated() {
      let checksum = CRC32C(of: [UInt8(number)].rawSpan).masked
      index.append(
        (name, [0x08, 4, 0x20, UInt8(number), 0x28, 1, 0x35] + packed([checksum])))
    }
    try directory.write(TableBuilder().table(index), to: "t.index")
    try directory.write([0, 1, 2], to: "t.data-00000-of-00001")
    let source = try Checkpoint.open(directory.file("t")).source
    #expect(source.descriptors.map { Array($0.name.utf8) } == [Array("\\xffa".utf8), names[0], names[1]])
    #expect(try source.descriptors.map { try source.readAll($0) } == [[2], [0], [1]])
  }

  @Test("Peak memory does not grow with a tensor: a large record is handed out in pieces")
  func boundedPieces() throws {
    let source = try open("v1-big-blocks")
    let large = try #require(source.descriptors.max { $0.byteCount < $1.byteCount })
    #expect(large.byteCount == 560_000)
    var largest = 0
    try source.read(large, maximumByteCount: 1 << 30) { largest = max(largest, $0.byteCount) }
    #expect(largest <= 560_000)
  }
}
