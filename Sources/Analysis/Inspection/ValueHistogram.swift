/// How many values lie in each of some equally wide intervals.
package struct ValueHistogram: Sendable, Equatable, Encodable {
  /// Where the first interval begins.
  package let lower: Double
  /// Where the last interval ends. Equal to `lower` if all values are; then the middle interval has them all.
  package let upper: Double
  /// The number of values in each interval. A value at an interval's end belongs to the next one, at the last one's end
  /// to the last.
  package let counts: [Int]

  /// Takes counts that were made elsewhere.
  package init(lower: Double, upper: Double, counts: [Int]) {
    (self.lower, self.upper, self.counts) = (lower, upper, counts)
  }

  /// The most values in one interval.
  package var largestCount: Int { counts.max() ?? 0 }
}
