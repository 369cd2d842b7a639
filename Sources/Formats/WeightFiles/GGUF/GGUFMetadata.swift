package import Bytes
internal import Files
internal import Messages

/// Metadata as the key-values of a GGUF model, so that both other programs and Decant read it.
///
/// Most are texts under their own key. Metadata whose key GGUF does not allow, or for whose key it has a value of
/// another kind, is a member of the JSON object `decant.metadata`. The words of a model that captions are in
/// `tokenizer.ggml.tokens` as well, where other programs look. Metadata that comes from a GGUF model and did not change is
/// the key-value that the model has, of the same type.
/// - Source: ggml, `docs/gguf.md`: keys are lower-case ASCII with dots, of at most 65,535 bytes.
package enum GGUFMetadata {
  /// A key-value.
  enum Value: Equatable {
    case uint32(UInt32)
    case text(String)
    case texts([String])
    /// The value that a source has, whatever its type is.
    case stored(GGUFKeyValue)
  }

  private static let metadataKey = "decant.metadata"
  private static let vocabularyKey = "decant.vocabulary"
  private static let tokensKey = "tokenizer.ggml.tokens"
  private static let numberKeys = [GGUFHeader.alignmentKey, "general.file_type", "general.quantization_version"]
  private static let architectureKey = "general.architecture"

  /// What other programs require or show: the name of a kind of network, and of the model.
  static func required(path: String) -> [String: String] {
    let name = path.lastPart
    return [architectureKey: "decant", "general.name": name.hasSuffix(".gguf") ? String(name.dropLast(5)) : name]
  }

  /// The key-values of metadata, the architecture first, as other writers put it, and the others sorted.
  ///
  /// - Parameters:
  ///   - metadata: the metadata.
  ///   - stored: the key-values of the source, which are taken where the metadata still say the same.
  /// - Returns: each key with its value.
  static func values(
    of metadata: [String: String], stored: GGUFKeyValues = GGUFKeyValues()
  ) -> [(key: String, value: Value)] {
    var values: [(key: String, value: Value)] = []
    var others: [(key: String, value: String)] = []
    let words = metadata[vocabularyKey].flatMap(Self.words)
    // The list of tensors says it.
    let derived = blockTypes(of: metadata).isEmpty ? nil : GGUFFile.quantizationKey
    for (key, text) in metadata.sorted(by: { $0.key.precedesInBytes($1.key) }) where key != derived {
      if let same = stored.unchanged(key, text), words == nil || key != tokensKey {
        values.append((key, .stored(same)))
      } else if numberKeys.contains(key), let number = number(key, text) {
        values.append((key, .uint32(number)))
      } else if isTextKey(key) {
        values.append((key, .text(text)))
      } else {
        others.append((key, JSONText.string(text)))
      }
    }
    if !others.isEmpty { values.append((metadataKey, .text(JSONText.object(others)))) }
    if let words { values.append((tokensKey, .texts(words))) }
    if let place = values.firstIndex(where: { $0.key == architectureKey }) {
      values.insert(values.remove(at: place), at: 0)
    }
    return values
  }

  /// The metadata of a big-endian file, whose blocks are shown as they are. Decant writes them only little-endian, so not at all.
  static let byteOrderKey = "decant.byte_order"

  /// The types of tensors that are blocks, by their names, which a reader shows as bytes; empty if the metadata does not
  /// state them as GGUF's reader does.
  static func blockTypes(of metadata: [String: String]) -> [ByteString: BlockQuantization] {
    guard let text = metadata[GGUFFile.quantizationKey], metadata[byteOrderKey] == nil else { return [:] }
    var reader = JSONReader(Array(text.utf8))
    var types: [ByteString: BlockQuantization] = [:]
    let isRead: Void? = try? reader.readObject { reader, key in
      let name = try reader.readString()
      types[ByteString(key)] = BlockQuantization.allCases.first { $0.name == name }
    }
    return isRead != nil && (try? reader.readEnd()) != nil ? types : [:]
  }

  /// The same by the names of the types, for those that this module does not show to others.
  package static func blockTypeNames(of metadata: [String: String]) -> [ByteString: String] {
    blockTypes(of: metadata).mapValues(\.name)
  }

  /// The alignment that metadata asks for, or the usual one.
  static func alignment(of metadata: [String: String]) -> Int {
    metadata[GGUFHeader.alignmentKey].flatMap { number(GGUFHeader.alignmentKey, $0) }.map { Int($0) } ?? 32
  }

  /// The metadata of key-values that were read.
  static func metadata(of values: [String: String]) -> [String: String] {
    var metadata = values
    if let text = values[metadataKey], let members = members(text) {
      metadata[metadataKey] = nil
      metadata.merge(members) { _, member in member }
    }
    // A copy of what Decant reads itself.
    if values[vocabularyKey] != nil, members(values[metadataKey] ?? "{}")?[tokensKey] == nil {
      metadata[tokensKey] = nil
    }
    return metadata
  }

  /// The number under a key that must have one, if the text is one that the key allows.
  private static func number(_ key: String, _ text: String) -> UInt32? {
    guard let number = UInt32(text), "\(number)" == text else { return nil }
    let isAllowed = key != GGUFHeader.alignmentKey || (number >= 8 && number <= 1 << 16 && number & (number - 1) == 0)
    return isAllowed ? number : nil
  }

  /// Whether the value of a key is a text, as far as the format's own keys go.
  private static func isTextKey(_ key: String) -> Bool {
    guard key.contains("."), key.utf8.count <= Int(UInt16.max), key != metadataKey, !numberKeys.contains(key),
      !key.hasPrefix("tokenizer."), !key.hasPrefix("split.")
    else { return false }
    return key.utf8.allSatisfy {
      switch $0 {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."),
        UInt8(ascii: "_"), UInt8(ascii: "-"):
        true
      default: false
      }
    }
  }

  /// The strings of a JSON array; nil for any other text.
  private static func words(_ text: String) -> [String]? {
    var reader = JSONReader(Array(text.utf8))
    guard let words = try? reader.readList({ try $0.readString() }), (try? reader.readEnd()) != nil else { return nil }
    return words
  }

  /// The members of a JSON object of strings; nil for any other text.
  private static func members(_ text: String) -> [String: String]? {
    var reader = JSONReader(Array(text.utf8))
    var members: [String: String] = [:]
    guard (try? reader.readObject { reader, key in members[key] = try reader.readString() }) != nil,
      (try? reader.readEnd()) != nil
    else { return nil }
    return members
  }
}
