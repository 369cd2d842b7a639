/// The square root of a sum of squares that neither overflows nor vanishes on the way.
///
/// - Source: J. L. Blue, "A Portable Fortran Program to Find the Euclidean Norm of a Vector", 1978; with three sums.
struct SquareSum: Sendable, Equatable {
  private var small = 0.0
  private var medium = 0.0
  private var large = 0.0

  private static let largeLimit = 0x1p500
  private static let smallLimit = 0x1p-500
  private static let scale = 0x1p600

  /// Adds the square of a finite number.
  @inline(__always)
  mutating func add(_ value: Double) {
    let size = abs(value)
    if size > Self.largeLimit {
      let scaled = size / Self.scale
      large += scaled * scaled
    } else if size < Self.smallLimit {
      let scaled = size * Self.scale
      small += scaled * scaled
    } else {
      medium += size * size
    }
  }

  /// The square root; at most the largest `Double`.
  var root: Double {
    if large > 0 {
      let root = (large + medium / Self.scale / Self.scale).squareRoot() * Self.scale
      return min(root, .greatestFiniteMagnitude)
    }
    // If there are medium squares, small ones are below their last place.
    if medium > 0 { return medium.squareRoot() }
    return small.squareRoot() / Self.scale
  }
}
