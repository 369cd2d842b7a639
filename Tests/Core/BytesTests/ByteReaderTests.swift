import Bytes
import Testing

@Suite("Reading untrusted bytes")
struct ByteReaderTests {
  struct VarintCase: CustomTestStringConvertible {
    let bytes: [UInt8]
    let value: UInt64
    var testDescription: String { "\(value)" }
  }

  /// Protocol Buffers, "Encoding"; LevelDB `util/coding_test.cc`.
  static let varints: [VarintCase] = [
    VarintCase(bytes: [0], value: 0), VarintCase(bytes: [1], value: 1), VarintCase(bytes: [0x7f], value: 127),
    VarintCase(bytes: [0x80, 1], value: 128), VarintCase(bytes: [0x96, 1], value: 150),
    VarintCase(bytes: [0xac, 2], value: 300),
    VarintCase(bytes: [0xff, 0xff, 0xff, 0xff, 0x0f], value: 0xffff_ffff),
    VarintCase(bytes: [0x80, 0x80, 0x80, 0x80, 0x10], value: 1 << 32),
    VarintCase(bytes: [UInt8](repeating: 0xff, count: 9) + [1], value: .max),
    VarintCase(bytes: [UInt8](repeating: 0x80, count: 9) + [1], value: 1 << 63),
  ]

  @Test("Varints are read as published, and written back the same", arguments: varints)
  func varint(row: VarintCase) throws {
    var reader = ByteReader((row.bytes + [9]).rawSpan)
    #expect(try reader.readVarint() == row.value)
    let position = reader.position
    #expect(position == row.bytes.count)
    #expect(Varint.encode(row.value) == row.bytes)
  }

  @Test("A varint that is longer than it needs to be is legal")
  func longVarint() throws {
    var reader = ByteReader([0x81, 0x80, 0x00].rawSpan)
    #expect(try reader.readVarint() == 1)
  }

  struct Defect: CustomTestStringConvertible {
    let bytes: [UInt8]
    let reason: ByteError.Reason
    let offset: Int
    var testDescription: String { "\(bytes)" }
  }

  static let badVarints: [Defect] = [
    Defect(bytes: [], reason: .endOfBytes(needed: 1, left: 0), offset: 100),
    Defect(bytes: [0x80], reason: .endOfBytes(needed: 1, left: 0), offset: 101),
    Defect(bytes: [UInt8](repeating: 0xff, count: 9), reason: .endOfBytes(needed: 1, left: 0), offset: 109),
    Defect(bytes: [UInt8](repeating: 0xff, count: 9) + [2], reason: .varintTooLong, offset: 100),
    Defect(bytes: [UInt8](repeating: 0x80, count: 10) + [1], reason: .varintTooLong, offset: 100),
  ]

  @Test("A varint without an end or of more than 64 bits is refused", arguments: badVarints)
  func badVarint(row: Defect) {
    #expect(throws: ByteError(row.reason, offset: row.offset)) {
      var reader = ByteReader(row.bytes.rawSpan, baseOffset: 100)
      _ = try reader.readVarint()
    }
  }

  @Test("Widths are kept: 32 bits for LevelDB's lengths, 63 for counts")
  func widths() throws {
    let largest32: [UInt8] = [0xff, 0xff, 0xff, 0xff, 0x0f]
    var fits = ByteReader(largest32.rawSpan)
    #expect(try fits.readVarint32() == .max)
    let above: [UInt8] = [0x80, 0x80, 0x80, 0x80, 0x10]
    #expect(throws: ByteError(.varintTooLong, offset: 0)) {
      var reader = ByteReader(above.rawSpan)
      _ = try reader.readVarint32()
    }
    let highest = [UInt8](repeating: 0xff, count: 9) + [1]
    #expect(throws: ByteError(.tooLarge(.max), offset: 0)) {
      var reader = ByteReader(highest.rawSpan)
      _ = try reader.readVarintCount()
    }
    var count = ByteReader([0xac, 2].rawSpan)
    #expect(try count.readVarintCount() == 300)
  }

  @Test("Numbers are little-endian and stand at any place")
  func numbers() throws {
    let bytes: [UInt8] = [9, 1, 2, 3, 4, 5, 6, 7, 8, 0xff]
    var reader = ByteReader(bytes.rawSpan, baseOffset: 1000)
    try reader.skip(1)
    #expect(try reader.readLittleEndian(UInt16.self) == 0x0201)
    #expect(try reader.readLittleEndian(Int32.self) == 0x0605_0403)
    let offset = reader.offset
    #expect(offset == 1007)
    #expect(throws: ByteError(.endOfBytes(needed: 4, left: 3), offset: 1007)) {
      var copy = ByteReader(bytes.rawSpan, baseOffset: 1000)
      try copy.skip(7)
      _ = try copy.readLittleEndian(UInt32.self)
    }
    #expect(bytes.littleEndian32(at: 1) == 0x0403_0201)
  }

  @Test("More bytes than are left, and fewer than none, are refused", arguments: [4, Int.max, -1, Int.min])
  func bounds(count: Int) {
    let bytes: [UInt8] = [1, 2, 3]
    #expect(throws: ByteError(.endOfBytes(needed: count, left: 3), offset: 0)) {
      var reader = ByteReader(bytes.rawSpan)
      try reader.skip(count)
    }
    #expect(throws: ByteError(.endOfBytes(needed: count, left: 3), offset: 0)) {
      var reader = ByteReader(bytes.rawSpan)
      _ = try reader.readBytes(count).byteCount
    }
  }

  @Test("Bytes are taken up to the end")
  func taking() throws {
    let bytes: [UInt8] = [1, 2, 3]
    var reader = ByteReader(bytes.rawSpan)
    let taken = [UInt8](try reader.readBytes(3))
    #expect(taken == bytes)
    let (isAtEnd, empty) = (reader.isAtEnd, try reader.readBytes(0).byteCount)
    #expect(isAtEnd)
    #expect(empty == 0)
  }

  @Test("Sums and products that do not fit are nil")
  func arithmetic() {
    #expect(Int.max.addingChecked(1) == nil)
    #expect((Int.max - 1).addingChecked(1) == .max)
    #expect((1 << 32).multipliedChecked(by: 1 << 32) == nil)
    #expect((1 << 31).multipliedChecked(by: 1 << 31) == 1 << 62)
  }
}
