import Files
import Inspection
import Tensors
import TestSupport
import Testing

@Suite("The profile of a tensor")
struct TensorProfileTests {
  private static func profile(
    _ dtype: DType, _ dimensions: [Int], _ bytes: [UInt8], channelAxis: Int? = nil, pieceByteCount: Int = .max
  ) throws -> TensorProfile {
    var source = InMemoryTensorSource([try .init("t", dtype, dimensions, bytes: bytes)])
    source.pieceByteCount = pieceByteCount
    return try #require(
      try TensorProfile(of: source.descriptors[0], in: source, detail: .pictures, channelAxis: channelAxis))
  }

  @Test("has the statistics that are made without it", arguments: TensorStatisticsTests.rows)
  func statistics(row: TensorStatisticsTests.Row) throws {
    let width = try #require(row.dtype.byteCount)
    let source = InMemoryTensorSource([try .init("t", row.dtype, [row.bytes.count / width], bytes: row.bytes)])
    let profile = try #require(try TensorProfile(of: source.descriptors[0], in: source, detail: .pictures))
    #expect(try profile.statistics == TensorStatistics(of: source.descriptors[0], in: source))
    #expect((profile.distribution == nil) == (profile.statistics.finiteCount == 0))
    #expect(profile.distribution?.percentile(0) == profile.statistics.minimum?.doubleValue)
    #expect(profile.distribution?.percentile(100) == profile.statistics.maximum?.doubleValue)
    #expect(profile.distribution?.count ?? 0 == profile.statistics.finiteCount)
  }

  @Test("is nil for dtypes without numbers", arguments: [DType.string, .resource, .variant])
  func noNumbers(dtype: DType) throws {
    let source = InMemoryTensorSource([try .init("t", dtype, [1], bytes: [0])])
    #expect(try TensorProfile(of: source.descriptors[0], in: source) == nil)
  }

  @Test("has no pictures unless they are asked for")
  func distributionOnly() throws {
    let source = InMemoryTensorSource([try .init("t", .uint8, [2, 2], bytes: [1, 2, 3, 4])])
    let profile = try #require(try TensorProfile(of: source.descriptors[0], in: source))
    #expect(profile.grids.isEmpty && profile.channels == nil)
  }

  @Test("draws a small matrix as it is")
  func smallMatrix() throws {
    let grid = try #require(try Self.profile(.float32, [2, 3], packed([1, 2, 3, -4, .nan, 6] as [Float])).grids.first)
    #expect(grid.rowCount == 2 && grid.columnCount == 3 && grid.cellRowCount == 1 && grid.cellColumnCount == 1)
    #expect(grid.values.map { $0.isNaN ? "-" : "\($0)" } == ["1.0", "2.0", "3.0", "-4.0", "-", "6.0"])
    #expect(grid.lower == -4 && grid.upper == 6)
    #expect(grid.rows == "axis 0 (2)" && grid.columns == "axis 1 (3)" && grid.slice == nil)
  }

  @Test("draws a large matrix by means", arguments: [Int.max, 4096, 5000, 64])
  func largeMatrix(pieceByteCount: Int) throws {
    let (rows, columns) = (97, 300)
    let values = (0..<rows * columns).map { Float($0 / columns) + 1000 * Float($0 % columns) }
    let profile = try Self.profile(.float32, [rows, columns], packed(values), pieceByteCount: pieceByteCount)
    let grid = try #require(profile.grids.first)
    #expect(grid.cellRowCount == 2 && grid.cellColumnCount == 4 && grid.rowCount == 49 && grid.columnCount == 75)
    #expect(grid.values[0] == 0.5 + 1500)
    // The last row of cells has one row.
    #expect(grid.values[48 * 75] == 96 + 1500)
    #expect(grid.values[48 * 75 + 74] == 96 + 1000 * 297.5)
    #expect(grid.lower == 1500.5 && grid.upper == 297_596)
  }

  @Test("draws four slices of a convolution kernel")
  func slices() throws {
    let values = (0..<(3 * 3 * 2 * 5)).map { Float($0) }
    let grids = try Self.profile(.float32, [3, 3, 2, 5], packed(values)).grids
    #expect(grids.map(\.slice) == ["[0, 0, :, :]", "[0, 2, :, :]", "[1, 2, :, :]", "[2, 2, :, :]"])
    #expect(grids.map { $0.values[0] } == [0, 20, 50, 80])
    #expect(grids[3].rows == "axis 2 (2)" && grids[3].columns == "axis 3 (5)" && grids[3].upper == 89)
    let two = try Self.profile(.float32, [2, 1, 3], packed((0..<6).map { Float($0) })).grids
    #expect(two.map(\.slice) == ["[0, :, :]", "[1, :, :]"])
  }

  @Test("draws a vector as one row, and nothing of a scalar, of no value and of complex numbers")
  func otherShapes() throws {
    let grid = try #require(try Self.profile(.uint8, [200], [UInt8](repeating: 7, count: 200)).grids.first)
    #expect(grid.rowCount == 1 && grid.columnCount == 67 && grid.cellColumnCount == 3 && grid.rows.isEmpty)
    #expect(grid.lower == 7 && grid.upper == 7 && grid.columns == "axis 0 (200)")
    for profile in [
      try Self.profile(.uint8, [], [1]), try Self.profile(.uint8, [0, 4], []),
      try Self.profile(.complex64, [1, 1], packed([1, 2] as [Float])),
    ] {
      #expect(profile.grids.isEmpty && profile.channels == nil)
    }
    let spoiled = try #require(
      try Self.profile(.float32, [1, 2], packed([.infinity, .nan] as [Float])).grids.first)
    #expect(spoiled.lower.isNaN && spoiled.upper.isNaN && spoiled.values.allSatisfy(\.isNaN))
  }

  /// As defined: value by value.
  private static func channels(
    _ values: [Float], _ dimensions: [Int], _ axis: Int
  ) -> [(minimum: Double, maximum: Double, mean: Double, deviation: Double)] {
    let inner = dimensions[(axis + 1)...].reduce(1, *)
    return (0..<dimensions[axis]).map { channel in
      let own = values.indices.filter { $0 / inner % dimensions[axis] == channel }.map { Double(values[$0]) }
      let finite = own.filter(\.isFinite)
      let mean = finite.reduce(0, +) / Double(finite.count)
      let variance = finite.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(finite.count)
      return (finite.min() ?? .nan, finite.max() ?? .nan, mean, variance.squareRoot())
    }
  }

  @Test(
    "sums up channels along each axis",
    arguments: [
      [3, 1], [1, 3], [40, 3], [70, 65], [3, 3, 20, 33], [2, 5000], [600, 4, 7], [9, 128], [4096, 2],
    ])
  func channelSums(dimensions: [Int]) throws {
    var random = SeededRandom(seed: 4)
    var values = random.floats(dimensions.reduce(1, *), in: 99...101)
    if values.count > 1000 { (values[3], values[700]) = (.nan, .infinity) }
    for axis in dimensions.indices {
      let profile = try Self.profile(.float32, dimensions, packed(values), channelAxis: axis)
      guard dimensions[axis] <= ChannelStatistics.maximumCount else {
        #expect(profile.channels == nil)
        continue
      }
      let channels = try #require(profile.channels)
      #expect(channels.axis == axis && channels.valueCount == values.count / dimensions[axis])
      let expected = Self.channels(values, dimensions, axis)
      #expect(channels.minima == expected.map(\.minimum) && channels.maxima == expected.map(\.maximum))
      #expect(channels.nonFiniteCounts.reduce(0, +) == (values.count > 1000 ? 2 : 0))
      for channel in expected.indices {
        #expect(abs(channels.means[channel] - expected[channel].mean) < 1e-10)
        #expect(abs(channels.deviations[channel] - expected[channel].deviation) < 1e-7)
      }
      let cut = try Self.profile(.float32, dimensions, packed(values), channelAxis: axis, pieceByteCount: 20)
      #expect(cut.channels?.means == channels.means && cut.channels?.deviations == channels.deviations)
    }
  }

  @Test("takes the last axis for the channels', and finds dead and constant ones")
  func deadChannels() throws {
    let rows: [[Float]] = [[0, 1, 5, .nan, 0], [-0.0, 1, 6, 0, 0], [0, 1, 5, 0, 1e-30]]
    let channels = try #require(try Self.profile(.float32, [3, 5], packed(rows.flatMap { $0 })).channels)
    #expect(channels.axis == 1 && channels.deadChannels == [0] && channels.constantChannels == [1])
    #expect(channels.nonFiniteCounts == [0, 0, 0, 1, 0])
    let single = try #require(try Self.profile(.uint8, [1, 2], [0, 3]).channels)
    #expect(single.deadChannels == [0] && single.constantChannels == [])
    let nothing = try #require(try Self.profile(.float32, [2, 1], packed([.nan, .nan] as [Float])).channels)
    #expect(nothing.means[0].isNaN && nothing.minima[0].isNaN && nothing.deviations[0].isNaN)
    #expect(try Self.profile(.uint8, [1, 2], [0, 3], channelAxis: 2).channels == nil)
    #expect(try Self.profile(.uint8, [2], [0, 3]).channels == nil)
  }

  @Test("fails where the source fails, at its start and in its middle", arguments: [0, 4000])
  func damaged(keptByteCount: Int) throws {
    var source = InMemoryTensorSource([
      try .init("t", .float32, [100, 100], bytes: packed([Float](repeating: 1, count: 10_000)))
    ])
    source.pieceByteCount = 1000
    let damage = FileError(.isDirectory, file: "m")
    source.damage("t", keeping: keptByteCount, throwing: damage)
    #expect(throws: damage) { try TensorProfile(of: source.descriptors[0], in: source, detail: .pictures) }
  }

  @Test("is of what came where a source hands out less than it said")
  func short() throws {
    var source = InMemoryTensorSource([
      try .init("t", .float32, [100, 100], bytes: packed([Float](repeating: 1, count: 10_000)))
    ])
    source.damage("t", keeping: 4000, throwing: nil)
    let profile = try #require(try TensorProfile(of: source.descriptors[0], in: source, detail: .pictures))
    #expect(profile.statistics.valueCount == 1000 && profile.distribution?.count == 1000)
    #expect(profile.grids.isEmpty && profile.channels == nil)
  }
}
