internal import Bytes
public import Tensors

/// Rules of a person's own for names, layouts and dtypes: the file that `--rename` takes.
///
/// Rules apply in their order, each once and to the name that those before left; so no rule can loop. A rule replaces every match
/// of its expression in a name, and where it matches at all its transposition and cast apply to the tensor.
public struct RenameRules: Sendable, Equatable {
  /// One rule.
  public struct Rule: Sendable, Equatable {
    /// What it looks for.
    public let pattern: NamePattern
    /// What stands in its place: characters, and `$1` for what group 1 took, `$0` for the whole match, `$$` for a dollar sign.
    public let template: [TemplatePart]
    /// The order of the axes afterwards, by their numbers before; nil where they stay.
    public let axes: [Int]?
    /// The dtype that floating-point values are cast to; nil where they stay.
    public let dtype: DType?
  }

  /// A part of a template.
  public enum TemplatePart: Sendable, Equatable {
    /// As it is.
    case text(String)
    /// What a group took; nothing where it took no part.
    case group(Int)
  }

  /// The rules in their order.
  public let rules: [Rule]

  /// Rules that were put together in code.
  public init(_ rules: [Rule]) {
    self.rules = rules
  }

  /// Longer names are not matched against rules.
  static let maximumNameCharacterCount = 4096

  /// The dtypes by the names that options and rules give them.
  public static let dtypes: [(name: String, dtype: DType)] = [
    ("f16", .float16), ("bf16", .bfloat16), ("f32", .float32), ("f64", .float64),
  ]

  /// What the rules make of a source's tensors.
  package struct Outcome {
    /// Every tensor by its new name.
    package var tensors: [(name: String, expression: TensorExpression)] = []
    /// Casts, by the new names.
    package var dtypes: [[UInt8]: DType] = [:]
    /// The numbers of rules that match nothing, from 1.
    package var unusedRules: [Int] = []
    /// The tensors that no rule matches.
    package var untouched: [String] = []
  }

  /// Applies the rules to every tensor.
  ///
  /// - Throws: `RenameError` for a transposition that does not fit a tensor, and a name that becomes empty or is too long.
  package func apply(to source: any TensorSource) throws(RenameError) -> Outcome {
    var outcome = Outcome()
    var usedRules: Set<Int> = []
    for descriptor in source.descriptors {
      var scalars = Array(descriptor.name.unicodeScalars)
      var expression = TensorExpression.stored(descriptor.name)
      var dtype: DType?
      var isTouched = false
      guard scalars.count <= Self.maximumNameCharacterCount else {
        throw RenameError(.nameTooLong, rule: nil, tensor: descriptor.name)
      }
      for (index, rule) in rules.enumerated() {
        guard let renamed = rule.replace(in: scalars) else { continue }
        usedRules.insert(index)
        isTouched = true
        scalars = renamed
        guard (1...Self.maximumNameCharacterCount).contains(scalars.count) else {
          throw RenameError(scalars.isEmpty ? .emptyName : .nameTooLong, rule: index + 1, tensor: descriptor.name)
        }
        if let axes = rule.axes {
          expression = .permuted(expression, axes: axes)
          guard expression.kind({ source.descriptor(named: $0) }) != nil else {
            throw RenameError(
              .badTransposition(axes, descriptor.dtype, descriptor.shape), rule: index + 1, tensor: descriptor.name)
          }
        }
        dtype = rule.dtype ?? dtype
      }
      var name = String.UnicodeScalarView()
      name.append(contentsOf: scalars)
      outcome.tensors.append((String(name), expression))
      if let dtype { outcome.dtypes[Array(String(name).utf8)] = dtype }
      if !isTouched { outcome.untouched.append(descriptor.name) }
    }
    outcome.unusedRules = rules.indices.filter { !usedRules.contains($0) }.map { $0 + 1 }
    return outcome
  }
}

extension RenameRules.Rule {
  /// A rule of an expression and a template.
  ///
  /// - Parameters:
  ///   - match: the expression; see `NamePattern`.
  ///   - replace: the template.
  ///   - axes: the order of the axes afterwards.
  ///   - dtype: the dtype afterwards.
  /// - Throws: `RenameError` for an expression that is none, a template that asks for a group that is not there, axes that are no
  ///   permutation.
  public init(match: String, replace: String, axes: [Int]? = nil, dtype: DType? = nil) throws(RenameError) {
    do throws(NamePatternError) {
      pattern = try NamePattern(match)
    } catch {
      throw RenameError(.badExpression(match, error))
    }
    template = try Self.parts(of: replace, groupCount: pattern.groupCount)
    if let axes, axes.sorted() != Array(axes.indices) { throw RenameError(.badAxes(axes)) }
    self.axes = axes
    self.dtype = dtype
  }

  private static func parts(of text: String, groupCount: Int) throws(RenameError) -> [RenameRules.TemplatePart] {
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

  /// A name with every match replaced; nil where there is none.
  func replace(in scalars: [Unicode.Scalar]) -> [Unicode.Scalar]? {
    var result: [Unicode.Scalar] = []
    var position = 0
    var isFound = false
    while position <= scalars.count, let match = pattern.firstMatch(in: scalars, from: position), let whole = match[0] {
      isFound = true
      result += scalars[position..<whole.lowerBound]
      for part in template {
        switch part {
        case .text(let text): result += text.unicodeScalars
        case .group(let group): result += match[group].map { scalars[$0] } ?? []
        }
      }
      position = whole.upperBound
      // A match of nothing: on with the next character, or there would be no end.
      if whole.isEmpty {
        if position < scalars.count { result.append(scalars[position]) }
        position += 1
      }
      if result.count > RenameRules.maximumNameCharacterCount { return result }
    }
    return isFound ? result + scalars[min(position, scalars.count)...] : nil
  }
}
