import Inspection
import Tensors
import TestSupport
import Testing

@Suite("Values as text")
struct ValueFormatterTests {
  struct Row: CustomTestStringConvertible, Sendable {
    let dtype: DType
    let bytes: [UInt8]
    let texts: [String]
    var testDescription: String { dtype.name }
  }

  static let rows: [Row] = [
    Row(
      dtype: .float32, bytes: packed([0.1, 1, -0.0, .nan, -.infinity, .leastNonzeroMagnitude, 16_777_216] as [Float]),
      texts: ["0.1", "1.0", "-0.0", "nan", "-inf", "1e-45", "16777216.0"]),
    Row(dtype: .float64, bytes: packed([0.1, .leastNonzeroMagnitude] as [Double]), texts: ["0.1", "5e-324"]),
    Row(
      dtype: .float16, bytes: packed([0x3c00, 0x0001, 0x8000, 0x7bff, 0xfc00, 0x7e01] as [UInt16]),
      texts: ["1.0", "5.9604645e-08", "-0.0", "65504.0", "-inf", "nan"]),
    Row(dtype: .bfloat16, bytes: packed([0x3dcd, 0xbf80] as [UInt16]), texts: ["0.100097656", "-1.0"]),
    Row(dtype: .float8e5m2, bytes: [0x3d, 0xfc], texts: ["1.25", "-inf"]),
    Row(dtype: .float8e4m3fn, bytes: [0x01, 0x7e, 0x7f], texts: ["0.001953125", "448.0", "nan"]),
    Row(dtype: .int8, bytes: [0xff, 0x80], texts: ["-1", "-128"]),
    Row(dtype: .uint8, bytes: [0xff], texts: ["255"]),
    Row(dtype: .qint32, bytes: packed([-5] as [Int32]), texts: ["-5"]),
    Row(dtype: .int16, bytes: packed([.min] as [Int16]), texts: ["-32768"]),
    Row(dtype: .uint16, bytes: packed([.max] as [UInt16]), texts: ["65535"]),
    Row(dtype: .int64, bytes: packed([.min] as [Int64]), texts: ["-9223372036854775808"]),
    Row(dtype: .uint64, bytes: packed([.max] as [UInt64]), texts: ["18446744073709551615"]),
    Row(dtype: .bool, bytes: [0, 1], texts: ["false", "true"]),
    Row(dtype: .int4, bytes: [0x08, 0x07], texts: ["-8", "7"]),
    Row(dtype: .complex64, bytes: packed([1, -2, 0.5, .nan] as [Float]), texts: ["1.0-2.0j", "0.5+nanj"]),
    Row(dtype: .complex128, bytes: packed([0, 3] as [Double]), texts: ["0.0+3.0j"]),
    // Bytes that fill no element.
    Row(dtype: .int32, bytes: [1, 0, 0], texts: []),
    Row(dtype: .string, bytes: [1], texts: []),
  ]

  @Test("read back as the same values", arguments: rows)
  func numbers(row: Row) {
    #expect(ValueFormatter.texts(of: row.bytes, dtype: row.dtype) == row.texts)
  }

  @Test(
    "of strings are quoted and escaped, so that different bytes stay different",
    arguments: [
      ("a man", #""a man""#), (#"say "hi" \"#, #""say \"hi\" \\""#), ("é\n\t", #""é\n\t""#),
      ("\u{1b}[2J", #""\u{1b}[2J""#),
      ("", #""""#),
    ])
  func strings(string: String, text: String) {
    #expect(ValueFormatter.text(of: Array(string.utf8)) == text)
  }

  @Test("of strings that are no UTF-8 show the bytes")
  func invalid() {
    #expect(ValueFormatter.text(of: [0x61, 0xff, 0x00, 0xc3]) == #""a\xff\u{0}\xc3""#)
    #expect(ValueFormatter.text(of: Array(#"a\xff"#.utf8)) == #""a\\xff""#)
  }

  @Test("are those of the first elements, with their places")
  func first() throws {
    var source = InMemoryTensorSource([
      try .init("m", .int32, [2, 3], bytes: packed([0, 1, 2, 3, 4, 5] as [Int32])),
      try .init("s", texts: ["x", "y"]),
      try .init("r", .resource, [1], bytes: []),
    ])
    source.pieceByteCount = 8
    func values(_ name: String, _ count: Int) throws -> TensorValues {
      try TensorValues(firstOf: source.requireDescriptor(named: name), in: source, count: count)
    }
    #expect(try values("m", 5).texts == ["0", "1", "2", "3", "4"])
    #expect(try values("m", 5).index(of: 4) == [1, 1])
    #expect(try values("m", .max).texts.count == 6)
    #expect(try values("m", 0).texts == [])
    #expect(try values("m", -1).texts == [])
    #expect(try values("s", 1).texts == [#""x""#])
    #expect(try values("r", 1).texts == [])
  }
}
