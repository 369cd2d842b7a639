import Bytes
import Tensors
import TestSupport
import Testing

@Suite("Integers of less than a byte")
struct NarrowIntegerTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let dtype: DType
    /// TensorFlow's byte and the 8-bit integer of the same value, for each value.
    let pairs: [(UInt8, Int8)]
    var testDescription: String { dtype.name }
  }

  private static let rows = [
    Row(
      dtype: .int4,
      pairs: (-8..<8).map { (UInt8(bitPattern: Int8($0)) & 0x0f, Int8($0)) }),
    Row(dtype: .int2, pairs: [(2, -2), (3, -1), (0, 0), (1, 1)]),
  ]

  @Test("a negative element becomes the 8-bit integer that it is, and comes back", arguments: rows)
  func values(row: Row) throws {
    let narrow = try #require(NarrowInteger(row.dtype))
    for (stored, value) in row.pairs {
      #expect(narrow.exchanged([stored].rawSpan) == [UInt8(bitPattern: value)], "\(value)")
      #expect(narrow.exchanged([UInt8(bitPattern: value)].rawSpan) == [stored], "\(value)")
    }
  }

  @Test("no byte is lost, whatever its spare bits are", arguments: rows)
  func everyByte(row: Row) throws {
    let narrow = try #require(NarrowInteger(row.dtype))
    let bytes = (0...255).map { UInt8($0) }
    let exchanged = narrow.exchanged(bytes.rawSpan)
    #expect(narrow.exchanged(exchanged.rawSpan) == bytes)
    #expect(zip(bytes, exchanged).filter { $0 != $1 }.count == row.pairs.filter { $0.1 < 0 }.count * 2)
  }

  @Test("only a tensor whose negative elements are all trimmed is to be extended")
  func form() throws {
    let rows: [(DType, [UInt8], Bool)] = [
      (.int4, [1, 0x0d, 7], true), (.int4, [1, 0xfd, 7], false), (.int4, [0x0d, 0xfd], false), (.int4, [1, 7], false),
      (.int4, [], false), (.int4, [0x0d, 0x10], false), (.int2, [3, 1], true), (.int2, [0xff], false),
      (.int8, [0x0d], false),
      (.uint4, [0x0d], false),
    ]
    for (dtype, bytes, expected) in rows {
      let source = InMemoryTensorSource([try .init("a", dtype, [bytes.count], bytes: bytes)])
      #expect(try NarrowInteger.isTrimmed(source.descriptors[0], in: source) == expected, "\(dtype) \(bytes)")
    }
  }

  @Test("every other dtype stays as it is")
  func others() {
    #expect(DType.allCases.filter { NarrowInteger($0) != nil } == [.int4, .int2])
  }
}
