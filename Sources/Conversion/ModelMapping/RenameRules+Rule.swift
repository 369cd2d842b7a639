internal import Messages
internal import Patterns
public import Tensors

extension RenameRules.Rule {
  /// A rule with an expression and a template.
  ///
  /// - Parameters:
  ///   - match: the expression; see `NamePattern`.
  ///   - replace: the template; without one, the name stays.
  ///   - axes: the order of the axes afterward; this is the first step.
  ///   - steps: more steps.
  ///   - dtype: the dtype afterward.
  /// - Throws: `RenameError` for an invalid expression, a template that uses a group that does not exist, axes that are
  ///   not a permutation, or steps that cannot be combined.
  public init(
    match: String, replace: String = "$0", axes: [Int]? = nil, steps: [RenameRules.Step] = [], dtype: DType? = nil
  ) throws(RenameError) {
    do throws(NamePatternError) {
      pattern = try NamePattern(match)
    } catch {
      throw RenameError(.badExpression(match, error))
    }
    template = try Self.parts(of: replace, groupCount: pattern.groupCount)
    self.steps = (axes.map { [.transpose($0)] } ?? []) + steps
    self.dtype = dtype
    for step in self.steps { try Self.check(step, groupCount: pattern.groupCount) }
    let regroupings = self.steps.filter(\.regroups)
    guard regroupings.count <= 1 else { throw RenameError(.tooManyRegroupings) }
  }

  /// A template, taken apart.
  ///
  /// - Throws: `RenameError.Reason.badGroup` if it uses a group that does not exist.
  static func parts(of text: String, groupCount: Int) throws(RenameError) -> [RenameRules.TemplatePart] {
    var parts: [RenameRules.TemplatePart] = []
    var literal = String.UnicodeScalarView()
    var rest = text.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      guard scalar == "$" else {
        literal.append(scalar)
        continue
      }
      if rest.first == "$" {
        rest.removeFirst()
        literal.append("$")
        continue
      }
      let digits = rest.prefix { ("0"..."9").contains($0) }
      guard let group = Int(String(digits)), group <= groupCount else {
        throw RenameError(.badGroup("$\(String(digits))", groupCount: groupCount))
      }
      rest = rest[digits.endIndex...]
      parts += [.text(String(literal)), .group(group)]
      literal = String.UnicodeScalarView()
    }
    return (parts + [.text(String(literal))]).filter { $0 != .text("") }
  }

  /// Checks what can be checked about a step before a tensor is known.
  private static func check(_ step: RenameRules.Step, groupCount: Int) throws(RenameError) {
    switch step {
    case .transpose(let axes) where axes.sorted() != Array(axes.indices): throw RenameError(.badAxes(axes))
    case .reshape(let extents) where extents.count(where: { $0 == .rest }) > 1:
      throw RenameError(.badStep("a shape can have only one -1, which means whatever the other extents leave"))
    case .split(let split):
      guard !split.into.isEmpty else { throw RenameError(.badStep("'into' must name at least one part")) }
      guard let sizes = split.sizes else { break }
      guard sizes.count == split.into.count else {
        throw RenameError(
          .badStep("'sizes' has \(sizes.count) parts and 'into' has \(split.into.count); give one size for each name"))
      }
      guard sizes.allSatisfy({ $0 ?? 0 >= 0 }) else {
        throw RenameError(.badStep("a part must have 0 or more elements along the axis"))
      }
      guard sizes.count(where: { $0 == nil }) <= 1 else {
        throw RenameError(.badStep("'sizes' can have only one -1, which means whatever the other parts leave"))
      }
    case .concatenate(let joint):
      guard (1...max(groupCount, 1)).contains(joint.group), groupCount > 0 else {
        throw RenameError(.badGroup("\(joint.group)", groupCount: groupCount))
      }
      guard let order = joint.order else { break }
      guard !order.isEmpty, Set(order.map { Array($0.utf8) }).count == order.count else {
        throw RenameError(.badStep("'order' must name each tensor once"))
      }
    default: break
    }
  }

  /// A name with every match replaced, by each of several templates in turn.
  struct Replacement {
    /// The new names, one for each template; those longer than a name may be are cut.
    var names: [[Unicode.Scalar]]
    /// How often the expression matches.
    var matchCount = 0
    /// What each group captured in the first match; nil for one that took no part.
    var groups: [String?] = []
  }

  /// Replaces every match in a name; nil if there is none.
  func replace(in scalars: [Unicode.Scalar], by templates: [[RenameRules.TemplatePart]]) -> Replacement? {
    var result = Replacement(names: templates.map { _ in [] })
    var position = 0
    while position <= scalars.count, let match = pattern.firstMatch(in: scalars, from: position), let whole = match[0] {
      if result.matchCount == 0 {
        result.groups = match.map { $0.map { String(String.UnicodeScalarView(scalars[$0])) } }
      }
      result.matchCount += 1
      // After an empty match, continue with the next character, or this would never end.
      let next = whole.isEmpty ? whole.upperBound + 1 : whole.upperBound
      var isEnough = true
      for (index, template) in templates.enumerated() {
        guard result.names[index].count <= RenameRules.maximumNameCharacterCount else { continue }
        isEnough = false
        result.names[index] += scalars[position..<whole.lowerBound]
        for part in template {
          switch part {
          case .text(let text): result.names[index] += text.unicodeScalars
          case .group(let group): result.names[index] += match[group].map { scalars[$0] } ?? []
          }
        }
        if whole.isEmpty, whole.upperBound < scalars.count { result.names[index].append(scalars[whole.upperBound]) }
      }
      position = next
      if isEnough, !templates.isEmpty { return result }
    }
    guard result.matchCount > 0 else { return nil }
    if position < scalars.count {
      for index in templates.indices { result.names[index] += scalars[position...] }
    }
    return result
  }
}

extension RenameRules.Step {
  /// Whether it splits, joins or drops tensors.
  var regroups: Bool {
    switch self {
    case .split, .concatenate, .drop: true
    case .transpose, .reshape, .squeeze, .unsqueeze, .reorder, .add: false
    }
  }
}
