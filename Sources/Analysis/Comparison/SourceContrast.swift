internal import Bytes
package import Inspection
package import Tensors
package import Threads

/// What differs between two sources, with everything that a page shows, from one walk over both.
///
/// Pairs, equality and tolerance are those of `SourceDiff`. Each pair that differs has its relative change and a small
/// histogram of both sides; the largest changes have percentiles, histograms and pictures as well. Memory grows with
/// the number of tensors, by about 1 KiB for each that changed, and not with their sizes.
package struct SourceContrast: Sendable {
  /// A pair whose values, dtypes or shapes differ.
  package struct Change: Sendable {
    /// Intervals of the small histograms.
    package static let binCount = 24

    /// What differs.
    package let difference: SourceDiff.Change
    /// How much; nil if the values cannot be compared: the shapes differ, or one side has no numbers.
    package let measure: ChangeMeasure?
    /// Both sides; nil if one of them has no finite values.
    package let histograms: HistogramPair?

    /// Whether the numbers are the same, in different dtypes.
    package var isRecast: Bool { difference.values == nil && measure != nil }

    /// Whether values are not finite on one side only.
    package var breaksNumbers: Bool {
      difference.values.map { $0.nanCount + $0.infinityCount > 0 } ?? false
    }
  }

  /// A closer look at a pair that differs.
  package struct Detail: Sendable {
    /// Intervals of the histograms.
    package static let binCount = 64

    /// Statistics and percentiles of A.
    package let left: TensorProfile
    /// Statistics and percentiles of B.
    package let right: TensorProfile
    /// Both sides; nil if one of them has no finite values.
    package let histograms: HistogramPair?
    /// Where the two differ; nil if that cannot be shown, see `PairProfile`.
    package let difference: DifferencePictures?

    init(_ profile: PairProfile) {
      (left, right, difference) = (profile.left, profile.right, profile.difference)
      histograms = HistogramPair(profile, binCount: Self.binCount)
    }
  }

  /// How many changes are examined in detail unless the caller asks for another number.
  package static let usualDetailCount = 16

  /// What differs, as `decant diff` says it.
  package let diff: SourceDiff
  /// Pairs that differ, the largest relative change first; see `Change.precedes`.
  package let changes: [Change]
  /// A closer look at the first of `changes` that have numbers, by their index there.
  package let details: [Int: Detail]
  /// Pairs that are equal, by name.
  package let unchanged: [TensorDescriptor]
  /// Changes by the scopes in the names, the largest first.
  package let scopes: [ScopeChange]

  /// Compares two sources.
  ///
  /// - Parameters:
  ///   - left: one source, A.
  ///   - right: the other, B.
  ///   - options: what counts as a difference.
  ///   - prepared: given if A already has the names of B.
  ///   - detailCount: how many changes are examined in detail.
  ///   - cancellation: ends the comparison early.
  ///   - progress: called with the bytes compared and the bytes to compare.
  /// - Throws: `DiffError` for an invalid regular expression or tolerance, `Cancelled` if nobody waits anymore. What a source throws becomes a failure of `diff`.
  package init(
    _ left: any TensorSource, _ right: any TensorSource, options: DiffOptions = DiffOptions(),
    prepared: PreparedNames? = nil, detailCount: Int = usualDetailCount,
    cancellation: Cancellation = Cancellation(),
    progress: (_ byteCount: Int, _ totalByteCount: Int) -> Void = { _, _ in }
  ) throws {
    let recorder = PairRecorder(detailCount: detailCount)
    diff = try SourceDiff(
      left, right, options: options, prepared: prepared, recorder: recorder, cancellation: cancellation,
      progress: progress)
    try cancellation.check()
    let recorded = recorder.changes
    let order = recorded.indices.sorted { Change.precedes(recorded[$0], recorded[$1]) }
    changes = order.map { recorded[$0] }
    let places = Dictionary(order.enumerated().map { ($0.element, $0.offset) }) { first, _ in first }
    details = Dictionary(recorder.details.compactMap { kept in places[kept.place].map { ($0, kept.detail) } }) {
      first, _ in first
    }
    unchanged = recorder.unchanged
    scopes = ScopeChange.scopes(of: recorder.sizes)
  }

  /// Pairs that were compared to the end, equal or not.
  package var comparedCount: Int { changes.count + unchanged.count }

  /// Pairs whose values or shapes differ, in the order of `changes`, which begins with those that have numbers.
  package var changed: [Change] { changes.filter { !$0.isRecast } }

  /// Pairs with the same numbers in different dtypes.
  package var recast: [Change] { changes.filter(\.isRecast) }

  /// The pair with the largest relative change; nil if no numbers changed.
  package var largestChange: Change? {
    let moved = changes.filter { $0.measure.map { $0.difference > 0 } ?? false }
    // Among equal ones the first, which `max` would not return.
    return moved.dropFirst().reduce(moved.first) { best, next in
      (next.measure?.relative ?? 0) > (best?.measure?.relative ?? 0) ? next : best
    }
  }
}

extension SourceContrast.Change {
  /// The order of changes: pairs with NaN or infinity on one side only first, then by relative change, then by name; strings and pairs
  /// of different shapes, which have no distance, come last.
  static func precedes(_ left: Self, _ right: Self) -> Bool {
    let (a, b) = (left.rank, right.rank)
    if a != b { return a > b }
    return left.difference.name.precedesInBytes(right.difference.name)
  }

  private var rank: (isBroken: Int, relative: Double) {
    (breaksNumbers ? 1 : 0, measure?.relative ?? -1)
  }
}
