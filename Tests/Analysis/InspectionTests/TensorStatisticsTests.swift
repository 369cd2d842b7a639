import Files
import Inspection
import Tensors
import TestSupport
import Testing

@Suite("Statistics of a tensor")
struct TensorStatisticsTests {
  struct Row: CustomTestStringConvertible, Sendable {
    let name: String
    let dtype: DType
    let bytes: [UInt8]
    /// `count finite zeros nan inf min max mean std`.
    let expected: String
    var testDescription: String { name }
  }

  static let rows: [Row] = [
    Row(
      name: "float32", dtype: .float32, bytes: packed([1, 2, 3, 4] as [Float]),
      expected: "4 4 0 0 0 1.0 4.0 2.5 1.1180339887498949"),
    Row(
      name: "float32 with NaN, infinities and both zeros", dtype: .float32,
      bytes: packed([.nan, 0, -0.0, .infinity, -.infinity, -.infinity, 0.1, -0.1, 7, .nan] as [Float]),
      expected: "10 5 2 2 3 -0.1 7.0 1.4 2.800714194063459"),
    Row(
      name: "float32, nothing finite", dtype: .float32, bytes: packed([.nan, .infinity] as [Float]),
      expected: "2 0 0 1 1 - - - -"),
    Row(name: "float32, empty", dtype: .float32, bytes: [], expected: "0 0 0 0 0 - - - -"),
    Row(
      name: "float64 far from zero", dtype: .float64, bytes: packed([1e9, 1e9 + 1, 1e9 + 2] as [Double]),
      expected: "3 3 0 0 0 1000000000.0 1000000002.0 1000000001.0 0.8164965809277263"),
    Row(
      name: "float64 whose squares overflow", dtype: .float64, bytes: packed([-1e300, 1e300] as [Double]),
      expected: "2 2 0 0 0 -1e+300 1e+300 0.0 -"),
    Row(
      name: "float16, subnormal to infinity", dtype: .float16,
      bytes: packed([0x0001, 0x8000, 0x7c00, 0x7e00, 0xc000] as [UInt16]),
      expected: "5 3 1 1 1 -2.0 5.9604645e-08 -0.6666666467984518 0.942809028113"),
    Row(
      name: "bfloat16", dtype: .bfloat16, bytes: packed([0x3f80, 0xff80, 0x7fc0] as [UInt16]),
      expected: "3 1 0 1 1 1.0 1.0 1.0 0.0"),
    Row(
      name: "int8", dtype: .int8, bytes: [0x80, 0x7f, 0],
      expected: "3 3 1 0 0 -128 127 -0.3333333333333333 104.10358089689112"
    ),
    Row(name: "uint8", dtype: .uint8, bytes: [255, 0], expected: "2 2 1 0 0 0 255 127.5 127.5"),
    Row(name: "quint8", dtype: .quint8, bytes: [255], expected: "1 1 0 0 0 255 255 255.0 0.0"),
    Row(
      name: "int16", dtype: .int16, bytes: packed([-32768, 32767] as [Int16]),
      expected: "2 2 0 0 0 -32768 32767 -0.5 32767.5"),
    Row(
      name: "uint16", dtype: .uint16, bytes: packed([65535] as [UInt16]), expected: "1 1 0 0 0 65535 65535 65535.0 0.0"),
    Row(
      name: "int32", dtype: .int32, bytes: packed([.min, 0] as [Int32]),
      expected: "2 2 1 0 0 -2147483648 0 -1073741824.0 1073741824.0"),
    Row(
      name: "uint32", dtype: .uint32, bytes: packed([.max] as [UInt32]),
      expected: "1 1 0 0 0 4294967295 4294967295 4294967295.0 0.0"),
    Row(
      name: "int64 beyond Double's whole numbers", dtype: .int64, bytes: packed([.max, .max - 1] as [Int64]),
      expected: "2 2 0 0 0 9223372036854775806 9223372036854775807 9.223372036854776e+18 0.0"),
    Row(
      name: "uint64", dtype: .uint64, bytes: packed([.max, 0] as [UInt64]),
      expected: "2 2 1 0 0 0 18446744073709551615 9.223372036854776e+18 9.223372036854776e+18"),
    Row(name: "bool", dtype: .bool, bytes: [0, 1, 1, 2], expected: "4 4 1 0 0 0 1 0.75 0.4330127018922193"),
    Row(
      name: "complex64, by components", dtype: .complex64, bytes: packed([1, -1, 0, .nan] as [Float]),
      expected: "4 3 1 1 0 -1.0 1.0 0.0 0.816496580927726"),
    Row(
      name: "complex128", dtype: .complex128, bytes: packed([1, -1] as [Double]), expected: "2 2 0 0 0 -1.0 1.0 0.0 1.0"
    ),
    Row(
      name: "float8_e5m2", dtype: .float8e5m2, bytes: [0x3c, 0xbc, 0x7c, 0x7d, 0x01],
      expected: "5 3 0 1 1 -1.0 1.0 5.086263020833333e-06 0.81649658093"),
    Row(
      name: "float8_e4m3fn", dtype: .float8e4m3fn, bytes: [0x38, 0x7e, 0x7f, 0xff],
      expected: "4 2 0 2 0 1.0 448.0 224.5 223.5"),
    Row(
      name: "float8_e4m3fnuz", dtype: .float8e4m3fnuz, bytes: [0x40, 0x7f, 0x80],
      expected: "3 2 0 1 0 1.0 240.0 120.5 119.5"),
    Row(
      name: "float8_e4m3b11fnuz", dtype: .float8e4m3b11fnuz, bytes: [0x58, 0x7f, 0x80],
      expected: "3 2 0 1 0 1.0 30.0 15.5 14.5"),
    Row(
      name: "float8_e5m2fnuz", dtype: .float8e5m2fnuz, bytes: [0x40, 0x7f, 0x80],
      expected: "3 2 0 1 0 1.0 57344.0 28672.5 28671.5"),
    Row(
      name: "float4_e2m1fn", dtype: .float4e2m1fn, bytes: [0x01, 0x07, 0x0f, 0x08],
      expected: "4 4 1 0 0 -6.0 6.0 0.125 4.248161366991607"),
    Row(name: "int4", dtype: .int4, bytes: [0x08, 0xf8, 0x07], expected: "3 3 0 0 0 -8 7 -3.0 7.0710678"),
    Row(name: "uint4", dtype: .uint4, bytes: [0x0f, 0], expected: "2 2 1 0 0 0 15 7.5 7.5"),
    Row(name: "int2", dtype: .int2, bytes: [0x02, 0x01], expected: "2 2 0 0 0 -2 1 -0.5 1.5"),
    Row(name: "uint2", dtype: .uint2, bytes: [0x03], expected: "1 1 0 0 0 3 3 3.0 0.0"),
  ]

  @Test("are right for each dtype", arguments: rows)
  func values(row: Row) throws {
    let width = try #require(row.dtype.byteCount)
    let source = InMemoryTensorSource([
      try .init("t", row.dtype, [row.bytes.count / width], bytes: row.bytes)
    ])
    let statistics = try #require(try TensorStatistics(of: source.descriptors[0], in: source))
    let fields = row.expected.split(separator: " ").map(String.init)
    #expect(statistics.valueCount == Int(fields[0]))
    #expect(statistics.finiteCount == Int(fields[1]))
    #expect(statistics.zeroCount == Int(fields[2]))
    #expect(statistics.nanCount == Int(fields[3]))
    #expect(statistics.infinityCount == Int(fields[4]))
    #expect(statistics.minimum?.description ?? "-" == fields[5])
    #expect(statistics.maximum?.description ?? "-" == fields[6])
    for (found, expected) in [(statistics.mean, fields[7]), (statistics.standardDeviation, fields[8])] {
      guard let expected = Double(expected) else {
        #expect(found == nil)
        continue
      }
      let difference = abs((found ?? .nan) - expected)
      // Sums of at most ten values: a few units in the last place of the largest, or of the digits written here.
      #expect(difference <= 1e-7 * max(1e-6, abs(expected)), "\(String(describing: found)) for \(expected)")
    }
  }

  @Test("are nil for dtypes without numbers", arguments: [DType.string, .resource, .variant])
  func noNumbers(dtype: DType) throws {
    let source = InMemoryTensorSource([
      try .init("t", dtype, [1], bytes: [0])
    ])
    #expect(try TensorStatistics(of: source.descriptors[0], in: source) == nil)
  }

  @Test("do not depend on how the data is cut into pieces", arguments: [1, 2, 3, 7, 8, 9, 64, 1000])
  func pieces(pieceElementCount: Int) throws {
    // A fixed sequence of magnitudes from 1e-6 to 1e6, so that any other order of additions would show.
    var state: UInt64 = 7
    let values = (0..<1013).map { index -> Float in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let unit = Float(state >> 40) / Float(1 << 24) - 0.5
      return index == 500 ? .nan : unit * [1e-6, 1, 1e6][index % 3]
    }
    var source = InMemoryTensorSource([
      try .init("t", .float32, [values.count], bytes: packed(values))
    ])
    let whole = try TensorStatistics(of: source.descriptors[0], in: source)
    source.pieceByteCount = 4 * pieceElementCount
    #expect(try TensorStatistics(of: source.descriptors[0], in: source) == whole)
    #expect(whole?.valueCount == values.count)
    #expect(whole?.nanCount == 1)
  }

  @Test("fail where the source fails")
  func damaged() throws {
    var source = InMemoryTensorSource([
      try .init("t", .float32, [1], bytes: packed([1] as [Float]))
    ])
    let damage = FileError(.isDirectory, file: "m")
    source.damage("t", throwing: damage)
    #expect(throws: damage) { try TensorStatistics(of: source.descriptors[0], in: source) }
  }
}
