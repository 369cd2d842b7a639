import Bytes
import SSTable
import Testing

/// Vectors made by hand from Snappy's `format_description.txt`.
@Suite("Snappy blocks")
struct SnappyTests {
  struct Vector: CustomTestStringConvertible {
    let name: String
    let input: [UInt8]
    let output: [UInt8]
    var testDescription: String { name }
  }

  static let vectors: [Vector] = [
    Vector(name: "nothing", input: [0], output: []),
    Vector(name: "a literal", input: [5, 4 << 2] + Array("hello".utf8), output: Array("hello".utf8)),
    Vector(
      name: "a literal of 60 bytes", input: [60, 59 << 2] + [UInt8](0..<60), output: [UInt8](0..<60)),
    Vector(
      name: "a literal with one byte of length", input: [61, 60 << 2, 60] + [UInt8](0..<61), output: [UInt8](0..<61)),
    Vector(
      name: "a literal with two bytes of length",
      input: [0xac, 0x02, 61 << 2, 0x2b, 0x01] + [UInt8](repeating: 9, count: 300),
      output: [UInt8](repeating: 9, count: 300)),
    Vector(
      name: "a literal with three bytes of length", input: [2, 62 << 2, 1, 0, 0, 8, 9], output: [8, 9]),
    Vector(
      name: "a literal with four bytes of length", input: [2, 63 << 2, 1, 0, 0, 0, 8, 9], output: [8, 9]),
    Vector(
      name: "a copy with an offset of 11 bits", input: [8, 3 << 2, 1, 2, 3, 4, 0b000_000_01, 4],
      output: [1, 2, 3, 4, 1, 2, 3, 4]),
    Vector(
      name: "a copy that overlaps itself", input: [12, 0, 7, 0b000_111_01, 1],
      output: [UInt8](repeating: 7, count: 12)),
    Vector(
      name: "a pattern of two bytes that overlaps itself", input: [7, 1 << 2, 1, 2, 4 << 2 | 2, 2, 0],
      output: [1, 2, 1, 2, 1, 2, 1]),
    Vector(
      name: "a copy with an offset of 16 bits", input: [3, 1 << 2, 1, 2, 0 << 2 | 2, 2, 0], output: [1, 2, 1]),
    Vector(
      name: "a copy with an offset of 32 bits", input: [3, 1 << 2, 1, 2, 0 << 2 | 3, 1, 0, 0, 0], output: [1, 2, 2]),
    Vector(
      name: "a copy from more than 255 bytes back",
      input: [0xb0, 0x02, 61 << 2, 0x2b, 0x01] + (0..<300).map { UInt8($0 % 251) } + [0b001_000_01, 44],
      output: (0..<300).map { UInt8($0 % 251) } + [0, 1, 2, 3]),
  ]

  @Test("Each kind of element is decompressed", arguments: vectors)
  func decompresses(vector: Vector) throws {
    #expect(try Snappy.decompress(vector.input.rawSpan) == vector.output)
  }

  struct Defect: CustomTestStringConvertible {
    let name: String
    let input: [UInt8]
    let reason: SnappyError.Reason
    let position: Int
    var testDescription: String { name }
  }

  static let defects: [Defect] = [
    Defect(name: "no length", input: [], reason: .bytes(.endOfBytes(needed: 1, left: 0)), position: 0),
    Defect(
      name: "a length beyond 32 bits", input: [0xff, 0xff, 0xff, 0xff, 0x1f], reason: .bytes(.varintTooLong),
      position: 0),
    Defect(
      name: "more output than the input can make", input: [0xff, 0xff, 0xff, 0xff, 0x0f],
      reason: .outputTooLarge(byteCount: 4_294_967_295), position: 0),
    Defect(
      name: "an empty block that should not be", input: [1], reason: .outputTooShort(declared: 1, produced: 0),
      position: 1),
    Defect(
      name: "a literal without bytes", input: [1, 0], reason: .bytes(.endOfBytes(needed: 1, left: 0)), position: 2),
    Defect(
      name: "a literal whose length is cut", input: [1, 61 << 2, 1], reason: .bytes(.endOfBytes(needed: 1, left: 0)),
      position: 3),
    Defect(
      name: "a literal of 4 GiB", input: [9, 63 << 2, 0xff, 0xff, 0xff, 0xff], reason: .outputTooLong(declared: 9),
      position: 1),
    Defect(
      name: "a copy from before the start", input: [5, 0, 7, 0b000_000_01, 2], reason: .badOffset(2, produced: 1),
      position: 3),
    Defect(
      name: "a copy from distance 0", input: [5, 0, 7, 0b000_000_01, 0], reason: .badOffset(0, produced: 1), position: 3
    ),
    Defect(
      name: "a copy whose offset is cut", input: [5, 0, 7, 0 << 2 | 2, 1],
      reason: .bytes(.endOfBytes(needed: 2, left: 1)), position: 4),
    Defect(
      name: "a copy beyond the output", input: [4, 0, 7, 0b000_000_01, 1], reason: .outputTooLong(declared: 4),
      position: 3),
    Defect(
      name: "elements behind the output", input: [1, 0, 7, 0, 8], reason: .outputTooLong(declared: 1), position: 3),
  ]

  @Test("A stream that lies about itself is refused", arguments: defects)
  func refuses(defect: Defect) {
    let error = #expect(throws: SnappyError.self) { _ = try Snappy.decompress(defect.input.rawSpan) }
    #expect(error?.reason == defect.reason)
    #expect(error?.position == defect.position)
  }

  @Test("An output above the caller's limit is refused")
  func limit() throws {
    let input: [UInt8] = [5, 4 << 2] + Array("hello".utf8)
    #expect(try Snappy.decompress(input.rawSpan, maximumByteCount: 5).count == 5)
    let error = #expect(throws: SnappyError.self) { _ = try Snappy.decompress(input.rawSpan, maximumByteCount: 4) }
    #expect(error?.reason == .outputTooLarge(byteCount: 5))
  }
}
