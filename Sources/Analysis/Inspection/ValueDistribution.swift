/// The distribution of a tensor's finite values: percentiles, and histograms with any intervals.
///
/// Values of at most 16 bits, and those of small tensors, are counted one by one, so that everything here is exact. Others
/// are counted in buckets less than 1% of the value wide (see `KeyLayout`); within a bucket they are assumed to be
/// evenly spaced. If all values are in so few buckets that a histogram would not show their shape, the distribution is
/// that of a sample, and says so.
package struct ValueDistribution: Sendable, Equatable {
  /// Values that are known to be between two numbers.
  struct Bin: Equatable {
    /// The smallest possible value.
    var lower: Double
    /// The largest possible value; equal to `lower` if the values are known exactly.
    var upper: Double
    var count: Int
  }

  /// Nil if all finite values were counted; otherwise the size of the evenly spaced sample.
  package let sampleCount: Int?
  /// The smallest finite value.
  package let minimum: Double
  /// The largest finite value.
  package let maximum: Double
  /// The number of values that histograms count: all finite values, or those of the sample.
  package let count: Int
  /// In ascending order, none empty; their ends may touch.
  private let bins: [Bin]
  /// For each bin, the number of values up to its end.
  private let ends: [Int]

  /// - Precondition: `bins` are in ascending order and hold a value.
  init(_ bins: [Bin], minimum: Double, maximum: Double, sampleCount: Int? = nil) {
    var ends: [Int] = []
    ends.reserveCapacity(bins.count)
    var count = 0
    for bin in bins {
      count += bin.count
      ends.append(count)
    }
    // A bucket may reach beyond the extremes; its values do not.
    self.bins = bins.map { bin in
      Bin(
        lower: min(max(bin.lower, minimum), maximum), upper: max(min(bin.upper, maximum), minimum), count: bin.count)
    }
    (self.ends, self.count) = (ends, count)
    (self.minimum, self.maximum, self.sampleCount) = (minimum, maximum, sampleCount)
  }

  /// The value below which this percentage of the values lies.
  ///
  /// Between two values it is interpolated, as NumPy's `percentile` does by default (`linear`; Hyndman and Fan's type 7).
  /// The error is less than 1% of the value, or 10⁻⁴⁰ if that is more; 0 and 100 are exact.
  ///
  /// - Parameter percent: 0 to 100; other numbers count as the nearer of the two.
  /// - Returns: the value.
  package func percentile(_ percent: Double) -> Double {
    // NaN too.
    guard percent > 0 else { return minimum }
    guard percent < 100 else { return maximum }
    let position = Double(count - 1) * (percent / 100)
    let rank = min(Int(position), count - 1)
    let low = value(atRank: rank)
    let part = position - Double(rank)
    guard part > 0, rank + 1 < count else { return low }
    return Self.between(low, value(atRank: rank + 1), part)
  }

  /// The value that has this many smaller ones before it.
  private func value(atRank rank: Int) -> Double {
    if sampleCount == nil {
      if rank == 0 { return minimum }
      if rank == count - 1 { return maximum }
    }
    // The first bin that ends after the rank.
    var (low, high) = (0, bins.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if ends[middle] > rank { high = middle } else { low = middle + 1 }
    }
    let bin = bins[low]
    guard bin.lower < bin.upper else { return bin.lower }
    let place = rank - (ends[low] - bin.count)
    return Self.between(bin.lower, bin.upper, (Double(place) + 0.5) / Double(bin.count))
  }

  /// A histogram of equally wide intervals.
  ///
  /// Values outside the interval from `lower` to `upper` are not counted; with the defaults, all are counted, and the
  /// counts add up to `count`.
  ///
  /// - Parameters:
  ///   - binCount: how many intervals; at least 1.
  ///   - lower: where the first begins; by default at the smallest value.
  ///   - upper: where the last ends; by default at the largest value.
  /// - Returns: the counts.
  package func histogram(binCount: Int, from lower: Double? = nil, to upper: Double? = nil) -> ValueHistogram {
    let binCount = max(1, binCount)
    let lower = lower ?? minimum
    let upper = upper ?? maximum
    var counts = [Int](repeating: 0, count: binCount)
    guard lower < upper else {
      counts[binCount / 2] = bins.reduce(0) { $0 + ($1.lower <= lower && $1.upper >= lower ? $1.count : 0) }
      return ValueHistogram(lower: lower, upper: upper, counts: counts)
    }
    let edges = (0...binCount).map { Self.between(lower, upper, Double($0) / Double(binCount)) }
    var first = 0
    for bin in bins where bin.upper >= lower && bin.lower <= upper {
      while first + 1 < binCount, edges[first + 1] <= bin.lower { first += 1 }
      Self.split(bin, over: edges, from: first, into: &counts)
    }
    return ValueHistogram(lower: lower, upper: upper, counts: counts)
  }

  /// Adds a bin's values to the intervals that it overlaps, in proportion to the overlap; the first such interval is
  /// `first` or a later one.
  private static func split(_ bin: Bin, over edges: [Double], from first: Int, into counts: inout [Int]) {
    let last = counts.count - 1
    guard bin.lower < bin.upper else {
      counts[first] += bin.count
      return
    }
    /// How many of the bin's values are below a number.
    func countBefore(_ place: Double) -> Int {
      if place <= bin.lower { return 0 }
      if place >= bin.upper { return bin.count }
      // Buckets are far narrower than the range of `Double`, and the difference of unequal numbers is never zero.
      let part = (place - bin.lower) / (bin.upper - bin.lower)
      return min(bin.count, max(0, Int((Double(bin.count) * part).rounded())))
    }
    var before = countBefore(edges[first])
    for interval in first...last {
      guard edges[interval] <= bin.upper else { return }
      let next = interval == last && edges[last + 1] >= bin.upper ? bin.count : countBefore(edges[interval + 1])
      counts[interval] += max(0, next - before)
      before = max(before, next)
    }
  }

  /// The number a fraction of the way from one number to another; the distance itself may overflow `Double`.
  private static func between(_ low: Double, _ high: Double, _ part: Double) -> Double {
    if part <= 0 { return low }
    if part >= 1 { return high }
    let way = high - low
    let value = way.isFinite ? low + way * part : low * (1 - part) + high * part
    return min(max(value, low), high)
  }
}
