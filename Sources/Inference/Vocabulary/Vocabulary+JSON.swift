internal import Essentials
public import Messages

extension Vocabulary {
  /// The key of a converted file's metadata that holds the vocabulary.
  public static let metadataKey = "decant.vocabulary"

  /// Reads the JSON list of words that a converted file carries.
  ///
  /// - Parameters:
  ///   - json: a list of strings; a word's ID is its index.
  ///   - path: the file's name for errors.
  /// - Throws: `VocabularyError`.
  public init(json: String, path: String) throws(VocabularyError) {
    guard let words = try? JSONDecoder().decode([String].self, from: Data(json.utf8)) else {
      throw VocabularyError(.notAJSONList, file: path)
    }
    try self.init(words: words, path: path)
  }

  /// All words, `<UNK>` included, as a JSON list. The same words give the same bytes.
  public var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    // A list of strings always encodes.
    let data = (try? encoder.encode(words)) ?? Data()
    return String(decoding: data, as: UTF8.self)
  }
}
