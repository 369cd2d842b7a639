public import Patterns
public import Tensors

/// A person's own rules for names, layouts and dtypes: the file for `--rename`.
///
/// Rules apply in order, each once and to the names that earlier rules produced, so no rule can loop. A rule replaces
/// every match of its expression in a name. If it matches at all, its steps and its cast apply to the tensor, in the
/// order in which they are written.
public struct RenameRules: Sendable, Equatable {
  /// One rule.
  public struct Rule: Sendable, Equatable {
    /// What it looks for.
    public let pattern: NamePattern
    /// What replaces a match: characters, and `$1` for what group 1 captured, `$0` for the whole match, `$$` for a
    /// dollar sign.
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
    /// What a group captured; empty if it took no part.
    case group(Int)
  }

  /// One change of a tensor. Axes below 0 count from the last, which is -1.
  public enum Step: Sendable, Equatable {
    /// The new order of the axes, by their old numbers.
    case transpose([Int])
    /// Gives the elements another shape.
    case reshape([Extent])
    /// Removes these axes, each of extent 1; nil for all axes of extent 1.
    case squeeze([Int]?)
    /// Adds axes of extent 1, by their new numbers.
    case unsqueeze([Int])
    /// Cuts an axis into equal blocks and puts them in this order, as for the gates of a recurrent cell.
    case reorder(axis: Int, blocks: [Int])
    /// Adds a number to one of the equal blocks of a vector, as for a forget bias.
    case add(Double, block: Int, of: Int)
    /// Splits the tensor into several along an axis.
    case split(Split)
    /// Joins it with the other tensors that get the same name, along an axis.
    case concatenate(Concatenation)
    /// Leaves the tensor out.
    case drop
  }

  /// The extent of an axis of a new shape.
  public enum Extent: Sendable, Equatable {
    /// This number.
    case count(Int)
    /// Whatever extent the other axes leave.
    case rest
    /// The extent that this axis has before the step.
    case axis(Int)
  }

  /// How a tensor is cut.
  public struct Split: Sendable, Equatable {
    /// The axis that is cut.
    public var axis: Int
    /// The extent of each part; nil for equal parts, with nil for the part that gets whatever the others leave.
    public var sizes: [Int?]?
    /// A template for the name of each part, instead of the rule's own; nil for a part that is left out.
    public var into: [[TemplatePart]?]

    /// Parts along an axis.
    public init(axis: Int, sizes: [Int?]? = nil, into: [[TemplatePart]?]) {
      (self.axis, self.sizes, self.into) = (axis, sizes, into)
    }
  }

  /// How tensors to which a rule gives the same name are joined.
  public struct Concatenation: Sendable, Equatable {
    /// The axis along which they follow each other.
    public var axis: Int
    /// The group of the expression that distinguishes them.
    public var group: Int
    /// What the group captures from the first, the second and so on; nil if it captures numbers that count up from 0 or
    /// 1.
    public var order: [String]?

    /// A joint along an axis.
    public init(axis: Int, group: Int, order: [String]? = nil) {
      (self.axis, self.group, self.order) = (axis, group, order)
    }
  }

  /// The rules in their order.
  public let rules: [Rule]

  /// Rules that are made in code.
  public init(_ rules: [Rule]) {
    self.rules = rules
  }

  /// Longer names are not matched against rules.
  static let maximumNameCharacterCount = 4096
  /// The most changes of one tensor, one after the other.
  static let maximumDepth = 64
  /// The most stored tensors and changes in all results together. Rules that split and join again and again would
  /// double them every time.
  static let maximumNodeCount = 1 << 20
  /// How much `maximumNodeCount` grows for each tensor of the source.
  static let nodeCountOfOneTensor = 32

  /// The dtypes, with their names in options and rules.
  public static let dtypes: [(name: String, dtype: DType)] = [
    ("f16", .float16), ("bf16", .bfloat16), ("f32", .float32), ("f64", .float64),
  ]
}
