public import Patterns
public import Tensors

/// Rules of a person's own for names, layouts and dtypes: the file that `--rename` takes.
///
/// Rules apply in their order, each once and to the names that those before left; so no rule can loop. A rule replaces every match
/// of its expression in a name, and where it matches at all its steps and its cast apply to the tensor, in the order in which they are written.
public struct RenameRules: Sendable, Equatable {
  /// One rule.
  public struct Rule: Sendable, Equatable {
    /// What it looks for.
    public let pattern: NamePattern
    /// What takes the place of a match: characters, and `$1` for what group 1 took, `$0` for the whole match, `$$` for a dollar sign.
    public let template: [TemplatePart]
    /// What happens to the tensor, in this order.
    public let steps: [Step]
    /// The dtype that floating-point values are cast to, after all rules; nil if they stay.
    public let dtype: DType?
  }

  /// A part of a template.
  public enum TemplatePart: Sendable, Equatable {
    /// Text that is copied as is.
    case text(String)
    /// What a group took; nothing where it took no part.
    case group(Int)
  }

  /// One change of a tensor. Axes below 0 count from the last, which is -1.
  public enum Step: Sendable, Equatable {
    /// The order of the axes afterwards, by their numbers before.
    case transpose([Int])
    /// The same elements in another shape.
    case reshape([Extent])
    /// Without these axes, each of extent 1; nil for all axes of extent 1.
    case squeeze([Int]?)
    /// With axes of extent 1 more, by their numbers afterwards.
    case unsqueeze([Int])
    /// Into several tensors along an axis.
    case split(Split)
    /// With the other tensors that get the same name into one, along an axis.
    case concatenate(Concatenation)
    /// Left out.
    case drop
  }

  /// The extent of an axis of a new shape.
  public enum Extent: Sendable, Equatable {
    /// This many.
    case count(Int)
    /// The extent that the other axes leave.
    case rest
    /// The extent that this axis has before the step.
    case axis(Int)
  }

  /// How a tensor is cut.
  public struct Split: Sendable, Equatable {
    /// The axis that is cut.
    public var axis: Int
    /// The extent of each part; nil for equal parts, a nil among them for what the others leave.
    public var sizes: [Int?]?
    /// A template for the name of each part, in place of the rule's own; nil for a part that is left out.
    public var into: [[TemplatePart]?]

    /// Parts along an axis.
    public init(axis: Int, sizes: [Int?]? = nil, into: [[TemplatePart]?]) {
      (self.axis, self.sizes, self.into) = (axis, sizes, into)
    }
  }

  /// How tensors are joined: those that a rule gives one name.
  public struct Concatenation: Sendable, Equatable {
    /// The axis along which they follow each other.
    public var axis: Int
    /// The group of the expression that tells them apart.
    public var group: Int
    /// What the group takes of the first, of the second and so on; nil if it takes numbers, which count up from 0 or 1.
    public var order: [String]?

    /// A joint along an axis.
    public init(axis: Int, group: Int, order: [String]? = nil) {
      (self.axis, self.group, self.order) = (axis, group, order)
    }
  }

  /// The rules in their order.
  public let rules: [Rule]

  /// Rules that were put together in code.
  public init(_ rules: [Rule]) {
    self.rules = rules
  }

  /// Longer names are not matched against rules.
  static let maximumNameCharacterCount = 4096
  /// Changes of one tensor, one after the other.
  static let maximumDepth = 64
  /// Stored tensors and changes in all results together. Rules that split and join again and again would double them every time.
  static let maximumNodeCount = 1 << 20
  /// How much `maximumNodeCount` grows for each tensor of the source.
  static let nodeCountOfOneTensor = 32

  /// The dtypes by the names that options and rules give them.
  public static let dtypes: [(name: String, dtype: DType)] = [
    ("f16", .float16), ("bf16", .bfloat16), ("f32", .float32), ("f64", .float64),
  ]
}
