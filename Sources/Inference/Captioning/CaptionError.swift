public import Files
public import Messages

/// Why there are no captions.
public typealias CaptionError = LocatedError<CaptionDefect>

/// What keeps captions from being made.
public enum CaptionDefect: ErrorReason {
  /// A beam size that cannot be searched with.
  case beamSize(Int)
  /// A maximum length that cannot be searched with.
  case maximumLength(Int)
  /// A normalization that is negative or not a number.
  case lengthNormalization(Double)
  /// The model gave a probability that is not a number, after that many words.
  case notANumber(wordCount: Int)
  /// The model returned a different number of probabilities or states from the number requested.
  case predictionSize(rows: Int, probabilities: Int, states: Int)
  /// No vocabulary was given, and the weights carry none.
  case noVocabulary
  /// No vocabulary was given, and the tensors are those of another model, which has none.
  case anotherModel
  /// A directory without a JPEG or PNG.
  case noImages
  /// A directory without a JPEG or PNG, but with other pictures.
  case onlyOtherPictures(PassedPictures)
  /// A directory that cannot be listed.
  case cannotList(FileError)
  /// A file that is not a list of expected captions, and why not.
  case notAnExpectation(Message)

  /// Usage for settings, otherwise bad data or no input.
  public var category: ErrorCategory {
    switch self {
    case .beamSize, .maximumLength, .lengthNormalization, .noVocabulary: .usage
    case .notANumber, .predictionSize, .notAnExpectation, .anotherModel: .badData
    case .noImages, .onlyOtherPictures: .noInput
    case .cannotList(let error): error.category
    }
  }

  /// The file system's message, if it refused.
  public var wholeMessage: Message? { if case .cannotList(let error) = self { error.message } else { nil } }

  /// What was found, what was expected and what to try.
  public var sentence: Message {
    switch self {
    case .beamSize(let size):
      "the beam size \(size) is out of range; give 1 to \(CaptionOptions.maximumBeamSize). "
        + "The original program uses 3."
    case .maximumLength(let length):
      "the maximum length \(length) is out of range; give 1 to \(CaptionOptions.maximumMaximumLength). "
        + "The original program uses 20."
    case .lengthNormalization(let power):
      "the length normalization \(power) is invalid; give 0 for none, or a number such as 0.7."
    case .notANumber(let wordCount):
      "the model's probabilities after \(wordCount.counted("word")) are not numbers. "
        + "Its weights are damaged or were never trained; look for NaN with: decant inspect --stats"
    case .predictionSize(let rows, let probabilities, let states):
      "the model gave \(probabilities.counted("probability", "probabilities")) and \(states.counted("state")) for "
        + "\(rows.counted("caption"))."
    case .noVocabulary:
      "has no vocabulary, so Decant cannot turn its captions into words. "
        + "Give the word_counts.txt that was published with the model: --vocab FILE"
    case .anotherModel:
      "is not an im2txt model: it has no word embedding (seq_embedding/map). Decant captions with im2txt only. "
        + "See what it is with 'decant inspect'."
    case .noImages: "contains no JPEG or PNG. Name the images, or a directory that has some."
    case .onlyOtherPictures(let pictures):
      "contains no file with a JPEG or PNG extension, only \(pictures.list). \(pictures.advice)"
    case .cannotList(let error): error.message
    case .notAnExpectation(let detail):
      "is not a file of expected captions: \(detail). Give JSON as share/decant/schemas/caption.schema.json describes it."
    }
  }
}
