internal import Files
internal import Messages
internal import Vocabulary
internal import WordTraces

/// Checks whether a model can have been trained with these words, in this order.
struct VocabularyMatch {
  let vocabulary: VocabularyFile
  let file: ExaminedFile
  let modelName: String
  private let modelPath: String
  private(set) var findings: [Finding] = []

  /// Compares numbers first, then what training left in the weights.
  ///
  /// - Parameters:
  ///   - vocabulary: the words.
  ///   - file: their file.
  ///   - rows: rows of the model's word embedding.
  ///   - model: the model's path, for the words of findings.
  ///   - evidence: the traces of training; nil if the weights cannot be read.
  ///   - markers: what the weights show about `<S>` and `</S>`; nil if they cannot be read.
  init(
    _ vocabulary: VocabularyFile, file: ExaminedFile, rows: Int, model: String, evidence: WordEvidence?,
    markers: MarkerVerdict?
  ) {
    self.vocabulary = vocabulary
    self.file = file
    modelPath = model
    modelName = model.lastPart
    guard (try? vocabulary.check(rows: rows)) != nil else {
      findings.add(
        .vocabularyTooLarge, .error, files: [file.path],
        summary: "\(name) has \(HumanText.count(wordCount, "word")), including <UNK>, but the model "
          + "\(self.modelName) has rows for only \(HumanText.grouped(rows)).",
        explanation: "It is from another training.",
        remedy: Remedy("Find the word_counts.txt that was published with this model."))
      return
    }
    guard let evidence else { return }
    var signs: [Message] = []
    if let markers { judgeMarkers(markers, &signs) }
    guard evidence.isReadable, let words = try? vocabulary.vocabulary() else {
      if findings.isEmpty { signs.isEmpty ? undecided(evidence) : fits(signs, isStrong: true) }
      return
    }
    judgeSize(evidence, rows: rows, &signs)
    let strongCount = signs.count
    judgeOrder(words, evidence, &signs)
    if findings.isEmpty { signs.isEmpty ? undecided(evidence) : fits(signs, isStrong: strongCount > 0) }
  }

  private var name: String { file.fileName }

  /// Includes `<UNK>`, which is appended if no line has it.
  private var wordCount: Int {
    vocabulary.lines.contains { $0.word == Vocabulary.unknownWord }
      ? vocabulary.lines.count : vocabulary.lines.count + 1
  }

  // MARK: - <S> and </S>

  private mutating func judgeMarkers(_ verdict: MarkerVerdict, _ signs: inout [Message]) {
    if let finding = Finding.markers(verdict, of: .file(file.path), model: modelPath) { findings.append(finding) }
    if verdict.finding == .asGiven { signs += verdict.signs.map { "\($0.text)" } }
  }

  // MARK: - How many words

  private mutating func judgeSize(_ evidence: WordEvidence, rows: Int, _ signs: inout [Message]) {
    let used = evidence.unusedStart
    guard used < rows else { return }
    let lines = vocabulary.lines.count
    // <UNK> has the last used row, unless training never met an unknown word.
    if used == wordCount || used == lines {
      signs.append("training used \(HumanText.count(used, "row")), as many as there are words")
      return
    }
    let isShort = used > wordCount
    // The rows of rare words may have hardly changed.
    guard isShort || lines - used > max(2, lines / 50) else { return }
    findings.add(
      .vocabularySize, isShort ? .error : .warning, certainty: .likely, files: [file.path],
      summary: "\(name) has \(HumanText.count(wordCount, "word")), including <UNK>, but the model "
        + "\(modelName) was trained with \(isShort ? "\(HumanText.grouped(used)) or more" : "about \(HumanText.grouped(used))").",
      explanation: """
        From row \(HumanText.grouped(used)) on, the word embedding is as it was before training, \
        \(isShort ? "but the rows before it are not" : "so training never saw those words"). The vocabulary is from \
        another training, or lines were \(isShort ? "lost" : "added"). Words after the first such line come out as their \
        neighbors.
        """,
      remedy: Remedy("Find the word_counts.txt that was published with this model."))
  }

  // MARK: - In which order

  /// Frequent words have higher biases. That shows over hundreds of words, whatever single biases are.
  private mutating func judgeOrder(_ words: Vocabulary, _ evidence: WordEvidence, _ signs: inout [Message]) {
    let ids = vocabulary.lines.indices.filter { id in
      id < evidence.unusedStart && id != words.startID && id != words.endID && id != words.unknownID
        && vocabulary.lines[id].count != nil
    }
    guard ids.count >= Self.minimumRankedCount else { return }
    let biases = ids.map { evidence.biases[$0] }
    let chance = RankCorrelation.chance(count: ids.count)
    let byCount = RankCorrelation.of(biases, ids.map { Float(vocabulary.lines[$0].count ?? 0) })
    let byRow = RankCorrelation.of(biases, ids.map { Float(-$0) })
    let figures: Message =
      "rank correlation \(Self.rounded(byCount)) over \(HumanText.count(ids.count, "word")); shuffled words stay below "
      + "\(Self.rounded(chance)) in 999 of 1000 cases"
    if byCount >= Self.clearCorrelation {
      signs.append("the counts fall as the logits' biases do (\(figures))")
    } else if byRow >= Self.clearCorrelation, byCount < Self.clearCorrelation / 2 {
      findings.add(
        .vocabularyOrder, .error, certainty: .likely, files: [file.path],
        summary: "The words of \(name) are not in the order in which the model \(modelName) was trained.",
        explanation: "The model's biases fall from the first row to the last, as frequencies do "
          + "(\(Self.rounded(byRow))), but the counts in the file do not (\(figures)).",
        remedy: Remedy("Find the file in its original order: the most frequent word first."))
    }
  }

  /// With fewer words, chance alone produces correlations.
  private static let minimumRankedCount = 200
  /// Well above chance, well below what training gives (0.8 and more).
  private static let clearCorrelation = 0.4

  private static func rounded(_ value: Double) -> String {
    let hundredths = Int((value.magnitude * 100).rounded())
    return "\(value < 0 ? "-" : "")\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
  }

  // MARK: - Verdicts

  /// `isStrong` if more than the order supports it; every list sorted by frequency has that order.
  private mutating func fits(_ signs: [Message], isStrong: Bool) {
    let others: Message =
      isStrong
      ? "A file with the same words in a slightly different order"
      : "Any list of the same length that is sorted by frequency"
    findings.add(
      .vocabularyFits, .note, certainty: isStrong ? .likely : .possible, files: [file.path],
      summary: isStrong
        ? "\(name) fits the model \(modelName), as far as its weights show."
        : "Nothing in the weights of \(modelName) contradicts \(name).",
      explanation: "\(signs.joined(separator: "; ").uppercasedFirst). \(others) would pass\(isStrong ? " too" : ""); "
        + "only a caption can show it.")
  }

  private mutating func undecided(_ evidence: WordEvidence) {
    findings.add(
      .vocabularyUndecided, .note, files: [file.path],
      summary: "The weights of \(modelName) do not show whether \(name) is its vocabulary.",
      explanation: """
        \(HumanText.count(wordCount, "word fits", "words fit")) its \(HumanText.count(evidence.rowCount, "row")). \
        Training leaves traces of the words that it uses, and these weights show none: they are random, or were \
        initialized in another way.
        """,
      remedy: Remedy("Caption a picture that you know: with a wrong vocabulary the words make no sense."))
  }
}
