internal import Bytes
internal import Messages
internal import Vocabulary

/// Checks a vocabulary by itself.
enum VocabularyCheck {
  /// Reads a vocabulary; a finding says why it cannot be read.
  static func read(_ file: ExaminedFile) -> (vocabulary: VocabularyFile?, findings: [Finding]) {
    if let finding = ForeignFileCheck.finding(file) { return (nil, [finding]) }
    do throws(VocabularyError) {
      let vocabulary = try VocabularyFile(path: file.path)
      return (vocabulary, findings(vocabulary, file))
    } catch {
      let finding = Finding(
        .vocabularyUnreadable, .error, files: [file.path],
        summary: "\(file.fileName) cannot be read as a vocabulary.", explanation: "\(error)",
        remedy: Remedy("Find the word_counts.txt that was published with the model."))
      return (nil, [finding])
    }
  }

  private static func findings(_ vocabulary: VocabularyFile, _ file: ExaminedFile) -> [Finding] {
    let name = file.fileName
    var findings: [Finding] = []
    let issues = vocabulary.issues.filter { $0.severity > .note }
    if let gravest = issues.map(\.severity).max() {
      let lines = HumanText.count(issues.count, "line")
      let wasCleaned = issues.contains { if case .damagedByCleaner = $0.kind { true } else { false } }
      findings.add(
        .vocabularyDamaged, gravest == .error ? .error : .warning, certainty: wasCleaned ? .likely : .certain,
        files: [file.path],
        summary: wasCleaned
          ? "\(name) was damaged by an attempt to clean it: \(lines) \(issues.count.noun("is", "are")) wrong."
          : "\(lines) of \(name) \(issues.count.noun("is not as it", "are not as they")) should be.",
        explanation: "\(Message.sentences(issues.map { ("\($0)." as Message).uppercasedFirst })) Captions with these "
          + "words are wrong.",
        remedy: Remedy(
          "Find the original word_counts.txt from the training run. To list all lines with their defects:",
          run: "decant", "vocab", file.path))
    }
    if let finding = alphabetical(vocabulary, file) { findings.append(finding) }
    if vocabulary.form != .plain {
      findings.add(
        .vocabularyLiterals, .note, files: [file.path],
        summary: "\(name) has its words as Python literals, such as \(firstLine(vocabulary)).",
        explanation:
          "im2txt wrote them this way under Python 3, and with them it prints captions full of b'…'. Decant reads either form.",
        remedy: Remedy(
          "For other programs, write the bare words, in the same order:", run: "decant", "vocab", file.path, "-o",
          "words.txt"),
        fix: .cleanVocabulary(file.path))
    }
    return findings
  }

  private static func firstLine(_ vocabulary: VocabularyFile) -> Message {
    let word = vocabulary.lines.first?.word ?? ""
    return vocabulary.form == .bytesLiterals ? "b'\(word)'" : "'\(word)'"
  }

  /// An alphabetical list has lost the order that turns line numbers into IDs.
  private static func alphabetical(_ vocabulary: VocabularyFile, _ file: ExaminedFile) -> Finding? {
    let words = vocabulary.lines.map(\.word)
    guard words.count >= 20 else { return nil }
    let rising = zip(words, words.dropFirst()).count { $0.precedesInBytes($1) }
    guard rising * 100 >= (words.count - 1) * 98 else { return nil }
    return Finding(
      .vocabularyOrder, .error, files: [file.path],
      summary: "The words of \(file.fileName) are in alphabetical order.",
      explanation: "A word's ID is its line number, and im2txt writes the most frequent word first. With sorted words, "
        + "every caption has the wrong words.",
      remedy: Remedy(
        "Find the file in its original order. If it still has its counts, you can restore most of that order, but not "
          + "the order of words with equal counts."))
  }
}
