import Bytes
import Messages
import Tensors
import Testing
import TestSupport

@testable import WeightFiles

@Suite("HDF5, compressed")
struct HDF5CompressionTests {
  /// Chunks that are full, that reach over the end of an axis, and that are not worth compressing; strings and nothing between.
  private static func source() throws -> InMemoryTensorSource {
    let zeros = [UInt8](repeating: 0, count: 4 * 300_000)
    return InMemoryTensorSource([
      try .init("a/large", .float32, [1 << 10, 1 << 9], seed: 1),
      try .init("a/zeros", .float32, [300_000], bytes: zeros),
      try .init("b/edge", .float64, [3, 70_001], seed: 2), try .init("b/cube", .float16, [3, 5, 7, 4001], seed: 3),
      try .init("c/bytes", .int8, [1_100_000], seed: 4), try .init("c/complex", .complex128, [40_000], seed: 5),
      try .init("c/none", .float32, [0, 3], bytes: []), try .init("c/scalar", .float32, [], seed: 6),
      try .init("c/small", .float32, [10], seed: 7), try .init("c/words", [2], strings: [[65, 66], []]),
      try .init("d/last", .bfloat16, [600_000], seed: 8),
    ])
  }

  private static func bytes(threadCount: Int, level: Int, pieceByteCount: Int = 100_000) throws -> [UInt8] {
    let directory = try TemporaryDirectory()
    let path = directory.file("a.h5")
    let sink = try HDF5Writer(path: path, compression: level, threadCount: threadCount)
    try source().write(to: sink, pieceByteCount: pieceByteCount).commit()
    return try Fixture.bytes(at: path)
  }

  @Test("any number of threads writes the same bytes", arguments: [1, 9])
  func threads(level: Int) throws {
    let one = try Self.bytes(threadCount: 1, level: level)
    #expect(try Self.bytes(threadCount: 2, level: level) == one)
    #expect(try Self.bytes(threadCount: 16, level: level, pieceByteCount: 1 << 22) == one)
  }

  @Test("the library's own filters read what was compressed beside it", arguments: [1, 2, 16])
  func readBack(threadCount: Int) throws {
    let directory = try TemporaryDirectory()
    let source = try Self.source()
    let sink = try HDF5Writer(path: directory.file("a.h5"), compression: 5, threadCount: threadCount)
    try source.write(to: sink).commit()
    let file = try HDF5File(path: directory.file("a.h5"))
    #expect(file.descriptors.map(\.name) == source.descriptors.map(\.name))
    for descriptor in source.descriptors {
      let found = try file.requireDescriptor(named: descriptor.name)
      #expect((found.dtype, found.shape) == (descriptor.dtype, descriptor.shape))
      if descriptor.dtype == .string {
        #expect(try file.readStrings(found) == source.readStrings(descriptor))
      } else {
        #expect(try file.readAll(found) == source.readAll(descriptor))
      }
    }
  }

  @Test(
    "too many bytes are refused in the name of the tensor that they were given for, too few in that of the one that lacks them"
  )
  func miscounted() throws {
    let directory = try TemporaryDirectory()
    let shape = try Shape([300])
    let descriptors = ["a", "b"].map {
      TensorDescriptor(name: $0, dtype: .float32, shape: shape, byteCount: 1200)
    }
    let piece = [UInt8](repeating: 1, count: 1204)
    let contents = SinkContents(descriptors)
    let more = try HDF5Writer(path: directory.file("more"), compression: 1).begin(contents)
    let error = #expect(throws: WeightFileError.self) { try more.write(piece.rawSpan) }
    #expect(error?.reason == .tooManyBytes(declared: 1200))
    #expect(error?.tensor == "a")
    let fewer = try HDF5Writer(path: directory.file("fewer"), compression: 1).begin(contents)
    try fewer.write(piece.rawSpan.extracting(first: 1200))
    try fewer.write(piece.rawSpan.extracting(first: 8))
    let missing = #expect(throws: WeightFileError.self) { try fewer.finish(metadata: nil) }
    #expect(missing?.reason == .tooFewBytes(declared: 1200, written: 8))
    #expect(missing?.tensor == "b")
  }

  @Test("a chunk's bytes are shuffled, filled up with zeros and deflated")
  func chunk() throws {
    let elements: [UInt8] = [1, 2, 3, 4, 5, 6]
    let encoded = try #require(HDF5Chunk.encode(elements, width: 2, byteCount: 8, level: 1))
    #expect(encoded == HDF5Chunk.encode([1, 3, 5, 0, 2, 4, 6, 0], width: 1, byteCount: 8, level: 1))
    #expect(encoded.starts(with: [0x78]))
  }
}
