public import Bytes
public import Tensors

/// Why rename rules cannot be read or applied. Nothing is written then.
public struct RenameError: DecantError, Equatable {
  /// What went wrong.
  public enum Reason: Equatable, Sendable {
    /// The file is not the JSON that its schema describes; in words.
    case badFile(String)
    /// The expression of a rule is none.
    case badExpression(String, NamePatternError)
    /// A template asks for a group that the expression does not have.
    case badGroup(String, groupCount: Int)
    /// Axes that are no permutation.
    case badAxes([Int])
    /// A permutation that does not fit a tensor.
    case badTransposition([Int], DType, Shape)
    /// A name that a rule leaves empty.
    case emptyName
    /// A name that is too long to be matched, or that a rule makes so.
    case nameTooLong
  }

  /// What went wrong.
  public let reason: Reason
  /// The rule, from 1; nil where it is about the whole file.
  public internal(set) var rule: Int?
  /// The tensor at hand.
  public let tensor: String?
  /// The file of rules.
  public internal(set) var file: String?
  /// The place in the file, both from 1.
  public internal(set) var position: Position?

  /// A place in a text.
  public struct Position: Equatable, Sendable {
    /// The line, from 1.
    public let line: Int
    /// The byte within the line, from 1.
    public let column: Int
  }

  /// An error about a rule.
  init(_ reason: Reason, rule: Int? = nil, tensor: String? = nil) {
    self.reason = reason
    self.rule = rule
    self.tensor = tensor
  }

  /// Bad data.
  public var category: ErrorCategory { .badData }

  /// The file, the rule, the tensor, what is the matter and what to do.
  public var description: String {
    var place = file.map(\.escapedForDisplay) ?? "rename rules"
    if let position { place += ":\(position.line):\(position.column)" }
    if let rule { place += ": rule \(rule)" }
    if let tensor { place += ": tensor '\(tensor.escapedForDisplay)'" }
    return "\(place): \(sentence) Nothing was written."
  }

  private var sentence: String {
    switch reason {
    case .badFile(let words): "\(words.escapedForDisplay). See Schemas/rename-rules.schema.json."
    case .badExpression(let text, let error): "'\(text.escapedForDisplay)' is no expression for names: \(error)."
    case .badGroup(let text, let count):
      "'\(text.escapedForDisplay)' in the template is no group; the expression has \(count). Write '$$' for a dollar sign."
    case .badAxes(let axes): "\(axes) is no order of axes; each from 0 to \(max(0, axes.count - 1)) comes once."
    case .badTransposition(let axes, let dtype, let shape):
      "the order of axes \(axes) does not fit \(dtype) \(shape). Match fewer names."
    case .emptyName: "nothing is left of the name."
    case .nameTooLong: "the name has more than \(RenameRules.maximumNameCharacterCount) characters."
    }
  }
}
