package import Inspection

/// Two histograms with the same intervals, so that one can be drawn over the other.
package struct HistogramPair: Sendable, Equatable {
  /// The left tensor's.
  package let left: ValueHistogram
  /// The right tensor's.
  package let right: ValueHistogram
  /// Whether one of them counts only a sample of the values.
  package let isSampled: Bool

  /// The intervals go from the smallest of all values to the largest; nil if one side has no finite value.
  package init?(_ profile: PairProfile, binCount: Int) {
    guard let left = profile.left.distribution, let right = profile.right.distribution else { return nil }
    let (lower, upper) = (min(left.minimum, right.minimum), max(left.maximum, right.maximum))
    self.left = left.histogram(binCount: binCount, from: lower, to: upper)
    self.right = right.histogram(binCount: binCount, from: lower, to: upper)
    isSampled = left.sampleCount != nil || right.sampleCount != nil
  }
}
