internal import Bytes
internal import MetaGraph
public import ModelMapping
public import Tensors

/// What differs between two sources that should hold the same model: names, dtypes, shapes and every bit of every value.
///
/// Tensors are paired by their modern names, so that the eras of the LSTM's names do not count as a difference. A variable that
/// only training needs (`TrainingLeftover`) and that only one side has is listed and does not count as a difference either: a model converted with
/// `--inference-only` is the same model. A leftover on both sides is compared like every other variable. What a
/// frozen graph has besides its weights, or leaves out, does not count either; see `GraphRemainder`.
public struct SourceComparison: Sendable, Equatable {
  /// A pair whose dtype or shape differs; its values are not compared.
  public struct KindDifference: Sendable, Equatable {
    /// The tensor on the left.
    public let left: TensorDescriptor
    /// The tensor on the right.
    public let right: TensorDescriptor
  }

  /// A pair whose values differ in their bits; two NaNs are equal only if they have the same payload.
  public struct ValueDifference: Sendable, Equatable {
    /// The name on the left.
    public let name: String
    /// The row-major index of the first element that differs.
    public let firstIndex: Int
    /// The bytes of that element, little-endian; of a string, all its bytes.
    public let left: [UInt8]
    /// The same element on the right.
    public let right: [UInt8]
    /// How many elements differ.
    public let elementCount: Int
  }

  /// Names that only the left side has, except training leftovers.
  public internal(set) var onlyInLeft: [String] = []
  /// Names that only the right side has, except training leftovers.
  public internal(set) var onlyInRight: [String] = []
  /// Training leftovers that only the left side has.
  public internal(set) var leftoversOnlyInLeft: [TrainingLeftover] = []
  /// Training leftovers that only the right side has.
  public internal(set) var leftoversOnlyInRight: [TrainingLeftover] = []
  /// Pairs of different dtype or shape.
  public internal(set) var kinds: [KindDifference] = []
  /// Pairs of different values.
  public internal(set) var values: [ValueDifference] = []
  /// What need not be on both sides; nil unless one side is a frozen graph.
  public internal(set) var graphRemainder: GraphRemainder?
  /// How many pairs agree in everything.
  public internal(set) var equalCount = 0
  /// Pairs that have a different name on the right.
  public internal(set) var renamed: [NameMap.Renaming] = []

  /// Whether the two hold the same model.
  public var isEqual: Bool { onlyInLeft.isEmpty && onlyInRight.isEmpty && kinds.isEmpty && values.isEmpty }

  /// Compares two sources, in pieces. Each is read by its own thread.
  ///
  /// - Parameters:
  ///   - left: one source.
  ///   - right: the other.
  ///   - prepared: given if the left source already has the names of the right one; tensors are then paired by those.
  ///   - acceptsLikely: whether a variable that only training is likely to need counts as a leftover, as after `convert --drop-likely`.
  ///   - progress: called with the bytes compared and the bytes to compare.
  /// - Throws: what a source throws when it is read, the first problem that makes its list incomplete, and `NameCollision` if a source has one variable under two eras' names.
  public init(
    _ left: any TensorSource, _ right: any TensorSource, prepared: PreparedNames? = nil, acceptsLikely: Bool = false,
    progress: (_ byteCount: Int, _ totalByteCount: Int) -> Void = { _, _ in }
  ) throws {
    // A tensor that cannot be listed cannot be compared; silence would look like agreement.
    if let gap = (left.problems + right.problems).first(where: { $0.severity == .incomplete }) { throw gap.error }
    let scheme = prepared == nil ? NamingScheme.modern : .keep
    let (leftNames, rightNames) = (try Self.byName(left, in: scheme), try Self.byName(right, in: scheme))
    onlyInLeft = Self.names(leftNames, missingFrom: rightNames)
    onlyInRight = Self.names(rightNames, missingFrom: leftNames)
    leftoversOnlyInLeft =
      prepared.map { Self.takeLeftovers($0, from: &onlyInLeft, acceptsLikely) }
      ?? Self.takeLeftovers(from: &onlyInLeft, of: left, acceptsLikely)
    leftoversOnlyInRight = Self.takeLeftovers(from: &onlyInRight, of: right, acceptsLikely)
    let pairs = leftNames.compactMap { name, descriptor in rightNames[name].map { (descriptor, $0) } }
      .sorted { $0.0.name.precedesInBytes($1.0.name) }
    setAside(
      GraphRemainder(
        left, right, onlyInLeft: onlyInLeft, onlyInRight: onlyInRight, pairCount: pairs.count))
    let total = pairs.reduce(0) { $0 + $1.0.byteCount }
    var done = 0
    for (leftTensor, rightTensor) in pairs {
      if !leftTensor.name.equalsInBytes(rightTensor.name) {
        renamed.append(NameMap.Renaming(from: leftTensor.name, to: rightTensor.name))
      }
      if leftTensor.dtype != rightTensor.dtype || leftTensor.shape != rightTensor.shape {
        kinds.append(KindDifference(left: leftTensor, right: rightTensor))
      } else if let difference = try TensorComparison.run(leftTensor, of: left, rightTensor, of: right) {
        values.append(difference)
      } else {
        equalCount += 1
      }
      done += leftTensor.byteCount
      progress(done, total)
    }
  }

  /// Removes differences that do not count if one side is a frozen graph.
  private mutating func setAside(_ remainder: GraphRemainder?) {
    guard let remainder else { return }
    graphRemainder = remainder
    let names = Set((remainder.otherConstants + remainder.unused).map { Array($0.utf8) })
    onlyInLeft.removeAll { names.contains(Array($0.utf8)) }
    onlyInRight.removeAll { names.contains(Array($0.utf8)) }
  }

  private typealias Names = [[UInt8]: TensorDescriptor]

  private static func byName(
    _ source: any TensorSource, in scheme: NamingScheme
  ) throws(NameCollision) -> Names {
    let map = try NameMap(variablesOf: source, scheme: scheme)
    return Dictionary(source.descriptors.map { (Array(map[$0.name].utf8), $0) }) { first, _ in first }
  }

  private static func names(_ names: Names, missingFrom other: Names) -> [String] {
    names.compactMap { other[$0] == nil ? $1.name : nil }.sorted { $0.precedesInBytes($1) }
  }

  /// Takes the training leftovers out of `names`, which are the names that the underlying source gives them.
  private static func takeLeftovers(
    _ prepared: PreparedNames, from names: inout [String], _ acceptsLikely: Bool
  ) -> [TrainingLeftover] {
    func leftover(_ name: String) -> TrainingLeftover? {
      prepared.leftovers[Array(name.utf8)].flatMap { $0.certainty == .certain || acceptsLikely ? $0 : nil }
    }
    let leftovers = names.compactMap(leftover)
    names.removeAll { leftover($0) != nil }
    return leftovers
  }

  private static func takeLeftovers(
    from names: inout [String], of source: any TensorSource, _ acceptsLikely: Bool
  ) -> [TrainingLeftover] {
    let alone = Set(names.map { Array($0.utf8) })
    if alone.isEmpty { return [] }
    let leftovers = TrainingLeftover.find(in: source, roles: VariableRoles(beside: source)).filter {
      ($0.certainty == .certain || acceptsLikely) && alone.contains(Array($0.name.utf8))
    }
    let taken = Set(leftovers.map { Array($0.name.utf8) })
    names.removeAll { taken.contains(Array($0.utf8)) }
    return leftovers
  }
}
