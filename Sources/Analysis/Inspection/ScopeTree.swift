internal import Bytes
public import Tensors

/// The order in which tensors are shown.
public enum TensorOrder: String, CaseIterable, Sendable {
  /// By the UTF-8 bytes of their names.
  case name
  /// Largest first; equal ones by name.
  case size
  /// By file, then by offset; those without a location last, by name.
  case offset

  /// The tensors in this order.
  public func sorted(_ descriptors: [TensorDescriptor]) -> [TensorDescriptor] {
    descriptors.sorted { precedes(($0.name, $0.byteCount, $0.location), ($1.name, $1.byteCount, $1.location)) }
  }

  /// What a tensor, or a scope, is sorted by.
  typealias Key = (name: String, byteCount: Int, location: TensorLocation?)

  func precedes(_ left: Key, _ right: Key) -> Bool {
    switch self {
    case .name: break
    case .size: if left.byteCount != right.byteCount { return left.byteCount > right.byteCount }
    case .offset:
      switch (left.location, right.location) {
      case (let a?, let b?): if a != b { return a < b }
      case (_?, nil): return true
      case (nil, _?): return false
      case (nil, nil): break
      }
    }
    return left.name.precedesInBytes(right.name)
  }
}

/// Tensors by the scopes in their names, with sums.
package struct ScopeTree: Sendable, Equatable {
  /// The scope without a name, which holds everything.
  package let root: Scope
  /// What is between the parts of names: a slash, or a dot if more names have only dots, as PyTorch's do.
  package let separator: String

  /// Nesting of scopes; deeper parts stay together in one name, because names are untrusted and the tree is walked
  /// recursively.
  package static let maximumDepth = 32

  /// Sorts tensors into scopes.
  ///
  /// - Parameters:
  ///   - descriptors: the tensors.
  ///   - order: applies to the tensors of a scope and to its scopes: by name, by their sums of bytes, or by the
  ///     location of their first tensor.
  package init(_ descriptors: [TensorDescriptor], order: TensorOrder = .name) {
    separator = Self.separator(of: descriptors.lazy.map(\.name))
    // Then the tensors of a scope are beside each other.
    let isSorted = zip(descriptors, descriptors.dropFirst()).allSatisfy { !$1.name.precedesInBytes($0.name) }
    let sorted = isSorted ? descriptors : descriptors.sorted { $0.name.precedesInBytes($1.name) }
    root = ScopeBuilder(sorted, separator: separator, order: order).scope(named: "", path: "", sorted.indices, depth: 0)
  }

  /// What is between the parts of some names.
  package static func separator(of names: some Sequence<String>) -> String {
    let (slash, dot) = (UInt8(ascii: "/"), UInt8(ascii: "."))
    var (slashed, dotted) = (0, 0)
    for name in names {
      if name.utf8.contains(slash) { slashed += 1 } else if name.utf8.contains(dot) { dotted += 1 }
    }
    return dotted > slashed ? "." : "/"
  }

  /// The ending of an object-based checkpoint's keys is not a scope: it stays with the name before it.
  fileprivate static func components(_ name: String, _ separator: String) -> [Substring] {
    // Splits bytes: characters take many times as long, and the byte of a slash or dot is never part of another
    // character.
    let byte = UInt8(ascii: separator == "." ? "." : "/")
    var parts = name.utf8.split(separator: byte, maxSplits: maximumDepth - 1, omittingEmptySubsequences: false)
      .map { Substring($0) }
    if parts.count > 2, parts.last == "VARIABLE_VALUE", name.hasSuffix(objectKeySuffix) {
      let start = parts[parts.count - 3].startIndex
      parts.replaceSubrange((parts.count - 3)..., with: [name[start...]])
    }
    return parts
  }

  private static let objectKeySuffix = "/.ATTRIBUTES/VARIABLE_VALUE"
}

/// The tensors and scopes whose names share a beginning.
package struct Scope: Sendable, Equatable {
  /// The last component of the path; empty for the root.
  package let name: String
  /// The beginning that all names share, without the last separator; empty for the root.
  package let path: String
  /// Scopes directly inside.
  package let scopes: [Scope]
  /// Tensors directly inside, with the last component of their names.
  package let tensors: [Leaf]
  /// All tensors inside, at any depth.
  package let tensorCount: Int
  /// Elements of all numeric tensors inside; at most `Int.max`.
  package let parameterCount: Int
  /// Bytes of all tensors inside; at most `Int.max`.
  package let byteCount: Int

  /// A tensor in its scope.
  package struct Leaf: Sendable, Equatable {
    /// The part of the name after the scope.
    package let name: String
    /// The tensor.
    package let descriptor: TensorDescriptor

    fileprivate var key: TensorOrder.Key { (descriptor.name, descriptor.byteCount, descriptor.location) }
  }

  fileprivate init(name: String, path: String, scopes: [Scope], tensors: [Leaf]) {
    self.name = name
    self.path = path
    self.scopes = scopes
    self.tensors = tensors
    let descriptors = tensors.map(\.descriptor)
    tensorCount = scopes.reduce(tensors.count) { $0 + $1.tensorCount }
    parameterCount = scopes.reduce(Sums.parameterCount(descriptors)) { $0.addingChecked($1.parameterCount) ?? .max }
    byteCount = scopes.reduce(Sums.byteCount(descriptors)) { $0.addingChecked($1.byteCount) ?? .max }
  }

  fileprivate var firstLocation: TensorLocation? {
    (tensors.compactMap(\.descriptor.location) + scopes.compactMap(\.firstLocation)).min()
  }
}

/// Makes the scopes of tensors that are sorted by name.
private struct ScopeBuilder {
  private let descriptors: [TensorDescriptor]
  private let components: [[Substring]]
  private let separator: String
  private let order: TensorOrder

  init(_ descriptors: [TensorDescriptor], separator: String, order: TensorOrder) {
    self.descriptors = descriptors
    components = descriptors.map { ScopeTree.components($0.name, separator) }
    (self.separator, self.order) = (separator, order)
  }

  /// The scope of the tensors at these indices, whose first `depth` components are its path.
  func scope(named name: String, path: String, _ indices: some Sequence<Int>, depth: Int) -> Scope {
    var leaves: [Scope.Leaf] = []
    var groups: [(name: Substring, indices: [Int])] = []
    for index in indices {
      let parts = components[index]
      if parts.count <= depth + 1 {
        leaves.append(Scope.Leaf(name: parts.count > depth ? String(parts[depth]) : "", descriptor: descriptors[index]))
      } else if let last = groups.last, last.name.utf8.elementsEqual(parts[depth].utf8) {
        groups[groups.count - 1].indices.append(index)
      } else {
        groups.append((parts[depth], [index]))
      }
    }
    let scopes = groups.map { group in
      scope(
        named: String(group.name), path: path.isEmpty ? String(group.name) : "\(path)\(separator)\(group.name)",
        group.indices, depth: depth + 1)
    }
    return Scope(
      name: name, path: path, scopes: sorted(scopes),
      tensors: order == .name ? leaves : leaves.sorted { order.precedes($0.key, $1.key) })
  }

  private func sorted(_ scopes: [Scope]) -> [Scope] {
    let keys = scopes.map { scope in
      (scope.name, scope.byteCount, order == .offset ? scope.firstLocation : nil) as TensorOrder.Key
    }
    let places = keys.indices.sorted { order.precedes(keys[$0], keys[$1]) }
    return places.map { scopes[$0] }
  }
}

/// Sums over tensors that stop at `Int.max` instead of overflowing: a damaged or made-up file may declare anything.
enum Sums {
  static func byteCount(_ descriptors: [TensorDescriptor]) -> Int {
    descriptors.reduce(0) { $0.addingChecked($1.byteCount) ?? .max }
  }

  static func parameterCount(_ descriptors: [TensorDescriptor]) -> Int {
    descriptors.reduce(0) { $1.dtype.byteCount == nil ? $0 : $0.addingChecked($1.shape.elementCount) ?? .max }
  }
}
