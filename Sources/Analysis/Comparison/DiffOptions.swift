/// What counts as a difference between two sources.
public struct DiffOptions: Sendable, Equatable {
  /// How far numbers may be apart: |a − b| ≤ tolerance · (1 + max(|a|, |b|)).
  ///
  /// Like numpy's `allclose` with two equal tolerances, except that the larger of the two numbers counts, so that the order of the
  /// sources does not matter. Nil requires equal bits.
  public var tolerance: Double?
  /// A regular expression; tensors whose names do not match it are ignored.
  public var match: String?
  /// Whether only the numbers count, so that different dtypes alone are not a difference.
  public var ignoresDTypes = false

  /// Equal bits, all tensors.
  public init() {}
}
