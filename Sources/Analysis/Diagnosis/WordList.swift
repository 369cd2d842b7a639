internal import Messages

/// Which program's list of words a text is, judging by its name and its first lines.
///
/// im2txt's rules (a word and a count, `<S>` and `</S>`, the most frequent first) apply only to im2txt's lists.
enum WordList: Equatable {
  /// im2txt's own, judging by its name or its content.
  case im2txt
  /// Words that may be im2txt's, if a model of im2txt is beside them.
  case undecided
  /// A list of another program, described as a noun.
  case other(Message)

  /// Looks at a name and the first bytes; nil for text that is not a list of words.
  init?(name: String, head: [UInt8], isWholeFile: Bool) {
    let text = String(decoding: head, as: UTF8.self)
    // The last line may be cut.
    let lines = text.split(whereSeparator: \.isNewline).dropLast(isWholeFile ? 0 : 1)
    let lowercased = name.lowercased()
    if lowercased.hasPrefix("word_counts") {
      self = .im2txt
    } else if lines.count > 3, text.contains("<S>") || text.contains("</S>"), lines.allSatisfy(Self.isCount) {
      self = .im2txt
    } else if let title = Self.title(Array(lines)) {
      self = .other(title)
    } else if lowercased.contains("vocab"), lowercased.hasSuffix(".txt") {
      self = .undecided
    } else {
      return nil
    }
  }

  /// A word, a space and a count, as im2txt writes it.
  private static func isCount(_ line: Substring) -> Bool {
    let parts = line.split(separator: " ", omittingEmptySubsequences: false)
    return parts.count == 2 && !parts[0].isEmpty && !parts[1].isEmpty && parts[1].allSatisfy(\.isNumber)
  }

  /// Other programs' lists, recognized by their first lines.
  ///
  /// - Source: BERT's `tokenization.py`, SentencePiece's `.vocab`, GPT-2's `vocab.bpe`, tensor2tensor's and OpenNMT's vocabularies.
  private static func title(_ lines: [Substring]) -> Message? {
    guard let first = lines.first else { return nil }
    let marks = Set(lines)
    if first.hasPrefix("#version:") { return "byte-pair merges (BPE), as in GPT-2" }
    if !marks.isDisjoint(with: ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "[unused0]", "[unused1]"]) {
      return "WordPiece vocabulary, as in BERT"
    }
    if lines.count > 2, lines.allSatisfy({ isPiece($0) }) { return "SentencePiece vocabulary" }
    if lines.contains(where: { $0.contains("\u{2581}") }) { return "SentencePiece vocabulary" }
    if lines.count(where: { $0.hasPrefix("##") }) > 2 { return "WordPiece vocabulary, as in BERT" }
    if !marks.isDisjoint(with: ["'<pad>_'", "'<EOS>_'"]) { return "vocabulary of tensor2tensor" }
    if !marks.isDisjoint(with: ["<pad>", "<s>", "</s>", "<unk>", "<blank>", "<bos>", "<eos>", "<mask>"]) {
      return "vocabulary of a tokenizer"
    }
    return nil
  }

  /// A piece, a tab and the logarithm of its probability.
  private static func isPiece(_ line: Substring) -> Bool {
    let parts = line.split(separator: "\t", omittingEmptySubsequences: false)
    return parts.count == 2 && Double(parts[1]).map { $0 <= 0 } == true
  }
}
