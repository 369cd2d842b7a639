public import Bytes

/// New names for a list of names: each gets one, and no two the same.
public struct NameMap: Sendable, Equatable {
  /// One name that changes.
  public struct Renaming: Sendable, Equatable {
    /// The name in the source.
    public let from: String
    /// The name in the output.
    public let to: String

    /// One name that changes.
    public init(from: String, to: String) {
      self.from = from
      self.to = to
    }
  }

  /// The names that change, in the order they were given.
  public let renamings: [Renaming]
  private let targets: [[UInt8]: String]

  /// Maps `names` to a scheme.
  ///
  /// Only LSTM kernels and biases and their optimizer slots change, under whatever scopes they lie. `keep` changes nothing, and
  /// neither do the schemes of other frameworks, whose tensors have other shapes too: see `NamingScheme.show(_:)`.
  /// - Throws: `NameCollision` where two tensors would get one name, as in a file that holds two eras of one model.
  public init(_ names: some Sequence<String>, scheme: NamingScheme) throws(NameCollision) {
    var renamings: [Renaming] = []
    var targets: [[UInt8]: String] = [:]
    var sources: [[UInt8]: String] = [:]
    var collisions: [NameCollision] = []
    for name in names {
      var target = name
      if let era = scheme.era, let cell = CellName(name) { target = cell.name(in: era) }
      if let other = sources.updateValue(name, forKey: Array(target.utf8)) {
        collisions.append(NameCollision(first: other, second: name, target: target))
      }
      if !target.equalsInBytes(name) {
        renamings.append(Renaming(from: name, to: target))
        targets[Array(name.utf8)] = target
      }
    }
    if let first = collisions.first { throw first.and(collisions.dropFirst()) }
    self.renamings = renamings
    self.targets = targets
  }

  /// The new name of a name; names that do not change, and names that were not given, stay.
  public subscript(name: String) -> String {
    targets[Array(name.utf8)] ?? name
  }
}

/// Two tensors that renaming would give one name.
public struct NameCollision: DecantError, Equatable {
  /// The names in the source.
  public let first: String
  /// The names in the source.
  public let second: String
  /// The name that both would get.
  public let target: String
  /// The last rename rule that matched each of the two, from 1; nil for one that none matched, empty where no rules were applied.
  public let rules: [Int?]
  /// Further collisions among the same names.
  public private(set) var others: [NameCollision] = []

  /// A collision of two tensors.
  public init(first: String, second: String, target: String, rules: [Int?] = []) {
    self.rules = rules
    self.first = first
    self.second = second
    self.target = target
  }

  /// The same with further ones behind it.
  func and(_ others: some Sequence<NameCollision>) -> NameCollision {
    var collision = self
    collision.others = Array(others)
    return collision
  }

  /// Bad data.
  public var category: ErrorCategory { .badData }

  /// The two names, the one that both would get, and the ways out.
  public var description: String {
    let isByRules = rules.contains { $0 != nil }
    return "tensors \(text(first, 0)) and \(text(second, 1)) would both be named '\(target.escapedForDisplay)'"
      + (others.isEmpty ? "" : ", and so would \(others.count.counted("other pair")), which --dry-run lists")
      + (isByRules
        ? ". Change one of the rules so that the names differ, or leave one out with --drop."
        : ". Keep the names as they are with --names keep, or leave one out with --drop.")
  }

  /// The name, and the rule that it is from.
  private func text(_ name: String, _ index: Int) -> String {
    let rule = rules.indices.contains(index) ? rules[index] : nil
    return "'\(name.escapedForDisplay)'" + (rule.map { " (rule \($0))" } ?? "")
  }
}
