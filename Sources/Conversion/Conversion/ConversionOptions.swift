public import Messages
public import ModelMapping
public import TensorFiles
public import Tensors

/// What a conversion does on its way from source to output.
public struct ConversionOptions: Sendable, Equatable {
  /// The names that tensors are written under.
  public var names = NamingScheme.modern
  /// A library whose names the tensors of a known family of models get; `names` then counts for other sources only.
  public var library: LibraryNames?
  /// The user's own rules, applied to those names.
  public var rename: RenameRules?
  /// The dtype that floating-point tensors are cast to, float16, bfloat16, float32 or float64; nil if they stay. A
  /// rule's own dtype takes precedence. Integers and strings stay.
  public var dtype: DType?
  /// The blocks in which floating-point tensors are stored whose rows consist of whole blocks; only GGUF has any. A rule's own
  /// dtype takes precedence.
  public var quantization: BlockFormat?
  /// Whether batch normalizations are folded into the convolutions before them.
  public var foldsBatchNorm = false
  /// Whether variables that only training needs are left out.
  public var inferenceOnly = false
  /// Whether constants of a frozen graph that are not weights are left out; other sources have none.
  public var weightsOnly = false
  /// Whether variables for which that is only likely are left out as well; see `TrainingLeftover.Certainty`.
  public var dropsLikely = false
  /// Whether averaged weights replace the raw ones.
  public var takesAverages = false
  /// A regular expression; tensors whose names it does not match anywhere are left out.
  public var match: String?
  /// A regular expression; tensors whose names it matches anywhere are left out.
  public var drop: String?
  /// The words to store with the model, by their IDs; without them, the words that the source carries are kept.
  public var vocabulary: [String]?
  /// Whether the written file is read back and compared before it gets its name.
  public var readsBack = true
  /// Whether the SHA-256 of the source's files goes into the metadata, if the format keeps metadata.
  public var hashesSource = true
  /// The format to write; without one, the extension of the output decides.
  public var format: WeightFormat?
  /// Compression, and whether an existing file is replaced.
  public var sink = SinkOptions()

  /// What the output says about how it was made, if a later conversion is to recognize it.
  package var recipe: ConversionRecipe?

  /// Everything kept, modern names, read back.
  public init() {}
}

/// How far a conversion has come.
public struct ConversionProgress: Sendable, Equatable, MessageConvertible {
  /// What is being done.
  public enum Phase: Sendable, Equatable {
    /// Reading the source and writing the output.
    case writing
    /// Reading the output back.
    case readingBack
  }

  /// What is being done.
  public let phase: Phase
  /// Bytes of tensors done in this phase.
  public let byteCount: Int
  /// Bytes of tensors in all.
  public let totalByteCount: Int
  /// The current tensor, under its name in the output.
  public let tensor: String

  /// Such as `writing 12.0 MiB of 142.1 MiB  logits/weights`.
  public var message: Message {
    let verb = phase == .writing ? "writing" : "reading back"
    return "\(verb) \(HumanText.bytes(byteCount)) of \(HumanText.bytes(totalByteCount))  \(tensor)"
  }
}
