internal import Files
public import Messages

/// Why there are no captions.
public struct CaptionError: DecantError, Equatable {
  /// What went wrong.
  public enum Reason: Equatable, Sendable {
    /// A beam size that cannot be searched with.
    case beamSize(Int)
    /// A maximum length that cannot be searched with.
    case maximumLength(Int)
    /// A normalisation that is negative or no number.
    case lengthNormalization(Double)
    /// The model gave a probability that is not a number, after that many words.
    case notANumber(wordCount: Int)
    /// The model gave another number of probabilities or states than it was asked for.
    case predictionSize(rows: Int, probabilities: Int, states: Int)
    /// No vocabulary was given, and the weights carry none.
    case noVocabulary
    /// No vocabulary was given, and the tensors are those of another model, which has none.
    case anotherModel
    /// A directory without a JPEG or PNG.
    case noImages
    /// A directory without a JPEG or PNG, but with other pictures.
    case onlyOtherPictures(PassedPictures)
    /// A directory that cannot be listed, by `errno`.
    case cannotList(Int32)
    /// A file that is not a list of expected captions.
    case notAnExpectation(String)
  }

  /// What went wrong.
  public let reason: Reason
  /// The file or directory, where the error is about one.
  public let path: String?

  /// An error, perhaps about a file.
  public init(_ reason: Reason, path: String? = nil) {
    self.reason = reason
    self.path = path
  }

  /// Usage for settings, else bad data or no input.
  public var category: ErrorCategory {
    switch reason {
    case .beamSize, .maximumLength, .lengthNormalization: .usage
    case .notANumber, .predictionSize, .notAnExpectation, .anotherModel: .badData
    case .noVocabulary: .usage
    case .noImages, .onlyOtherPictures: .noInput
    case .cannotList(let code): FileError(.cannotOpen(code), path: path ?? "").category
    }
  }

  /// What was found, what was expected and what to try.
  public var description: String {
    let place = path.map { "\($0.escapedForDisplay): " } ?? ""
    switch reason {
    case .beamSize(let size):
      return "the beam size \(size) is out of range; give 1 to \(CaptionOptions.maximumBeamSize), "
        + "such as 3, the value of the original program"
    case .maximumLength(let length):
      return "the maximum length \(length) is out of range; give 1 to \(CaptionOptions.maximumMaximumLength), "
        + "such as 20, the value of the original program"
    case .lengthNormalization(let power):
      return "the length normalisation \(power) is invalid; give 0 for none, or a number such as 0.7"
    case .notANumber(let wordCount):
      return
        "\(place)the model's probabilities after \(wordCount.counted("word")) are not numbers. Its weights are damaged or were "
        + "never trained; look for NaN with: decant inspect --stats"
    case .predictionSize(let rows, let probabilities, let states):
      return
        "the model gave \(probabilities.counted("probability", "probabilities")) and \(states.counted("state")) for \(rows.counted("caption"))"
    case .noVocabulary:
      return
        "\(place)carries no vocabulary, and without one there are no words. Give the word_counts.txt that was published "
        + "with the model: --vocab FILE"
    case .anotherModel:
      return
        "\(place)is not an im2txt model: it has no word embedding (seq_embedding/map). Decant captions with im2txt only. "
        + "See what it is with: decant inspect \(path.map(\.escapedForDisplay) ?? "PATH")"
    case .noImages: return "\(place)has no JPEG or PNG in it. Name the images, or a directory that has some."
    case .onlyOtherPictures(let pictures):
      return "\(place)has no file named as a JPEG or PNG in it, but \(pictures.list). \(pictures.advice)"
    case .cannotList(let code): return FileError(.cannotOpen(code), path: path ?? "").description
    case .notAnExpectation(let detail):
      return "\(place)is not a file of expected captions: \(detail.escapedForDisplay). "
        + "Give JSON as Schemas/caption.schema.json describes it."
    }
  }
}
