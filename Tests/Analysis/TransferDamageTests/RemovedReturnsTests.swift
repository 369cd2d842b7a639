import Checkpoints
import Conversion
import Files
import Foundation
import Tensors
import TestSupport
import Testing

@testable import TransferDamage

@Suite("Checkpoints whose CR LF became LF")
struct RemovedReturnsTests {
  typealias Tensor = InMemoryTensorSource.Tensor

  /// Numbers as weights are: around zero, of one magnitude.
  private static func weights(_ name: String, _ count: Int, _ dtype: DType, seed: UInt64) throws -> Tensor {
    var random = SeededRandom(seed: seed)
    let values = (0..<count).map { _ in
      (0..<6).reduce(-3.0) { sum, _ in sum + Double(random.next() >> 11) / Double(1 << 53) } * 0.07
    }
    let bytes =
      switch dtype {
      case .float32: packed(values.map(Float.init))
      case .float64: packed(values)
      default: packed(values.map { Int32($0 * 1_000_000) })
      }
    return try Tensor(name, dtype, [count], bytes: bytes)
  }

  /// Writes a V2 checkpoint, mangles its files, and looks for what was done.
  private static func restored(
    _ tensors: [Tensor], _ mangling: Mangling,
    _ check: ([Restoration], TemporaryDirectory, [String: [UInt8]]) throws -> Void
  ) throws {
    let scratch = try TemporaryDirectory()
    _ = try Converter().convert(InMemoryTensorSource(tensors), to: scratch.file("m.ckpt.index"))
    var originals: [String: [UInt8]] = [:]
    for name in ["m.ckpt.index", "m.ckpt.data-00000-of-00001"] {
      let bytes = try Fixture.bytes(at: scratch.file(name))
      originals[name] = bytes
      try scratch.write(mangling(bytes), to: name)
    }
    try check(Restoration.find(in: originals.keys.sorted().reversed().map(scratch.file)), scratch, originals)
  }

  private static func bytes(_ restoration: Restoration, _ scratch: TemporaryDirectory) throws -> [UInt8] {
    let path = scratch.file("restored")
    let output = try OutputFile(path: path, permissions: .ofNewFile)
    try restoration.write(to: output)
    try output.commit()
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try Fixture.bytes(at: path)
  }

  @Test(
    "weights of any width come back bit for bit, with many returns in a tensor", arguments: Mangling.provable,
    [DType.float32, .float64, .int32])
  func whole(mangling: Mangling, dtype: DType) throws {
    let counts = [3, 700, 90_000, 1, 20_000, 64, 120_000, 10]
    let tensors = try counts.enumerated().map { number, count in
      try Self.weights("layer\(number)/w", count, dtype, seed: UInt64(number))
    }
    try Self.restored(tensors, mangling) { found, scratch, originals in
      let data = try #require(found.first { $0.path.hasSuffix("00001") })
      #expect(data.isExact && !data.isPartial, "\(data.words)")
      #expect(data.returns?.places.count ?? 0 > 3)
      for restoration in found where restoration.isExact {
        let name = (restoration.path as NSString).lastPathComponent
        let isWhole = try Self.bytes(restoration, scratch) == originals[name]
        #expect(isWhole, "\(name)")
      }
    }
  }

  @Test("records of a V1 file come back, with returns in lengths and in many records", arguments: Mangling.provable)
  func records(mangling: Mangling) throws {
    // 225,280 bytes: the length of the record ends in the bytes 0x0D 0x0A, the second of which is the tag of the name.
    let counts = [56_320, 3, 90_000, 12, 56_300, 4000, 140_000]
    let tensors = try counts.enumerated().map { number, count in
      try Self.weights("InceptionV3/Mixed_\(number)/weights", count, .float32, seed: UInt64(number))
    }
    let scratch = try TemporaryDirectory()
    let sink = try V1CheckpointWriter(path: scratch.file("m.ckpt"))
    try InMemoryTensorSource(tensors).write(to: sink).commit()
    let original = try Fixture.bytes(at: scratch.file("m.ckpt"))
    try scratch.write(mangling(original), to: "m.ckpt")
    let found = try #require(Restoration.find(in: [scratch.file("m.ckpt")]).first)
    #expect(found.isExact, "\(found.words)")
    let isWhole = try Self.bytes(found, scratch) == original
    #expect(isWhole)
  }

  @Test("strings and their lengths are taken into account", arguments: Mangling.provable)
  func strings(mangling: Mangling) throws {
    var random = SeededRandom(seed: 7)
    let strings = (0..<10).map { number in
      (0..<number * 40).map { _ in UInt8(truncatingIfNeeded: random.next() % 40) }
    }
    let tensors = try [
      Tensor("graph", [], strings: [Array("a\r\nb\nc\r\n".utf8)]), Tensor("words", [10], strings: strings),
      Self.weights("z", 500, .float32, seed: 1),
    ]
    try Self.restored(tensors, mangling) { found, scratch, originals in
      let data = try #require(found.first { $0.path.hasSuffix("00001") })
      #expect(data.isExact)
      let isWhole = try Self.bytes(data, scratch) == originals["m.ckpt.data-00000-of-00001"]
      #expect(isWhole)
    }
  }

  @Test("bytes that show nothing are given up, and what follows them is found all the same")
  func partial() throws {
    let noise = try Tensor("b/noise", .uint8, [700_000], seed: 3)
    let tensors = try [
      Self.weights("a", 60_000, .float32, seed: 1), noise, Self.weights("c", 200, .float32, seed: 4),
      Self.weights("d", 80_000, .float32, seed: 2),
    ]
    try Self.restored(tensors, .returnsRemoved) { found, scratch, originals in
      let data = try #require(found.first { $0.path.hasSuffix("00001") })
      #expect(!data.isExact && data.isPartial)
      #expect(data.returns?.unprovenCount == 1)
      let original = try #require(originals["m.ckpt.data-00000-of-00001"])
      let restored = try Self.bytes(data, scratch)
      #expect(restored.count == original.count)
      let sound = [0..<240_000, original.count - 320_800..<original.count].allSatisfy { range in
        restored[range] == original[range]
      }
      #expect(sound)
      let isWhole = restored == original
      #expect(!isWhole)
    }
  }

  @Test("a table's blocks come back, its index block and its checksums included", arguments: 0..<12)
  func tables(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let tensors = try (0..<60).map { number in
      let name = (random.next() % 20 == 0 ? "a\r\nb\n" : "ab") + "x\(number)"
      return try Tensor(name, .uint8, [Int(random.next() % 14)], seed: seed)
    }
    try Self.restored(tensors, .returnsRemoved) { found, scratch, originals in
      guard originals["m.ckpt.index"]?.contains([0x0d, 0x0a]) == true else { return #expect(found.isEmpty) }
      let index = try #require(found.first { $0.path.hasSuffix(".index") })
      #expect(index.isExact)
      let isWhole = try Self.bytes(index, scratch) == originals["m.ckpt.index"]
      #expect(isWhole)
    }
  }

  @Test("nothing is found in sound, truncated and otherwise damaged files")
  func falseAlarms() throws {
    let tensors = try [Self.weights("a", 60_000, .float32, seed: 1), Self.weights("b", 9000, .float32, seed: 2)]
    let damages: [@Sendable ([UInt8]) -> [UInt8]] = [
      { $0 }, { $0.dropLast(1) }, { $0.dropLast(5000) }, { Array($0.dropFirst(3)) },
      { bytes in bytes.enumerated().map { $0 == bytes.count / 2 ? $1 ^ 4 : $1 } },
      { Array($0[..<1000] + $0[1010...]) }, { $0 + [0] },
    ]
    for (number, damage) in damages.enumerated() {
      let scratch = try TemporaryDirectory()
      _ = try Converter().convert(InMemoryTensorSource(tensors), to: scratch.file("m.ckpt.index"))
      let name = "m.ckpt.data-00000-of-00001"
      try scratch.write(damage(Fixture.bytes(at: scratch.file(name))), to: name)
      let found = Restoration.find(in: ["m.ckpt.index", name].map(scratch.file))
      #expect(found.isEmpty, "\(number): \(found.map(\.words))")
    }
  }
}
