public import Messages

/// Why tensors cannot be shown under other names or in another layout; `tensor` is the name in the source.
public typealias MappingError = LocatedError<MappingDefect>

/// What keeps tensors from being shown under other names or in another layout.
public enum MappingDefect: ErrorReason {
  /// The tensor is missing, or its dtype, shape or length is not what the layout needs.
  case doesNotFit
  /// Nothing among the tensors belongs to a model whose names in the scheme are known.
  case nothingKnown(NamingScheme)
  /// No convolution of Inception v3 has a complete batch normalization.
  case nothingToFold
  /// A running average has a different dtype or shape from its weight.
  case averageDoesNotFit(weight: String)
  /// A weight has a second running average.
  case averagedTwice(weight: String)

  /// What is wrong and what to do.
  public var sentence: Message {
    switch self {
    case .doesNotFit:
      "is missing, or has a different dtype, shape or length from the one that the layout requires. "
        + "Keep all names and layouts with --names keep, without --fold-batch-norm. To leave the tensor out, if "
        + "'decant inspect --flat' lists it, add --drop."
    case .nothingToFold:
      "no convolution of Inception v3 has a batch normalization that could be folded. Remove --fold-batch-norm."
    case .averageDoesNotFit(let weight):
      "has a different dtype or shape from '\(weight)', whose average it is, judging by its name. "
        + "No average was taken; leave this tensor out with --drop, or remove --ema."
    case .averagedTwice(let weight):
      "'\(weight)' has another average as well. No average was taken; leave one of them out with --drop."
    case .nothingKnown(let scheme):
      "the names '\(scheme.rawValue)' are only for im2txt and Inception v3, and no tensor belongs to either. "
        + "For other models, use --names transformers, torchvision, timm or keras ('decant models' lists them), or your own "
        + "names with --rename."
    }
  }
}
