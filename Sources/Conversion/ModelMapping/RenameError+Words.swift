internal import Messages
internal import Tensors

extension RenameError.Reason {
  /// What is wrong, what was expected and what to do.
  var sentence: Message {
    switch self {
    case .badFile(let words): "\(words). See share/decant/schemas/rename-rules.schema.json."
    case .badExpression(let text, let error): "'\(text)' is not a valid regular expression: \(error)."
    case .badGroup(let text, let count):
      "'\(text)' in the template is not a group; the expression has \(count). Write '$$' for a dollar sign."
    case .badAxes(let axes):
      "\(axes) is not an order of axes; list each from 0 to \(max(0, axes.count - 1)) once. "
        + "Use 'squeeze' to leave out an axis of extent 1."
    case .badTransposition(let axes, let dtype, let shape):
      "the order of axes \(axes) does not fit \(dtype) \(shape). Match fewer names."
    case .badStep(let words): "\(words)."
    case .tooManyRegroupings: "a rule can have only one of 'split', 'concatenate' and 'drop'; write one rule for each."
    case .emptyName: "the new name is empty. Correct the rule, or match fewer names."
    case .nameTooLong:
      "the name has more than \(RenameRules.maximumNameCharacterCount) characters. Correct the rule, or leave the tensor out "
        + "with --drop."
    case .tooManySteps:
      """
      the rules change a tensor more than \(RenameRules.maximumDepth) times, make a tensor too large for 64 bits, or make more \
      parts and changes than the limit (\(RenameRules.maximumNodeCount) plus \(RenameRules.nodeCountOfOneTensor) for each tensor) or than memory can \
      hold. Convert twice, with half of the rules each time.
      """
    case .badAxis, .badSqueeze, .badReshape, .badBlocks, .badSplit, .noWidth: layoutSentence
    case .otherDType, .otherShape, .missingMember, .unknownMember, .memberTwice, .matchesTwice: joinSentence
    }
  }

  private var layoutSentence: Message {
    switch self {
    case .badAxis(let step, let axes, let dtype, let shape):
      "'\(step)' names the axes \(axes), but \(dtype) \(shape) has \(Self.range(shape)), "
        + "and each may be named only once. Correct the axes, or match fewer names."
    case .badSqueeze(let axes, let dtype, let shape):
      "'squeeze' would leave out the axes \(axes) of \(dtype) \(shape), but only an axis of extent 1 can be left out. "
        + "Correct the axes, or match fewer names."
    case .badReshape(let extents, let dtype, let shape):
      """
      \(Self.text(extents)) does not have the \(shape.elementCount) elements of \(dtype) \(shape), or has more than \
      \(Shape.maximumRank) axes. Correct the extents (-1 means whatever the others leave, "@0" the extent of axis 0), or match \
      fewer names.
      """
    case .badBlocks("add", _, let count, let dtype, let shape):
      "'add' needs a vector of floating-point numbers that divides into \(count.counted("block")), not \(dtype) \(shape). "
        + "Correct 'blocks', or match fewer names."
    case .badBlocks(let step, let axis, let count, let dtype, let shape):
      "'\(step)' cannot cut axis \(axis) of \(dtype) \(shape) into \(count.counted("equal block")). "
        + "Correct 'blocks', or match fewer names."
    case .badSplit(let split, let dtype, let shape):
      "axis \(split.axis) of \(dtype) \(shape) cannot be split into \(Self.remedy(split))"
    case .noWidth(let step, let dtype, let shape):
      "'\(step)' cannot move the elements of \(dtype) \(shape), which have no fixed width; 'squeeze', "
        + "'unsqueeze' and 'reshape' can. Match fewer names."
    default: ""
    }
  }

  private var joinSentence: Message {
    switch self {
    case .otherDType(let dtype, let shape, let first, let other):
      "\(dtype) \(shape) cannot be joined with '\(first)', which is \(other); all must have one dtype. "
        + "Cast them in a separate conversion first, with --dtype or a rule's 'dtype'."
    case .otherShape(let dtype, let shape, let first, let other, let axis):
      "\(dtype) \(shape) cannot be joined along axis \(axis) with '\(first)' of shape \(other); "
        + "on all other axes the shapes must be equal. Correct the axis, or reshape the tensors first."
    case .missingMember(let member, let present, let shape, let name):
      """
      '\(name)' would be joined without '\(member)': only \(names: present) of shape \(shape) \
      \(present.count.noun("is", "are")) there. Select that tensor too, or correct 'match' and 'order'.
      """
    case .unknownMember(let member, let order?):
      "the group matches '\(member)', which 'order' does not name (\(names: order)). Add it there, or match fewer names."
    case .unknownMember(let member, nil):
      "the group matches '\(member)', which is not a number. Give the order with 'order'."
    case .memberTwice(let member, let other, let name):
      "this tensor and '\(other)' would both be '\(member)' of '\(name)'. "
        + "Put a group that distinguishes them, such as $1, into 'replace', or match fewer names."
    case .matchesTwice:
      "the expression matches the name more than once, so the tensor's place is ambiguous. Begin the expression with '^', or end it with '$'."
    default: ""
    }
  }

  private static func remedy(_ split: RenameRules.Split) -> Message {
    guard let sizes = split.sizes else {
      return """
        \(split.into.count) equal parts. Give 'sizes', name a number of parts that divides the extent, or match fewer names.
        """
    }
    return "parts of \(sizes.map { $0.map(String.init) ?? "-1" }.joined(separator: ", ")): "
      + "they must add up to its extent. Correct 'sizes', with -1 for whatever the others leave, or match fewer names."
  }

  /// Such as `axes 0 to 2`.
  private static func range(_ shape: Shape) -> Message {
    switch shape.rank {
    case 0: "none"
    case 1: "axis 0"
    default: "axes 0 to \(shape.rank - 1)"
    }
  }

  private static func text(_ extents: [RenameRules.Extent]) -> String {
    let words = extents.map { extent in
      switch extent {
      case .count(let count): "\(count)"
      case .rest: "-1"
      case .axis(let axis): "\"@\(axis)\""
      }
    }
    return "[\(words.joined(separator: ", "))]"
  }
}
