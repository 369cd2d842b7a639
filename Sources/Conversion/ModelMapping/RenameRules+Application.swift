internal import Bytes
internal import Patterns
package import Tensors

extension RenameRules {
  /// The result of applying the rules to a source's tensors.
  package struct Outcome {
    /// A tensor under its new name.
    package struct Tensor {
      /// The new name.
      package let name: String
      /// What it is made from.
      package let expression: TensorExpression
      /// The rules that matched it, from 1.
      package let rules: [Int]
      /// Whether it is a part of a tensor of the source.
      package let isPart: Bool
      /// Whether it was joined from several.
      package let isJoined: Bool
    }

    /// A tensor, or a part of one, that a rule leaves out.
    package struct Dropped: Equatable {
      /// The tensor.
      package let name: String
      /// The rule, from 1.
      package let rule: Int
      /// Which part of the tensor, from 1; nil for all of it.
      package let part: Int?
    }

    /// Every tensor that is left.
    package var tensors: [Tensor] = []
    /// Casts, by the new names.
    package var dtypes: [[UInt8]: DType] = [:]
    /// What rules leave out.
    package var dropped: [Dropped] = []
    /// The numbers of rules that match nothing, from 1.
    package var unusedRules: [Int] = []
    /// The tensors that no rule matches.
    package var untouched: [String] = []
  }

  /// Applies the rules to every tensor.
  ///
  /// - Throws: `RenameError` for a step that does not fit a tensor, a name that becomes empty or is too long, or
  ///   members of a concatenation that are missing or differ; `NameCollision` if two tensors end up with the same name.
  package func apply(to source: any TensorSource) throws -> Outcome {
    var outcome = Outcome()
    var tensors = source.descriptors.map(RuledTensor.init)
    if let long = tensors.first(where: { $0.name.unicodeScalars.count > Self.maximumNameCharacterCount }) {
      throw RenameError(.nameTooLong, tensor: long.origin)
    }
    var nodeCount = tensors.count
    // A source with many tensors may have correspondingly more parts.
    let limit = Self.maximumNodeCount + Self.nodeCountOfOneTensor * tensors.count
    for (index, rule) in rules.enumerated() {
      var run = RuleRun(rule: rule, number: index + 1, nodeCount: nodeCount, limit: limit)
      try run.apply(to: &tensors)
      nodeCount = run.nodeCount
      outcome.dropped += run.dropped
      if !run.isUsed { outcome.unusedRules.append(index + 1) }
    }
    try Self.requireNamesToDiffer(tensors)
    outcome.tensors = tensors.map {
      Outcome.Tensor(
        name: $0.name, expression: $0.expression, rules: $0.rules, isPart: $0.isPart, isJoined: $0.isJoined)
    }
    for tensor in tensors {
      if let dtype = tensor.dtype { outcome.dtypes[tensor.bytes] = dtype }
      if tensor.rules.isEmpty { outcome.untouched.append(tensor.origin) }
    }
    return outcome
  }

  private static func requireNamesToDiffer(_ tensors: [RuledTensor]) throws(NameCollision) {
    var owners: [[UInt8]: RuledTensor] = Dictionary(minimumCapacity: tensors.count)
    var collisions: [NameCollision] = []
    for tensor in tensors {
      if let other = owners.updateValue(tensor, forKey: tensor.bytes) {
        collisions.append(
          NameCollision(
            first: other.origin, second: tensor.origin, target: tensor.name,
            rules: [other.rules.last, tensor.rules.last]))
      }
    }
    if let first = collisions.first { throw first.and(collisions.dropFirst()) }
  }
}

/// The application of one rule to all tensors.
private struct RuleRun {
  let rule: RenameRules.Rule
  let number: Int
  /// Stored tensors and changes in all results together.
  private(set) var nodeCount: Int
  /// The most that it may be.
  private let limit: Int
  private(set) var isUsed = false
  private(set) var dropped: [RenameRules.Outcome.Dropped] = []

  /// The tensors that are joined into one.
  private struct Group {
    let name: String
    let joint: RenameRules.Concatenation
    /// By the UTF-8 of what the group of the expression matched.
    var members: [[UInt8]: RuledTensor] = [:]
    /// The index of the first one among all tensors.
    let place: Int
  }

  init(rule: RenameRules.Rule, number: Int, nodeCount: Int, limit: Int) {
    (self.rule, self.number, self.nodeCount, self.limit) = (rule, number, nodeCount, limit)
  }

  mutating func apply(to tensors: inout [RuledTensor]) throws(RenameError) {
    let split = rule.split
    let templates = split.map { $0.into.map { $0 ?? [] } } ?? [rule.template]
    let before = rule.steps.prefix { !$0.regroups }
    let after = rule.steps.dropFirst(before.count + 1)
    // What replaces a tensor, if that is not one tensor.
    var replacements: [Int: [RuledTensor]] = [:]
    var groups: [[UInt8]: Group] = [:]
    for index in tensors.indices where rule.pattern.canMatch(tensors[index].bytes) {
      let scalars = Array(tensors[index].name.unicodeScalars)
      guard let replacement = rule.replace(in: scalars, by: templates) else { continue }
      isUsed = true
      tensors[index].rules.append(number)
      tensors[index].dtype = rule.dtype ?? tensors[index].dtype
      for step in before { try tensors[index].apply(step, rule: number) }
      switch rule.steps.dropFirst(before.count).first {
      case nil: tensors[index].name = try name(replacement.names[0], of: tensors[index])
      case .drop?:
        dropped.append(.init(name: tensors[index].origin, rule: number, part: nil))
        replacements[index] = []
      case .concatenate(let joint)?:
        replacements[index] = []
        let name = try name(replacement.names[0], of: tensors[index])
        try add(tensors[index], named: name, replacement, at: index, to: &groups, joint)
      default:
        guard let split else { continue }
        replacements[index] = try parts(of: tensors[index], split, replacement.names, then: after)
      }
    }
    for group in groups.values.sorted(by: { $0.place < $1.place }) {
      replacements[group.place] = [try join(group, then: after)]
    }
    guard !replacements.isEmpty else { return }
    tensors = tensors.enumerated().flatMap { index, tensor in replacements[index] ?? [tensor] }
  }

  /// How many characters of a name take as much memory as one change.
  private static let charactersOfOneNode = 64
  /// Bytes that a part or a change takes while the rules are applied, including copies.
  private static let byteCountOfOneNode = 512

  private func name(_ scalars: [Unicode.Scalar], of tensor: RuledTensor) throws(RenameError) -> String {
    guard (1...RenameRules.maximumNameCharacterCount).contains(scalars.count) else {
      throw tensor.error(scalars.isEmpty ? .emptyName : .nameTooLong, rule: number)
    }
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
  }

  private mutating func parts(
    of tensor: RuledTensor, _ split: RenameRules.Split, _ names: [[Unicode.Scalar]],
    then steps: ArraySlice<RenameRules.Step>
  ) throws(RenameError) -> [RuledTensor] {
    // Names count by their length, because a template may be long and there may be many parts.
    nodeCount +=
      split.into.count * (tensor.nodeCount + 1) + names.reduce(0) { $0 + $1.count } / Self.charactersOfOneNode
    guard nodeCount <= limit, MemoryRoom.has(nodeCount * Self.byteCountOfOneNode) else {
      throw tensor.error(.tooManySteps, rule: number)
    }
    var parts: [RuledTensor] = []
    for (index, part) in try tensor.parts(of: split, rule: number).enumerated() {
      guard split.into[index] != nil else {
        dropped.append(.init(name: tensor.origin, rule: number, part: index + 1))
        continue
      }
      var part = part
      part.name = try name(names[index], of: tensor)
      for step in steps { try part.apply(step, rule: number) }
      parts.append(part)
    }
    return parts
  }

  private func add(
    _ tensor: RuledTensor, named name: String, _ replacement: RenameRules.Rule.Replacement, at place: Int,
    to groups: inout [[UInt8]: Group], _ joint: RenameRules.Concatenation
  ) throws(RenameError) {
    guard replacement.matchCount == 1 else { throw tensor.error(.matchesTwice, rule: number) }
    let member = replacement.groups[joint.group] ?? ""
    let isKnown = joint.order?.contains { $0.equalsInBytes(member) } ?? (Self.memberNumber(member) != nil)
    guard isKnown else { throw tensor.error(.unknownMember(member, order: joint.order), rule: number) }
    var tensor = tensor
    tensor.name = name
    if let other = groups[Array(name.utf8), default: Group(name: name, joint: joint, place: place)].members.updateValue(
      tensor, forKey: Array(member.utf8))
    {
      throw tensor.error(.memberTwice(member, other: other.origin, name: name), rule: number)
    }
  }

  private func join(_ group: Group, then steps: ArraySlice<RenameRules.Step>) throws(RenameError) -> RuledTensor {
    let joint = group.joint
    var order = (joint.order ?? []).map { Array($0.utf8) }
    if joint.order == nil {
      // Consecutive numbers from 0 or 1, as they are written, perhaps with leading zeros.
      let numbers = group.members.keys.compactMap { key in
        Self.memberNumber(String(decoding: key, as: UTF8.self)).map { (number: $0, key: key) }
      }.sorted { $0.number < $1.number }
      let start = min(numbers.first?.number ?? 0, 1)
      for (expected, found) in zip(start..., numbers) {
        guard expected == found.number else { throw missing("\(expected)", of: group) }
        order.append(found.key)
      }
    }
    var members: [RuledTensor] = []
    for key in order {
      guard let member = group.members[key] else {
        throw missing(String(decoding: key, as: UTF8.self), of: group)
      }
      members.append(member)
    }
    var result = try RuledTensor.joined(members, axis: joint.axis, rule: number)
    for step in steps { try result.apply(step, rule: number) }
    return result
  }

  private func missing(_ member: String, of group: Group) -> RenameError {
    let present = group.members.sorted { $0.key.lexicographicallyPrecedes($1.key) }
    return RenameError(
      .missingMember(
        member, present: present.map(\.value.origin), present.first?.value.kind.shape ?? .scalar, name: group.name),
      rule: number, tensor: present.first?.value.origin)
  }

  /// The number of a member, if members are distinguished by numbers.
  private static func memberNumber(_ text: String) -> Int? {
    guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return Int(text)
  }
}

extension RenameRules.Rule {
  fileprivate var split: RenameRules.Split? {
    for case .split(let split) in steps { return split }
    return nil
  }
}
