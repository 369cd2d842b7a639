package import Engine
internal import Essentials
public import Tensors
public import Vocabulary

/// Whether a model was trained with `<S>` and `</S>` where a vocabulary has them.
///
/// Public vocabularies have the two lines in either order, and with the wrong one captions do not end: they continue
/// with `. <S> <S> . <S>`. Every command takes its judgment and its words from here, so that no two can contradict each
/// other. The module's documentation has the figures.
public struct MarkerVerdict: Sendable, Equatable {
  /// What the weights show.
  public enum Finding: String, Sendable {
    /// The markers are where the model has them.
    case asGiven = "as-given"
    /// The start and end words are swapped.
    case exchanged
    /// The model has at least one of them in another row.
    case elsewhere
    /// The weights show nothing, or contradict each other.
    case undecided
  }

  /// How sure it is.
  public enum Certainty: String, Sendable {
    /// Two independent signs agree, none contradicts them, and that happens by chance in less than one case in a
    /// thousand.
    case certain
    /// No sign contradicts it, more than the captions support it, and that happens by chance in less than one case in
    /// twenty.
    case likely
    /// Anything is possible.
    case unknown
  }

  /// What the weights show.
  public let finding: Finding
  /// How sure it is.
  public let certainty: Certainty
  /// The probability of `finding` as opposed to chance, 0...1; 0.5 if it is undecided. Never reported as more than
  /// 0.9999.
  public let confidence: Double
  /// The traces that were found.
  package let signs: [MarkerSign]
  /// The ID of `<S>` in the vocabulary.
  public let startID: Int
  /// The ID of `</S>` in the vocabulary.
  public let endID: Int
  /// The marker that is on more than one line, which leaves nothing to judge; nil if there is none.
  public let repeatedMarker: String?

  /// Judges a vocabulary by a model's decoder. The same two give the same verdict everywhere.
  ///
  /// Forced captions are examined only if the other signs do not confirm the vocabulary, because they take as long as a
  /// search for one picture's captions.
  package init(_ vocabulary: Vocabulary, decoder: WordDecoder) {
    var signs: [MarkerSign] = []
    let repeated = vocabulary.repeatedMarker
    if repeated == nil, vocabulary.count <= decoder.vocabularySize {
      let evidence = MarkerEvidence(vocabulary, decoder)
      signs = [evidence.input(), evidence.output()].compactMap(\.self)
      if Self.confidence(of: signs) < Self.likely || signs.contains(where: { $0.support != .asGiven }) {
        signs += [evidence.captions()].compactMap(\.self)
      }
    }
    self.init(signs, startID: vocabulary.startID, endID: vocabulary.endID, repeatedMarker: repeated)
  }

  /// Combines signs.
  init(_ signs: [MarkerSign], startID: Int, endID: Int, repeatedMarker: String? = nil) {
    (self.startID, self.endID, self.signs, self.repeatedMarker) = (startID, endID, signs, repeatedMarker)
    let supports = Set(signs.map { "\($0.support)" })
    let finding: Finding =
      if supports.count == 1, let support = signs.first?.support {
        switch support {
        case .asGiven: .asGiven
        case .exchanged: .exchanged
        case .elsewhere: .elsewhere
        }
      } else {
        // Signs that the two are swapped and signs that one is elsewhere agree in one thing: the order is not as given.
        signs.isEmpty || signs.contains { $0.support == .asGiven } ? .undecided : .elsewhere
      }
    let confidence = finding == .undecided ? 0.5 : Self.confidence(of: signs)
    // Of models with large random weights, one in ten has captions that look like this.
    if confidence < Self.likely || signs.allSatisfy({ $0.kind == .captions }) {
      (self.finding, certainty, self.confidence) = (.undecided, .unknown, 0.5)
    } else {
      let isCertain = confidence >= Self.certain && signs.count >= 2 && finding != .elsewhere
      (self.finding, certainty, self.confidence) = (finding, isCertain ? .certain : .likely, confidence)
    }
  }

  private static let likely = 0.95
  private static let certain = 0.999

  private static func confidence(of signs: [MarkerSign]) -> Double {
    min(1 / (1 + exp(-signs.reduce(0) { $0 + $1.weight })), 0.9999)
  }

  /// Whether the two are certainly swapped: only then may a command correct them without being asked.
  public var isCertainlyExchanged: Bool { finding == .exchanged && certainty == .certain }

  /// Whether the vocabulary is certainly or probably wrong.
  public var isAgainstVocabulary: Bool { finding == .exchanged || finding == .elsewhere }
}

extension MarkerVerdict {
  /// Judges a vocabulary by the decoder in a source; nil if the source has none, or if its data cannot be read.
  ///
  /// - Parameters:
  ///   - vocabulary: the words.
  ///   - source: the weights, under the names of any TensorFlow.
  public init?(_ vocabulary: Vocabulary, source: any TensorSource) {
    guard let decoder = try? WordDecoder(source: source) else { return nil }
    self.init(vocabulary, decoder: decoder)
  }

  /// Judges a file of words by the decoder in a source; nil if the words cannot be used, or as for a vocabulary.
  public init?(of file: VocabularyFile, source: any TensorSource) {
    guard let vocabulary = try? file.vocabulary() else { return nil }
    self.init(vocabulary, source: source)
  }
}
