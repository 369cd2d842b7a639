public import Messages
public import ModelMapping
public import Tensors

/// What a conversion did, in enough detail for a person and for tests.
public struct ConversionReport: Sendable {
  /// A tensor that was left out, and why.
  public struct Skipped: Sendable, Equatable {
    /// The name in the source.
    public let name: String
    /// Why, in words.
    public let reason: Message
  }

  /// The path of the output.
  public let outputPath: String
  /// Its format in words.
  public let format: String
  /// The written tensors, under their names in the output.
  public let descriptors: [TensorDescriptor]
  /// Bytes of tensors written.
  public let byteCount: Int
  /// Bytes of the output file.
  public let outputByteCount: Int
  /// The time from the first look at the source until the output had its name.
  public let seconds: Double
  /// What was planned: where each tensor came from, and the scheme of the source's names.
  public let plan: ConversionPlan
  /// What casting cost, by the names in the output; only tensors that were cast.
  public let losses: [String: CastLoss]
  /// The tensors whose names changed.
  public let renamed: [NameMap.Renaming]
  /// The tensors left out.
  public let skipped: [Skipped]
  /// The tensors that other programs see in another dtype, because the format does not have theirs, and in which; Decant
  /// restores them.
  public let substituted: [Skipped]
  /// What else a person should know about the output.
  public let notes: [OutputNote]
  /// Whether the output was read back and found equal.
  public let wasReadBack: Bool
  /// How the tensors written compare with Show and Tell.
  public let model: ModelExamination
  /// The metadata written.
  public let metadata: [String: String]
  /// Whether the format has a place for metadata.
  public let keepsMetadata: Bool
}
