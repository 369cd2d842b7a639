import Files
import Inspection
import Tensors
import TestSupport
import Testing

@Suite("The distribution of a tensor's values")
struct ValueDistributionTests {
  /// A tensor and its finite values as a `Double` each.
  struct Row: CustomTestStringConvertible, Sendable {
    let name: String
    let dtype: DType
    let bytes: [UInt8]
    let values: [Double]
    /// Whether nothing may be off.
    var isExact = false
    /// Whether a sample is expected.
    var isSampled = false
    var testDescription: String { name }

    init<Element: BitwiseCopyable>(
      _ name: String, _ dtype: DType, _ elements: [Element], isExact: Bool = false, isSampled: Bool = false,
      value: (Element) -> Double
    ) {
      self.name = name
      self.dtype = dtype
      bytes = packed(elements)
      values = elements.map(value).filter(\.isFinite)
      self.isExact = isExact
      self.isSampled = isSampled
    }
  }

  /// Numbers around zero, dense in the middle, as weights are.
  static func bells(_ count: Int, seed: UInt64, scale: Double = 1, center: Double = 0) -> [Double] {
    var random = SeededRandom(seed: seed)
    return (0..<count).map { _ in
      center + scale * (0..<6).reduce(0) { sum, _ in sum + Double.random(in: -1...1, using: &random) }
    }
  }

  static let rows: [Row] = {
    let bell = bells(6000, seed: 1, scale: 0.05)
    let wide = (0..<6000).map { index in bell[index] * [1e-30, 1e-3, 1, 1e6, 1e30][index % 5] }
    var spoiled = bell.map(Float.init)
    spoiled[77] = .nan
    spoiled[5777] = -.infinity
    for index in stride(from: 0, to: 6000, by: 3) { spoiled[index] = index % 2 == 0 ? 0 : -0.0 }
    let tiny = (0..<3000).map { Float(bitPattern: UInt32($0 % 100)) * ($0 % 7 == 0 ? -1 : 1) }
    var random = SeededRandom(seed: 9)
    let words = (0..<5000).map { _ in random.next() }
    return [
      Row("float32", .float32, bell.map(Float.init)) { Double($0) },
      Row("float32, 500 values", .float32, bell.prefix(500).map(Float.init), isExact: true) { Double($0) },
      Row("float32 of all magnitudes", .float32, wide.map(Float.init)) { Double($0) },
      Row("float32 with NaN, infinity and both zeros", .float32, spoiled) { Double($0) },
      Row("float32 below the smallest normal number", .float32, tiny) { Double($0) },
      Row("float32, positive only", .float32, bell.map { Float(abs($0)) }) { Double($0) },
      Row("float32, one value", .float32, [Float](repeating: 0.3, count: 9000), isExact: true) { Double($0) },
      Row("float32, zeros", .float32, [Float](repeating: 0, count: 9000), isExact: true) { Double($0) },
      Row("float32 near 1000", .float32, bells(9000, seed: 3, center: 1000).map(Float.init), isSampled: true) {
        Double($0)
      },
      Row(
        "float32 near -1, few enough", .float32, bells(4000, seed: 3, scale: 0.01, center: -1).map(Float.init),
        isExact: true
      ) { Double($0) },
      Row("float64", .float64, bell) { $0 },
      Row("float64 beyond float32", .float64, wide.map { $0 * 1e270 }) { $0 },
      Row("float64 whose range is beyond float64", .float64, bell.map { $0.sign == .minus ? -1.7e308 : 1.7e308 }) {
        $0
      },
      Row("float64 below the smallest normal number", .float64, (0..<2000).map { Double(bitPattern: UInt64($0)) }) {
        $0
      },
      Row("float16", .float16, (0..<9000).map { UInt16($0 * 7) }, isExact: true) { Double(Float(halfBits: $0)) },
      Row("bfloat16", .bfloat16, (0..<9000).map { UInt16($0 * 7) }, isExact: true) {
        Double(Float(bitPattern: UInt32($0) << 16))
      },
      Row("int8", .int8, words.map { Int8(truncatingIfNeeded: $0) }, isExact: true) { Double($0) },
      Row("uint8", .uint8, words.map { UInt8(truncatingIfNeeded: $0) }, isExact: true) { Double($0) },
      Row("int16", .int16, words.map { Int16(truncatingIfNeeded: $0) }, isExact: true) { Double($0) },
      Row("uint16", .uint16, words.map { UInt16(truncatingIfNeeded: $0) }, isExact: true) { Double($0) },
      Row("int32", .int32, words.map { Int32(truncatingIfNeeded: $0) }) { Double($0) },
      Row("int32, small", .int32, words.map { Int32(truncatingIfNeeded: $0 % 200) - 90 }, isExact: true) { Double($0) },
      Row("uint32", .uint32, words.map { UInt32(truncatingIfNeeded: $0) }) { Double($0) },
      Row("int64", .int64, words.map { Int64(bitPattern: $0) } + [.min, .max]) { Double($0) },
      Row("uint64", .uint64, words + [.min, .max]) { Double($0) },
      Row("bool", .bool, words.map { UInt8($0 & 1) }, isExact: true) { Double($0) },
      Row("int4", .int4, words.map { UInt8($0 & 15) }, isExact: true) { Double(Int8(bitPattern: $0 << 4) >> 4) },
      Row("complex64", .complex64, bell.map(Float.init)) { Double($0) },
      Row("complex128", .complex128, bell) { $0 },
    ]
  }()

  private static func profile(_ row: Row, pieceByteCount: Int = .max) throws -> TensorProfile {
    let width = try #require(row.dtype.byteCount)
    var source = InMemoryTensorSource([
      try .init("t", row.dtype, [row.bytes.count / width], bytes: row.bytes)
    ])
    source.pieceByteCount = pieceByteCount
    return try #require(try TensorProfile(of: source.descriptors[0], in: source))
  }

  /// As NumPy's `percentile` defines it.
  private static func percentile(_ percent: Double, of sorted: [Double]) -> Double {
    let position = Double(sorted.count - 1) * (percent / 100)
    let (low, high) = (sorted[Int(position)], sorted[min(Int(position) + 1, sorted.count - 1)])
    let part = position - position.rounded(.down)
    return (high - low).isFinite ? low + (high - low) * part : low * (1 - part) + high * part
  }

  @Test("has the percentiles that sorting gives", arguments: rows)
  func percentiles(row: Row) throws {
    let distribution = try #require(try Self.profile(row).distribution)
    let sorted = row.values.sorted()
    #expect((distribution.sampleCount != nil) == row.isSampled)
    for percent in [0, 0.1, 1, 5, 10, 25, 50, 75, 90, 99, 99.9, 100] {
      let found = distribution.percentile(percent)
      let position = Double(sorted.count - 1) * (percent / 100)
      // Between two values that are each off by 1%.
      let ends = [sorted[Int(position)], sorted[Int(position.rounded(.up))]]
      let expected = Self.percentile(percent, of: sorted)
      let allowed =
        row.isExact || percent == 0 || percent == 100
        ? 1e-14 * abs(expected) : max(0.01 * (ends.map(abs).max() ?? 0), row.dtype == .float64 ? 1e-300 : 1e-40)
      #expect(abs(found - expected) <= allowed, "\(percent) %: \(found) for \(expected)")
    }
    #expect(distribution.percentile(-1) == sorted[0] && distribution.percentile(.nan) == sorted[0])
    #expect(distribution.percentile(200) == sorted[sorted.count - 1])
  }

  @Test("has histograms that count every finite value", arguments: rows, [1, 7, 200])
  func histograms(row: Row, binCount: Int) throws {
    let distribution = try #require(try Self.profile(row).distribution)
    let sorted = row.values.sorted()
    let histogram = distribution.histogram(binCount: binCount)
    #expect(histogram.counts.count == binCount)
    #expect(histogram.lower == sorted[0] && histogram.upper == sorted[sorted.count - 1])
    #expect(histogram.counts.reduce(0, +) == distribution.sampleCount ?? sorted.count)
    #expect(histogram.counts.allSatisfy { $0 >= 0 })
    guard row.isExact, histogram.lower < histogram.upper else { return }
    var expected = [Int](repeating: 0, count: binCount)
    let width = histogram.upper - histogram.lower
    func edge(_ interval: Int) -> Double { histogram.lower + width * (Double(interval) / Double(binCount)) }
    for value in sorted {
      var interval = min(binCount - 1, Int((value - histogram.lower) / width * Double(binCount)))
      // What the division rounded is decided by the interval's ends.
      if interval > 0, value < edge(interval) { interval -= 1 }
      if interval + 1 < binCount, value >= edge(interval + 1) { interval += 1 }
      expected[interval] += 1
    }
    #expect(histogram.counts == expected)
  }

  @Test("splits buckets so that no interval is far off")
  func smooth() throws {
    // One value for each step, so that each interval has as many.
    let values = (0..<100_000).map { Float($0) / 100_000 - 0.5 }
    let distribution = try #require(try Self.profile(Row("", .float32, values) { Double($0) }).distribution)
    for count in distribution.histogram(binCount: 50).counts { #expect(abs(count - 2000) <= 60) }
  }

  @Test("has histograms of a part, or of more than there is")
  func ranges() throws {
    let values = (0..<400).map { Float($0) }
    let distribution = try #require(try Self.profile(Row("", .float32, values) { Double($0) }).distribution)
    #expect(distribution.histogram(binCount: 4, from: 100, to: 200).counts == [25, 25, 25, 26])
    #expect(distribution.histogram(binCount: 4, from: -400, to: 400).counts == [0, 0, 200, 200])
    #expect(distribution.histogram(binCount: 2, from: 1000, to: 2000).counts == [0, 0])
    #expect(distribution.histogram(binCount: 3, from: 7, to: 7).counts == [0, 1, 0])
    #expect(distribution.histogram(binCount: 0).counts == [400])
    #expect(distribution.histogram(binCount: 1, from: .nan, to: .nan).counts.count == 1)
  }

  @Test("does not depend on how the data is cut into pieces", arguments: rows)
  func pieces(row: Row) throws {
    let whole = try Self.profile(row).distribution
    for pieceByteCount in [16, 48, 1000, 8192, 8200] {
      #expect(try Self.profile(row, pieceByteCount: pieceByteCount).distribution == whole)
    }
  }

  @Test("is nil where no value is finite, and where there is none")
  func nothing() throws {
    #expect(
      try Self.profile(Row("", .float32, [Float](repeating: .nan, count: 9000)) { Double($0) }).distribution == nil)
    #expect(try Self.profile(Row("", .float32, [Float]()) { Double($0) }).distribution == nil)
  }
}
