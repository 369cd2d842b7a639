public import Messages

/// Why tensors cannot be shown under other names or in another layout.
public struct MappingError: DecantError, Equatable {
  /// What went wrong.
  public enum Reason: Equatable, Sendable {
    /// The tensor is missing, or its dtype, shape or length is not what the layout needs.
    case doesNotFit
    /// Nothing among the tensors belongs to a model whose names in the scheme are known.
    case nothingKnown(NamingScheme)
    /// No convolution of Inception v3 has a complete batch normalisation.
    case nothingToFold
    /// A running average has another dtype or shape than its weight.
    case averageDoesNotFit(weight: String)
    /// A weight has a second running average.
    case averagedTwice(weight: String)
  }

  /// What went wrong.
  public let reason: Reason
  /// The tensor at hand, by its name in the source; nil if it is about all.
  public let tensor: String?
  /// The source's first file.
  public let file: String?

  /// An error about one source.
  public init(_ reason: Reason, tensor: String? = nil, file: String? = nil) {
    self.reason = reason
    self.tensor = tensor
    self.file = file
  }

  /// Bad data.
  public var category: ErrorCategory { .badData }

  /// The file, the tensor, what is the matter and what to do.
  public var description: String {
    let place = [file, tensor.map { "tensor '\($0)'" }].compactMap { $0?.escapedForDisplay }.joined(separator: ": ")
    let subject = place.isEmpty ? "" : "\(place): "
    switch reason {
    case .doesNotFit:
      return subject
        + "is missing, or has another dtype, shape or length than the layout needs. "
        + "Look at it with 'decant inspect --flat', and leave it out with --drop or keep all names with --names keep."
    case .nothingToFold:
      return subject
        + "no convolution of Inception v3 has a batch normalisation that could be folded. Leave --fold-batch-norm out."
    case .averageDoesNotFit(let weight):
      return subject
        + "has another dtype or shape than '\(weight.escapedForDisplay)', whose average it is by name. No average was taken; "
        + "leave it out with --drop, or leave --ema out."
    case .averagedTwice(let weight):
      return subject
        + "'\(weight.escapedForDisplay)' has another average as well. No average was taken; leave one of them out with --drop."
    case .nothingKnown(let scheme):
      return subject
        + "no tensor belongs to im2txt or Inception v3, the models whose names in \(scheme.title) are known. "
        + "Give names of your own with --rename, or keep them with --names keep."
    }
  }
}
