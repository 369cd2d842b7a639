internal import Messages
internal import Tensors
internal import Threads

/// What `inspect` shows of a tensor's values; small, so that it can be kept for a hundred thousand tensors.
package struct ValueSummary: Sendable {
  /// The share of the values below a number.
  package struct Percentile: Sendable, Equatable, Encodable {
    /// 0 to 100.
    package let percent: Double
    /// The number.
    package let value: Double
  }

  /// Which percentiles it has.
  package static let percents: [Double] = [1, 5, 25, 50, 75, 95, 99]
  /// Intervals of the histogram.
  package static let histogramBinCount = 16

  /// Counts and sums.
  package let statistics: TensorStatistics
  /// In ascending order; empty if no value is finite.
  package let percentiles: [Percentile]
  /// Nil if no value is finite.
  package let histogram: ValueHistogram?
  /// The size of the sample behind percentiles and histogram; nil if they cover all values.
  package let sampleCount: Int?

  /// The short form of a profile.
  package init(_ profile: TensorProfile) {
    statistics = profile.statistics
    let distribution = profile.distribution
    percentiles =
      distribution.map { distribution in
        Self.percents.map { Percentile(percent: $0, value: distribution.percentile($0)) }
      } ?? []
    histogram = distribution?.histogram(binCount: Self.histogramBinCount)
    sampleCount = distribution?.sampleCount
  }

  /// Reads tensors one after the other; nil for those without numbers.
  static func all(
    of descriptors: [TensorDescriptor], in source: some TensorSource, cancellation: Cancellation
  ) throws -> [ValueSummary?] {
    let counters = KeyCounters()
    return try descriptors.map { descriptor in
      try TensorProfile(
        of: descriptor, in: source, detail: .distribution, counters: counters, cancellation: cancellation
      ).map { ValueSummary($0) }
    }
  }

  /// The value of one of `percents`; Nil if no value is finite.
  package func percentile(_ percent: Double) -> Double? {
    percentiles.first { $0.percent == percent }?.value
  }

  /// What a person should know about percentiles that cover only a sample; nil if all cover all values.
  static func sampleNote(_ summaries: [ValueSummary?]) -> Message? {
    let counts = summaries.compactMap { $0?.sampleCount }
    guard let largest = counts.max() else { return nil }
    return """
      percentiles with ~ are of evenly spaced samples of up to \(HumanText.grouped(largest)) values \
      (\(HumanText.count(counts.count, "variable")) whose values differ by little)
      """
  }
}
