/// Statistics of each channel of a tensor, that is, of each index on one of its axes.
package struct ChannelStatistics: Sendable {
  /// Tensors with more channels have no statistics for them.
  package static let maximumCount = 4096

  /// The axis.
  package let axis: Int
  /// The smallest finite value of each channel; NaN if it has none.
  package let minima: [Double]
  /// The largest finite value of each channel; NaN if it has none.
  package let maxima: [Double]
  /// The mean of each channel's finite values; NaN if it has none.
  package let means: [Double]
  /// The standard deviation of each channel's finite values (of the population); NaN if it has none.
  package let deviations: [Double]
  /// The number of values in each channel that are NaN or infinite.
  package let nonFiniteCounts: [Int]
  /// The number of values in each channel.
  package let valueCount: Int

  /// Channels whose values are all zero.
  package var deadChannels: [Int] {
    minima.indices.filter { nonFiniteCounts[$0] == 0 && minima[$0] == 0 && maxima[$0] == 0 }
  }

  /// Channels of two or more values that are all equal and not zero.
  package var constantChannels: [Int] {
    guard valueCount > 1 else { return [] }
    return minima.indices.filter { nonFiniteCounts[$0] == 0 && minima[$0] == maxima[$0] && minima[$0] != 0 }
  }
}
