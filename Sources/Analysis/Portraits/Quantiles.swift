/// The distribution of numbers: the smallest, the largest, and quantiles.
package struct Quantiles: Sendable, Equatable {
  /// The smallest.
  package let minimum: Double
  /// Five percent are below.
  package let p5: Double
  /// A quarter is below.
  package let p25: Double
  /// Half are below.
  package let median: Double
  /// Three quarters are below.
  package let p75: Double
  /// Five percent are above.
  package let p95: Double
  /// The largest.
  package let maximum: Double

  /// The quantiles of the finite numbers, interpolated linearly, as numpy computes them; nil if none is finite.
  package init?(of numbers: some Sequence<Double>) {
    let sorted = numbers.filter(\.isFinite).sorted()
    guard let first = sorted.first, let last = sorted.last else { return nil }
    func quantile(_ share: Double) -> Double {
      let place = share * Double(sorted.count - 1)
      let below = Int(place)
      guard below + 1 < sorted.count else { return last }
      let part = place - Double(below)
      // Not the difference times the part, because the difference of two large numbers could be infinite.
      return sorted[below] * (1 - part) + sorted[below + 1] * part
    }
    (minimum, maximum) = (first, last)
    (p5, p25, median, p75, p95) = (quantile(0.05), quantile(0.25), quantile(0.5), quantile(0.75), quantile(0.95))
  }
}
