internal import Tensors

/// What one side has and the other may lack, if a frozen graph is compared with a checkpoint or a weight file.
///
/// A graph has constants that are not weights, and freezing leaves out variables that the outputs do not need, such as those of a
/// second head or of training. Neither counts as a difference if every weight of the graph is on the other side.
public struct GraphRemainder: Sendable, Equatable {
  /// Whether the graph is the left side.
  public let isLeft: Bool
  /// Constants that only the graph has and that are not weights.
  public let otherConstants: [String]
  /// Names that only the other side has, if it has all weights of the graph; otherwise empty, and those names are differences.
  public let unused: [String]
  /// Weights that only the graph has, under names that freezing in TensorFlow 2 made from the operations that read
  /// them. No variable has such a name.
  public let namedAfterReads: [String]

  /// Nil unless exactly one side is a frozen graph.
  ///
  /// - Parameters:
  ///   - left: one source, as it was opened.
  ///   - right: the other.
  ///   - onlyInLeft: the names that only the left side has.
  ///   - onlyInRight: the names that only the right side has.
  ///   - pairCount: how many tensors both have.
  init?(
    _ left: any TensorSource, _ right: any TensorSource, onlyInLeft: [String], onlyInRight: [String], pairCount: Int
  ) {
    let others: [String]
    switch (left.otherConstantNames, right.otherConstantNames) {
    case (let names?, nil): (isLeft, others) = (true, names)
    case (nil, let names?): (isLeft, others) = (false, names)
    default: return nil
    }
    let known = Set(others)
    let alone = isLeft ? onlyInLeft : onlyInRight
    let weights = alone.filter { !known.contains($0) }
    otherConstants = alone.filter { known.contains($0) }
    unused = weights.isEmpty && pairCount > 0 ? (isLeft ? onlyInRight : onlyInLeft) : []
    namedAfterReads = weights.filter(Self.isNamedAfterRead)
  }

  /// - Source: TensorFlow `python/framework/convert_to_constants.py`.
  private static func isNamedAfterRead(_ name: String) -> Bool {
    let parts = name.split(separator: "/")
    guard let last = parts.last else { return false }
    return last == "resource" || parts.contains { $0.hasPrefix("ReadVariableOp") }
      || last.allSatisfy(\.isNumber) && parts.dropLast().last?.hasPrefix("embedding_lookup") == true
  }
}
