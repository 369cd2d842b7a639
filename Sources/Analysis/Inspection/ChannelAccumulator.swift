internal import Tensors

/// Sums up each channel of a tensor, piece by piece.
struct ChannelAccumulator {
  private let axis: Int
  private let channelCount: Int
  /// Consecutive values of one channel.
  private let innerCount: Int
  private let valueCount: Int
  private var sums: [ChannelSums]

  /// nil for tensors without such an axis, of one axis only, without values or with too many channels.
  ///
  /// - Parameters:
  ///   - shape: the tensor's.
  ///   - axis: whose places are the channels; the last by default.
  init?(_ shape: Shape, axis: Int?) {
    let axis = axis ?? shape.rank - 1
    guard shape.rank > 1, shape.dimensions.indices.contains(axis), shape.elementCount > 0 else { return nil }
    let count = shape.dimensions[axis]
    guard count <= ChannelStatistics.maximumCount else { return nil }
    self.axis = axis
    channelCount = count
    innerCount = shape.dimensions[(axis + 1)...].reduce(1, *)
    valueCount = shape.elementCount / count
    sums = [ChannelSums](repeating: ChannelSums(), count: count)
  }

  /// Takes the first `count` of `values`, which are the tensor's from place `start` on.
  mutating func add(_ values: [Double], count: Int, from start: Int) {
    var place = 0
    while place < count {
      let (outer, inner) = (start + place).quotientAndRemainder(dividingBy: innerCount)
      let end = min(count, place + innerCount - inner)
      let channel = outer % channelCount
      for index in place..<end { sums[channel].add(values[index]) }
      place = end
    }
  }

  /// What all values were like.
  func finish() -> ChannelStatistics {
    ChannelStatistics(
      axis: axis, minima: sums.map { $0.count > 0 ? $0.minimum : .nan },
      maxima: sums.map { $0.count > 0 ? $0.maximum : .nan }, means: sums.map(\.mean),
      deviations: sums.map(\.deviation), nonFiniteCounts: sums.map(\.nonFiniteCount), valueCount: valueCount)
  }
}

/// The sums of one channel.
private struct ChannelSums {
  private(set) var count = 0
  private(set) var nonFiniteCount = 0
  private(set) var minimum = Double.infinity
  private(set) var maximum = -Double.infinity
  /// Subtracted before summing; see `LaneSums`.
  private var shift = 0.0
  private var sum = 0.0
  private var squares = 0.0

  @inline(__always)
  mutating func add(_ value: Double) {
    guard value.isFinite else {
      nonFiniteCount += 1
      return
    }
    if count == 0 { shift = value }
    count += 1
    minimum = min(minimum, value)
    maximum = max(maximum, value)
    let shifted = value - shift
    sum += shifted
    squares += shifted * shifted
  }

  var mean: Double { count > 0 ? shift + sum / Double(count) : .nan }

  var deviation: Double {
    guard count > 0 else { return .nan }
    let mean = sum / Double(count)
    return max(0, squares / Double(count) - mean * mean).squareRoot()
  }
}
