/// How the values of one tensor differ between two sources.
///
/// Two elements of one dtype are equal if their bits are: a NaN equals itself, and zeros of different signs differ by
/// 0. Elements of different dtypes are equal if they have exactly the same value, or are both NaN. Complex elements are
/// compared by their parts; an element counts once, whether one or both parts differ.
public struct ValueChange: Sendable, Equatable {
  /// One element on both sides.
  public struct ElementPair: Sendable, Equatable {
    /// Its index on each axis; empty for a scalar.
    public let index: [Int]
    /// Its value on the left, as text that loses nothing.
    public let left: String
    /// Its value on the right.
    public let right: String
  }

  /// Elements compared.
  public let elementCount: Int
  /// Elements that differ.
  public let differingCount: Int
  /// Elements that differ by more than the tolerance; the same as `differingCount` if none was given.
  public let beyondToleranceCount: Int
  /// Elements that are NaN on only one side, or NaNs with different bits. Never within a tolerance.
  public let nanCount: Int
  /// Elements that are infinite on one side, and another value other than NaN on the other. Never within a tolerance.
  public let infinityCount: Int
  /// The largest |a − b| of finite elements that differ, at most the largest `Double`; nil if there are none, and for strings.
  public let maximumAbsolute: Double?
  /// The largest |a − b| / max(|a|, |b|) of finite elements that differ, 0 to 2; nil if there are none, and for strings.
  public let maximumRelative: Double?
  /// The largest distance in units in the last place: how many numbers of the dtype are between them, plus one.
  ///
  /// Nil for dtypes other than float16, bfloat16, float32, float64 and complex numbers, and if two dtypes are compared.
  public let maximumULP: UInt64?
  /// The Euclidean distance √Σ(a − b)² over all finite numbers, at most the largest `Double`; nil in the same cases as
  /// `maximumAbsolute`.
  package let distance: Double?
  /// The first element that differs.
  public let first: ElementPair
  /// The element with the largest absolute difference; nil if there is no finite one.
  public let largest: ElementPair?

  /// The part of the elements that differ, 0 to 1.
  public var share: Double { elementCount == 0 ? 0 : Double(differingCount) / Double(elementCount) }

  /// Whether all differences are within the tolerance that was given.
  public var isWithinTolerance: Bool { beyondToleranceCount == 0 }
}
