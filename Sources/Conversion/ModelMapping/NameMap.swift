internal import Bytes
public import Messages

/// New names for a list of names: each gets one, and no two are the same.
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

  /// One name of a recurrent cell that keeps its name, although the scheme has others for such cells.
  public struct Kept: Sendable, Equatable {
    /// The name in the source, and in the output.
    public let name: String
    /// Why, in words that follow the name.
    public let reason: Message
  }

  /// The names that change, in the order they were given.
  public let renamings: [Renaming]
  /// The names that stay because some of their network cannot be named, in the order they were given.
  public let kept: [Kept]
  private let targets: [[UInt8]: String]

  /// Maps `names` to a scheme.
  ///
  /// Only variables of recurrent cells and their slots change, with the scopes that TensorFlow opens around them; the
  /// program's own scopes stay. Either all variables of a network change or none; see `kept`. `keep` changes nothing,
  /// and neither do the schemes of other frameworks, whose tensors have other shapes too: see `NamingScheme.show(_:)`.
  /// - Throws: `NameCollision` if two tensors would get the same name, as in a file with two eras of one model.
  public init(_ names: some Sequence<String>, scheme: NamingScheme) throws(NameCollision) {
    var renamings: [Renaming] = []
    var targets: [[UInt8]: String] = [:]
    var sources: [[UInt8]: String] = [:]
    var collisions: [NameCollision] = []
    var kept: [Kept] = []
    let names = Array(names)
    let outcomes = scheme.era.map { RecurrentNames(names).outcomes(in: $0) }
    for (place, name) in names.enumerated() {
      var target = name
      switch outcomes?[place] ?? .unchanged {
      case .unchanged: break
      case .renamed(let renamed): target = renamed
      case .left(let reason): kept.append(Kept(name: name, reason: reason))
      }
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
    self.kept = kept
    self.targets = targets
  }

  /// The new name of a name; names that do not change, and names that were not given, stay.
  public subscript(name: String) -> String {
    targets[Array(name.utf8)] ?? name
  }
}

/// Two tensors that would get the same name by renaming.
public struct NameCollision: DecantError, Equatable {
  /// The names in the source.
  public let first: String
  /// The names in the source.
  public let second: String
  /// The name that both would get.
  public let target: String
  /// The last rename rule that matched each of the two, from 1; nil if none matched it; empty if no rules were applied.
  public let rules: [Int?]
  /// Other collisions among the same names.
  public private(set) var others: [NameCollision] = []

  /// A collision of two tensors.
  public init(first: String, second: String, target: String, rules: [Int?] = []) {
    self.rules = rules
    self.first = first
    self.second = second
    self.target = target
  }

  /// Returns the same collision, followed by further ones.
  func and(_ others: some Sequence<NameCollision>) -> NameCollision {
    var collision = self
    collision.others = Array(others)
    return collision
  }

  /// Bad data.
  public var category: ErrorCategory { .badData }

  /// Whether the target is a variable's name, and one of the two names that of its output, as with `a` and `a:0`.
  private var isOfOutputs: Bool {
    [first, second].contains { $0.hasPrefix(target + ":") && $0.dropFirst(target.count + 1).allSatisfy(\.isNumber) }
  }

  /// Whether two files have a tensor of this name, and not two tensors of one file.
  private var isOfFiles: Bool { rules.isEmpty && first.equalsInBytes(second) && first.equalsInBytes(target) }

  /// The two names, the one that both would get, and how to avoid that.
  public var message: Message {
    if isOfFiles {
      let more: Message =
        others.isEmpty
        ? "" : ", and \(others.count.counted("other name")) \(others.count.noun("occurs", "occur")) twice as well"
      return "two files have a tensor named '\(target)'\(more). "
        + "Leave it out of the later file with --drop, or rename it first with 'decant convert --rename'."
    }
    let more: Message =
      others.isEmpty ? "" : ", and \(others.count.counted("other pair")), which --dry-run lists, would share a name too"
    return "tensors \(text(first, 0)) and \(text(second, 1)) would both be named '\(target)'\(more). \(remedy)"
  }

  private var remedy: Message {
    if rules.contains(where: { $0 != nil }) {
      return "Change one of the rules so that the names differ, or leave one out with --drop."
    }
    if isOfOutputs {
      return "TensorFlow looks variables up without the number after the colon. "
        + "Rename one with --rename, or leave it out with --drop."
    }
    return "Keep the names as they are with --names keep, or leave one out with --drop."
  }

  /// The name, and the rule that it comes from.
  private func text(_ name: String, _ index: Int) -> Message {
    guard rules.indices.contains(index), let rule = rules[index] else { return "'\(name)'" }
    return "'\(name)' (rule \(rule))"
  }
}
