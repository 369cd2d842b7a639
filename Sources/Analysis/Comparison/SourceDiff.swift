internal import Bytes
public import Messages
public import Tensors
internal import Threads

/// What differs between two sources: names, dtypes, shapes, and by how much the values.
///
/// Tensors are paired by their canonical names, so that a model written in another era, or for another framework,
/// differs only where its values do. Tensors are read side by side, in pieces; memory does not grow with their size. A
/// tensor that cannot be read does not end the comparison: it is listed among `failures`, and the sources are then
/// neither equal nor merely different.
public struct SourceDiff: Sendable {
  /// One of the two sources.
  public struct Side: Sendable, Equatable {
    /// The format in words.
    public let format: String
    /// The number of tensors.
    public let tensorCount: Int
    /// Bytes of all tensors.
    public let byteCount: Int
  }

  /// A tensor that only one source has.
  public struct OneSided: Sendable, Equatable {
    /// The tensor, under its canonical name.
    public let descriptor: TensorDescriptor
    /// Why only training needs it, in words; nil for all other tensors.
    public let leftoverReason: String?
  }

  /// A tensor that differs between the sources.
  public struct Change: Sendable, Equatable {
    /// The tensor on the left, under its canonical name.
    public let left: TensorDescriptor
    /// The tensor on the right.
    public let right: TensorDescriptor
    /// How the values differ; nil if they are equal, or cannot be compared because the shapes differ or only one side
    /// has numbers.
    public let values: ValueChange?

    /// The canonical name.
    public var name: String { left.name }
    /// Whether dtype or shape differ.
    public var changesKind: Bool { left.dtype != right.dtype || left.shape != right.shape }
  }

  /// A tensor, or a whole file, that could not be read.
  public struct Failure: Sendable {
    /// The canonical name; nil if a whole file is at fault.
    public let tensor: String?
    /// What is wrong; it names the file.
    public let error: any Error
  }

  /// The source on the left.
  public let left: Side
  /// The source on the right.
  public let right: Side
  /// What was compared, and how.
  public let options: DiffOptions
  /// Tensors that only the left side has, by name.
  public let onlyInLeft: [OneSided]
  /// Tensors that only the right side has, by name.
  public let onlyInRight: [OneSided]
  /// What need not be on both sides; nil unless one side is a frozen graph.
  public let graphRemainder: GraphRemainder?
  /// The tensors of that remainder, which do not count as a difference.
  public let setAside: [OneSided]
  /// Pairs of different dtype or shape, by name. With `ignoresDTypes`, only different shapes, or numbers on one side
  /// only.
  public let kindChanges: [Change]
  /// Pairs of different values, in the order of `ChangeOrder`: the largest change first.
  public let valueChanges: [Change]
  /// Pairs whose values differ by no more than the tolerance; in the same order.
  public let withinTolerance: [Change]
  /// How many pairs agree in everything that is compared.
  public let equalCount: Int
  /// Names of tensors without plain values (resources, variants), which are not compared.
  public let notCompared: [String]
  /// What could not be read or listed.
  public let failures: [Failure]
  /// Why tensors were paired by the names in their files; nil if they were paired by canonical names.
  public let namingNote: Message?
  /// What was done to the left source beforehand, if it was given the names of the right one.
  public let prepared: PreparedNames?

  /// Whether nothing differs, apart from values within the tolerance.
  public var isEqual: Bool {
    onlyInLeft.isEmpty && onlyInRight.isEmpty && kindChanges.isEmpty && valueChanges.isEmpty && failures.isEmpty
  }

  /// Compares two sources.
  ///
  /// - Parameters:
  ///   - left: one source.
  ///   - right: the other.
  ///   - options: what counts as a difference.
  ///   - prepared: given if the left source already has the names of the right one; tensors are then paired by those.
  ///   - progress: called with the bytes compared and the bytes to compare.
  /// - Throws: `DiffError` for an invalid regular expression or tolerance. What a source throws becomes a failure.
  public init(
    _ left: any TensorSource, _ right: any TensorSource, options: DiffOptions = DiffOptions(),
    prepared: PreparedNames? = nil,
    progress: (_ byteCount: Int, _ totalByteCount: Int) -> Void = { _, _ in }
  ) throws(DiffError) {
    try self.init(
      left, right, options: options, prepared: prepared, recorder: nil, cancellation: Cancellation(), progress: progress
    )
  }

  /// As above, with a recorder that sees all elements. If it is canceled, it ends early and is incomplete.
  init(
    _ left: any TensorSource, _ right: any TensorSource, options: DiffOptions, prepared: PreparedNames?,
    recorder: PairRecorder?, cancellation: Cancellation, progress: (_ byteCount: Int, _ totalByteCount: Int) -> Void
  ) throws(DiffError) {
    let pairing = TensorPairing(left, right, filter: try NameFilter(options), prepared: prepared)
    var outcome = Outcome()
    var done = 0
    let total = pairing.pairs.reduce(0) { $0.addingChecked($1.left.byteCount) ?? .max }
    for (leftTensor, rightTensor) in pairing.pairs where !cancellation.isCancelled {
      let comparison = PairComparison(
        left: leftTensor, right: rightTensor, options: options, cancellation: cancellation, recorder: recorder)
      do {
        let result = try comparison.run(pairing.left, pairing.right)
        try recorder?.end(comparison, result, pairing.left, pairing.right)
        outcome.add(result)
      } catch {
        recorder?.cancel()
        outcome.failures.append(Failure(tensor: leftTensor.name, error: error))
      }
      done = done.addingChecked(leftTensor.byteCount) ?? .max
      progress(done, total)
    }
    self.left = Side(left)
    self.right = Side(right)
    self.options = options
    onlyInLeft = pairing.onlyInLeft
    onlyInRight = pairing.onlyInRight
    graphRemainder = pairing.graphRemainder
    setAside = pairing.setAside
    kindChanges = outcome.kindChanges
    valueChanges = outcome.valueChanges.sorted(by: ChangeOrder.precedes)
    withinTolerance = outcome.withinTolerance.sorted(by: ChangeOrder.precedes)
    equalCount = outcome.equalCount
    notCompared = outcome.notCompared
    failures = pairing.failures + outcome.failures
    namingNote = pairing.note
    self.prepared = prepared
  }

  /// The results of comparing the pairs.
  private struct Outcome {
    var kindChanges: [Change] = []
    var valueChanges: [Change] = []
    var withinTolerance: [Change] = []
    var notCompared: [String] = []
    var failures: [Failure] = []
    var equalCount = 0

    mutating func add(_ result: PairComparison.Result) {
      switch result {
      case .equal: equalCount += 1
      case .notCompared(let name): notCompared.append(name)
      case .kind(let change): kindChanges.append(change)
      case .values(let change) where change.values?.isWithinTolerance == true: withinTolerance.append(change)
      case .values(let change): valueChanges.append(change)
      }
    }
  }
}

extension SourceDiff.Side {
  init(_ source: any TensorSource) {
    format = source.format
    tensorCount = source.descriptors.count
    byteCount = source.descriptors.reduce(0) { $0.addingChecked($1.byteCount) ?? .max }
  }
}

/// The order of changes: pairs with NaN or infinity on one side first, then by the largest absolute difference, then by the share of
/// elements that differ, then by name. Strings, which have no distance, come last.
enum ChangeOrder {
  static func precedes(_ left: SourceDiff.Change, _ right: SourceDiff.Change) -> Bool {
    guard let a = left.values, let b = right.values else { return left.name.precedesInBytes(right.name) }
    let (aSize, bSize) = (size(a), size(b))
    if aSize != bSize { return aSize > bSize }
    if a.share != b.share { return a.share > b.share }
    return left.name.precedesInBytes(right.name)
  }

  private static func size(_ change: ValueChange) -> Double {
    change.nanCount + change.infinityCount > 0 ? .infinity : change.maximumAbsolute ?? -1
  }
}
