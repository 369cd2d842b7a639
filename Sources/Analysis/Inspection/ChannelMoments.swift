/// The moments of some values, in a form that can be merged with another.
struct ChannelMoments {
  /// Finite values.
  var count = 0
  var nonFiniteCount = 0
  var minimum = Double.infinity
  var maximum = -Double.infinity
  var mean = 0.0
  /// The sum of the squared differences from the mean.
  var squares = 0.0

  /// The standard deviation of the population; NaN if there are no finite values.
  var deviation: Double { count > 0 ? (max(0, squares) / Double(count)).squareRoot() : .nan }

  /// Merges the moments of other values.
  ///
  /// - Source: Chan, Golub, LeVeque: Updating formulae and a pairwise algorithm for computing sample variances, 1979.
  mutating func add(_ other: ChannelMoments) {
    nonFiniteCount += other.nonFiniteCount
    guard other.count > 0 else { return }
    let total = Double(count + other.count)
    let difference = other.mean - mean
    squares += other.squares + difference * difference * (Double(count) / total * Double(other.count))
    mean += count > 0 ? difference * (Double(other.count) / total) : difference
    count += other.count
    minimum = min(minimum, other.minimum)
    maximum = max(maximum, other.maximum)
  }
}
