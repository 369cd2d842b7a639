internal import Bytes
internal import Essentials
internal import Inspection

/// How much the tensors of a scope changed, taken together: a layer, a block of layers, or whatever else the names
/// group.
package struct ScopeChange: Sendable, Equatable {
  /// A tensor and its part of the change.
  struct TensorSize {
    let name: String
    let elementCount: Int
    /// Nil if its values cannot be compared.
    let measure: ChangeMeasure?
    let isChanged: Bool
  }

  /// The beginning that the names share; for a tensor without a scope, its name.
  package let path: String
  /// Tensors of the scope that both sides have.
  package let tensorCount: Int
  /// Those whose values or shapes differ.
  package let changedCount: Int
  /// The root mean square of B − A divided by that of A, over all numbers in the scope that can be compared: 0 to
  /// infinity.
  package let relative: Double

  /// The scopes of some tensors, at the greatest depth that gives no more than `maximumCount` scopes, or the outermost
  /// ones if even those are more.
  ///
  /// Scopes are separated as in a `ScopeTree`.
  ///
  /// - Returns: the largest relative change first, equal ones by name.
  static func scopes(of tensors: [TensorSize], maximumCount: Int = 40) -> [ScopeChange] {
    let separator = ScopeTree.separator(of: tensors.lazy.map(\.name))
    let paths = tensors.map { scopePath(of: $0.name, separator) }
    var best = groups(paths, depth: 1, separator)
    var depth = 2
    while depth <= paths.map(\.count).max() ?? 0 {
      let next = groups(paths, depth: depth, separator)
      if Set(next).count > maximumCount { break }
      (best, depth) = (next, depth + 1)
    }
    var sums: [String: Sums] = [:]
    for (path, tensor) in zip(best, tensors) { sums[path, default: Sums()].add(tensor) }
    return sums.map { path, sums in sums.change(path) }.sorted {
      $0.relative != $1.relative ? $0.relative > $1.relative : $0.path.precedesInBytes($1.path)
    }
  }

  /// Names are untrusted; what is deeper stays together.
  private static let maximumDepth = 16

  private static func scopePath(of name: String, _ separator: String) -> [Substring] {
    guard let byte = separator.utf8.first else { return [name[...]] }
    let parts = name.utf8.split(separator: byte, maxSplits: maximumDepth, omittingEmptySubsequences: false)
      .map { Substring($0) }
    return parts.count > 1 ? parts.dropLast() : parts
  }

  private static func groups(_ paths: [[Substring]], depth: Int, _ separator: String) -> [String] {
    paths.map { $0.prefix(depth).joined(separator: separator) }
  }

  private struct Sums {
    var tensorCount = 0
    var changedCount = 0
    var size = 0.0
    var distance = 0.0

    mutating func add(_ tensor: TensorSize) {
      tensorCount += 1
      if tensor.isChanged { changedCount += 1 }
      guard let measure = tensor.measure else { return }
      let root = Double(tensor.elementCount).squareRoot()
      size = hypot(size, measure.left * root)
      distance = hypot(distance, measure.difference * root)
    }

    func change(_ path: String) -> ScopeChange {
      let measure = ChangeMeasure(left: size, right: 0, difference: distance)
      return ScopeChange(
        path: path, tensorCount: tensorCount, changedCount: changedCount, relative: measure.relative)
    }
  }
}
