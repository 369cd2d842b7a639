/// How many values are in each of several equally wide intervals.
package struct ValueHistogram: Sendable, Equatable, Encodable {
  /// Where the first interval begins.
  package let lower: Double
  /// Where the last interval ends. Equal to `lower` if all values are; then the middle interval has them all.
  package let upper: Double
  /// The number of values in each interval. A value at an interval's end belongs to the next one; at the end of the
  /// last interval, to the last.
  package let counts: [Int]

  /// Takes counts that were computed elsewhere.
  package init(lower: Double, upper: Double, counts: [Int]) {
    (self.lower, self.upper, self.counts) = (lower, upper, counts)
  }

  /// The most values in one interval.
  package var largestCount: Int { counts.max() ?? 0 }
}
