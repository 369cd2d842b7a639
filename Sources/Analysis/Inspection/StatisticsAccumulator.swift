internal import Bytes
internal import Tensors

/// Counts and sums over a tensor's packed elements, piece by piece.
struct StatisticsAccumulator {
  private let blocks: ElementBlocks
  private var lanes = LaneSums()
  private var integers = IntegerExtremes()
  /// Values that do not yet fill eight lanes.
  private var rest: [UInt8] = []

  init(_ blocks: ElementBlocks) { self.blocks = blocks }

  /// Takes the next elements.
  mutating func add(_ piece: RawSpan) {
    addIntegers(piece)
    let blockByteCount = 8 * blocks.valueByteCount
    var start = 0
    if !rest.isEmpty {
      start = min(blockByteCount - rest.count, piece.byteCount)
      rest += [UInt8](piece.extracting(0..<start))
      guard rest.count == blockByteCount else { return }
      let block = rest
      addBlocks(block.rawSpan)
      rest.removeAll(keepingCapacity: true)
    }
    let wholeByteCount = (piece.byteCount - start) / blockByteCount * blockByteCount
    addBlocks(piece.extracting(start..<(start + wholeByteCount)))
    rest = [UInt8](piece.extracting((start + wholeByteCount)..<piece.byteCount))
  }

  /// Takes the last values and computes the statistics.
  mutating func finish() -> TensorStatistics {
    let restCount = rest.count / blocks.valueByteCount
    if restCount > 0 {
      rest += [UInt8](repeating: 0, count: 8 * blocks.valueByteCount - rest.count)
      var last = SIMD8<Double>()
      blocks.forEach(rest.rawSpan) { last = $0 }
      lanes.add(last, laneCount: restCount)
    }
    return lanes.statistics(extremes)
  }

  private func extremes(_ minimum: Double, _ maximum: Double) -> (ElementValue, ElementValue) {
    if let exact = integers.extremes { return exact }
    return switch (blocks.dtype.kind, blocks.valueByteCount) {
    case (.float, 8), (.complex, 8): (.double(minimum), .double(maximum))
    case (.float, _), (.complex, _): (.single(Float(minimum)), .single(Float(maximum)))
    // 64-bit integers are handled above; a `Double` holds all others exactly.
    case (.signedInteger, _): (.signed(Int64(minimum)), .signed(Int64(maximum)))
    default: (.unsigned(UInt64(minimum)), .unsigned(UInt64(maximum)))
    }
  }

  /// Not all 64-bit integers fit in a `Double`, so their extremes are found separately.
  private mutating func addIntegers(_ piece: RawSpan) {
    switch blocks.dtype {
    case .int64: integers.add(piece, as: Int64.self)
    case .uint64: integers.add(piece, as: UInt64.self)
    default: break
    }
  }

  private mutating func addBlocks(_ bytes: RawSpan) {
    // A local copy stays in registers.
    var lanes = lanes
    blocks.forEach(bytes) { lanes.add($0) }
    self.lanes = lanes
  }
}

/// The smallest and the largest of 64-bit integers.
private struct IntegerExtremes {
  private(set) var extremes: (ElementValue, ElementValue)?

  mutating func add<Integer: FixedWidthInteger & BitwiseCopyable>(_ piece: RawSpan, as type: Integer.Type) {
    guard piece.byteCount >= 8 else { return }
    var (minimum, maximum) = (Integer.max, Integer.min)
    for offset in stride(from: 0, through: piece.byteCount - 8, by: 8) {
      let value = unsafe piece.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: Integer.self)
      minimum = min(minimum, value)
      maximum = max(maximum, value)
    }
    switch extremes {
    case (.signed(let low), .signed(let high))?:
      extremes = (
        .signed(min(low, Int64(truncatingIfNeeded: minimum))), .signed(max(high, Int64(truncatingIfNeeded: maximum)))
      )
    case (.unsigned(let low), .unsigned(let high))?:
      extremes = (
        .unsigned(min(low, UInt64(truncatingIfNeeded: minimum))),
        .unsigned(max(high, UInt64(truncatingIfNeeded: maximum)))
      )
    default:
      extremes =
        Integer.isSigned
        ? (.signed(Int64(truncatingIfNeeded: minimum)), .signed(Int64(truncatingIfNeeded: maximum)))
        : (.unsigned(UInt64(truncatingIfNeeded: minimum)), .unsigned(UInt64(truncatingIfNeeded: maximum)))
    }
  }
}

/// Sums in eight lanes.
private struct LaneSums {
  private var blockCount = 0
  private var lastLaneCount = 0
  /// Subtracted from every value before summing, so that squares of values far from zero lose nothing: the first finite
  /// value of the tensor.
  private var shift: Double?
  private var sum = SIMD8<Double>()
  private var squares = SIMD8<Double>()
  private var minimum = SIMD8<Double>(repeating: .infinity)
  private var maximum = SIMD8<Double>(repeating: -.infinity)
  private var zeros = SIMD8<Int64>()
  private var nans = SIMD8<Int64>()
  private var infinities = SIMD8<Int64>()

  /// Adds eight values.
  @inline(__always)
  mutating func add(_ x: SIMD8<Double>) {
    blockCount += 1
    // A finite number minus itself is zero; infinities and NaNs give NaN.
    let difference = x - x
    guard let shift, difference == SIMD8<Double>() else {
      addSlowly(x, laneCount: 8)
      return
    }
    let shifted = x - shift
    sum += shifted
    squares += shifted * shifted
    minimum.replace(with: x, where: x .< minimum)
    maximum.replace(with: x, where: x .> maximum)
    zeros &+= SIMD8<Int64>().replacing(with: 1, where: x .== 0)
  }

  /// Adds the first `laneCount` values of the last block.
  mutating func add(_ x: SIMD8<Double>, laneCount: Int) {
    lastLaneCount = laneCount
    addSlowly(x, laneCount: laneCount)
  }

  /// The same, value by value, for blocks with special values in them.
  @inline(never)
  private mutating func addSlowly(_ x: SIMD8<Double>, laneCount: Int) {
    for lane in 0..<laneCount {
      let value = x[lane]
      if value.isNaN {
        nans[lane] += 1
      } else if value.isInfinite {
        infinities[lane] += 1
      } else {
        let shift = shift ?? value
        self.shift = shift
        let shifted = value - shift
        sum[lane] += shifted
        squares[lane] += shifted * shifted
        if value < minimum[lane] { minimum[lane] = value }
        if value > maximum[lane] { maximum[lane] = value }
        if value == 0 { zeros[lane] += 1 }
      }
    }
  }

  /// Joins the lanes in order.
  func statistics(_ extremes: (Double, Double) -> (ElementValue, ElementValue)) -> TensorStatistics {
    func total(_ lanes: SIMD8<Int64>) -> Int { (0..<8).reduce(0) { $0 + Int(lanes[$1]) } }
    let valueCount = blockCount * 8 + lastLaneCount
    let (nanCount, infinityCount) = (total(nans), total(infinities))
    let finiteCount = valueCount - nanCount - infinityCount
    var mean: Double?
    var deviation: Double?
    var ends: (ElementValue, ElementValue)?
    if let shift, finiteCount > 0 {
      let sum = (0..<8).reduce(0.0) { $0 + self.sum[$1] }
      let squares = (0..<8).reduce(0.0) { $0 + self.squares[$1] }
      let count = Double(finiteCount)
      let shiftedMean = sum / count
      mean = Self.finite(shift + shiftedMean)
      // Rounding may leave the variance of equal values a little below zero.
      deviation = Self.finite(squares / count - shiftedMean * shiftedMean).map { max(0, $0).squareRoot() }
      ends = extremes(minimum.min(), maximum.max())
    }
    return TensorStatistics(
      valueCount: valueCount, finiteCount: finiteCount, zeroCount: total(zeros), nanCount: nanCount,
      infinityCount: infinityCount, minimum: ends?.0, maximum: ends?.1, mean: mean, standardDeviation: deviation)
  }

  private static func finite(_ value: Double) -> Double? { value.isFinite ? value : nil }
}
