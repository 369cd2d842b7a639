public import Messages
public import Patterns
public import Tensors

/// Why rename rules cannot be read or applied. Then nothing is written.
public struct RenameError: DecantError, Equatable {
  /// What went wrong.
  public enum Reason: Equatable, Sendable {
    /// The file is not the JSON that its schema describes; in words.
    case badFile(Message)
    /// The expression of a rule is not valid.
    case badExpression(String, NamePatternError)
    /// A template uses a group that the expression does not have.
    case badGroup(String, groupCount: Int)
    /// Axes that are not a permutation.
    case badAxes([Int])
    /// A permutation that does not fit a tensor.
    case badTransposition([Int], DType, Shape)
    /// A step that is invalid for every tensor, in words.
    case badStep(Message)
    /// More than one split, concatenation or drop in a rule.
    case tooManyRegroupings
    /// An axis that a tensor does not have, or that is given twice; with the name of the step.
    case badAxis(String, [Int], DType, Shape)
    /// An axis to be left out whose extent is not 1.
    case badSqueeze([Int], DType, Shape)
    /// A new shape with a different number of elements.
    case badReshape([RenameRules.Extent], DType, Shape)
    /// Blocks of an axis whose extent they do not divide.
    case badBlocks(String, axis: Int, count: Int, DType, Shape)
    /// Parts that do not make up the axis.
    case badSplit(RenameRules.Split, DType, Shape)
    /// A step that moves elements of a dtype without a fixed width.
    case noWidth(String, DType, Shape)
    /// A tensor whose dtype differs from that of the first of those that it is joined with.
    case otherDType(DType, Shape, first: String, DType)
    /// A tensor whose shape differs, on another axis, from that of the first of those that it is joined with.
    case otherShape(DType, Shape, first: String, Shape, axis: Int)
    /// One of the tensors to be joined is missing; with the others, the shape of the first of them, and the name that
    /// they would get.
    case missingMember(String, present: [String], Shape, name: String)
    /// What the group matches is not in the order; nil if it should be a number.
    case unknownMember(String, order: [String]?)
    /// Two tensors would take the same place among those that are joined.
    case memberTwice(String, other: String, name: String)
    /// The expression of a rule that joins matches a name several times.
    case matchesTwice
    /// More changes of one tensor, or of all together, than are allowed.
    case tooManySteps
    /// A name that a rule leaves empty.
    case emptyName
    /// A name that is too long to be matched, or that a rule makes too long.
    case nameTooLong
  }

  /// What went wrong.
  public let reason: Reason
  /// The rule, from 1; nil if the error is about the whole file.
  public internal(set) var rule: Int?
  /// The tensor that the error is about.
  public let tensor: String?
  /// The file of rules.
  public internal(set) var file: String?
  /// The place in the file, both from 1.
  public internal(set) var position: TextPosition?

  /// An error about a rule.
  init(_ reason: Reason, rule: Int? = nil, tensor: String? = nil) {
    self.reason = reason
    self.rule = rule
    self.tensor = tensor
  }

  /// Bad data.
  public var category: ErrorCategory { .badData }

  /// The file, the rule, the tensor, what is wrong and what to do.
  public var message: Message {
    var place: Message = "\(file ?? "rename rules")"
    if let position { place += ":\(position.line):\(position.column)" }
    if let rule { place += ": rule \(rule)" }
    if let tensor { place += ": tensor '\(tensor)'" }
    return "\(place): \(reason.sentence) Nothing was written."
  }
}
