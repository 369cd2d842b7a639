/// What counts as a difference between two sources.
public struct DiffOptions: Sendable, Equatable {
  /// How far numbers may be apart: |a − b| ≤ tolerance · (1 + max(|a|, |b|)).
  ///
  /// As numpy's `allclose` with both tolerances the same, but of the two numbers the larger counts, so that the order of the sources
  /// does not matter. Nil asks for equal bits.
  public var tolerance: Double?
  /// A regular expression; tensors in whose names it matches nowhere are not looked at.
  public var match: String?
  /// Whether only the numbers count, so that two different dtypes are not a difference by themselves.
  public var ignoresDTypes = false

  /// Equal bits, all tensors.
  public init() {}
}
