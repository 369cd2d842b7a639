internal import Bytes
internal import CTensorFlowProtos
internal import Files
internal import ProtobufMessages

/// What a SavedModel in text format (`saved_model.pbtxt`) says about the files that belong to it.
///
/// Its lines are searched for two things, and nothing is parsed: protobuf's printer writes every field on its own line.
package struct SavedModelText {
  /// The names of the files that should be in the directory `assets`, without repetitions.
  package private(set) var assetNames: [String] = []
  /// Whether the graph has variables.
  package private(set) var hasVariables = false

  /// The beginning of a line that is expected next.
  private var expected: String?
  private var seen: Set<String> = []

  /// Larger files are ignored; constants in text format take at least four times their bytes.
  private static let maximumByteCount = 1 << 30
  private static let pieceByteCount = 1 << 20
  /// Lines with names are shorter; constants are longer, and are skipped.
  private static let maximumLineByteCount = 4096
  private static let variableOperations = ["VariableV2", "Variable", "VarHandleOp"].map { "op: \"\($0)\"" }

  /// Searches a file, one piece at a time; nil if it cannot be read or is too large.
  package init?(path: String) {
    guard let file = try? InputFile(path: path), file.byteCount <= Self.maximumByteCount else { return nil }
    var line: [UInt8] = []
    var piece: [UInt8] = []
    for offset in stride(from: 0, to: file.byteCount, by: Self.pieceByteCount) {
      let count = min(Self.pieceByteCount, file.byteCount - offset)
      guard (try? file.read(at: offset, count: count, into: &piece)) != nil else { return nil }
      for byte in piece.prefix(count) {
        if byte == UInt8(ascii: "\n") {
          if line.count < Self.maximumLineByteCount { look(at: line) }
          line.removeAll(keepingCapacity: true)
        } else if line.count < Self.maximumLineByteCount, !line.isEmpty || byte != UInt8(ascii: " ") {
          line.append(byte)
        }
      }
    }
    look(at: line)
  }

  /// An asset is a message of its own in TensorFlow 2, and a packed one in a collection in TensorFlow 1.
  private mutating func look(at line: [UInt8]) {
    func begins(_ start: String) -> Bool { line.starts(with: start.utf8) }
    if begins("asset_file_def {") || begins("[type.googleapis.com/tensorflow.AssetFileDef]") {
      expected = "filename: \""
    } else if begins("type_url: \"\(GraphCollection.assetType)\"") {
      expected = "value: \""
    } else if let start = expected, begins(start) {
      expected = nil
      let value = Self.unquoted(line.drop { $0 != UInt8(ascii: "\"") }.dropFirst())
      let isPacked = start == "value: \""
      guard let name = isPacked ? GraphCollection.asset(value)?.fileName : String(validating: value, as: UTF8.self),
        seen.insert(name).inserted
      else { return }
      assetNames.append(name)
    } else if !hasVariables, begins("op: \"") {
      hasVariables = Self.variableOperations.contains(String(decoding: line, as: UTF8.self))
    }
  }

  /// The bytes of a string up to its closing quote, with the escapes that protobuf's printer writes.
  private static func unquoted(_ text: ArraySlice<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = text
    while let byte = rest.popFirst(), byte != UInt8(ascii: "\"") {
      guard byte == UInt8(ascii: "\\"), let escape = rest.popFirst() else {
        bytes.append(byte)
        continue
      }
      switch escape {
      case UInt8(ascii: "n"): bytes.append(10)
      case UInt8(ascii: "r"): bytes.append(13)
      case UInt8(ascii: "t"): bytes.append(9)
      case UInt8(ascii: "0")...UInt8(ascii: "3"):
        // Always three digits.
        let digits = rest.prefix(2).map { Int($0) - 48 }
        guard digits.count == 2, digits.allSatisfy({ (0...7).contains($0) }) else { return bytes }
        rest = rest.dropFirst(2)
        bytes.append(UInt8((Int(escape) - 48) * 64 + digits[0] * 8 + digits[1]))
      default: bytes.append(escape)
      }
    }
    return bytes
  }
}

extension GraphCollection {
  /// The collection in which TensorFlow 1 keeps a SavedModel's assets.
  ///
  /// - Source: TensorFlow 1.15 `python/saved_model/constants.py`, `ASSETS_KEY`.
  static let assetsName = "saved_model_assets"
  static let assetType = "type.googleapis.com/tensorflow.AssetFileDef"

  /// A packed AssetFileDef; nil for other bytes.
  static func asset(_ bytes: [UInt8]) -> Asset? {
    try? unsafe Tensorflow__AssetFileDef.withUnpacked(bytes.rawSpan, limits: .graphPart, baseOffset: 0) {
      unsafe Asset($0)
    }
  }

  /// The assets, if the entry is the collection in which TensorFlow 1 keeps them.
  static func assets(_ entry: Tensorflow__CollectionEntry) -> [Asset] {
    guard unsafe entry.key.text == assetsName, let list = unsafe entry.value?.pointee.any_list?.pointee else {
      return []
    }
    let values: [Tensorflow__Any] = unsafe structs(list.value, list.n_value)
    return unsafe values.compactMap { unsafe $0.type_url.text == assetType ? asset($0.value.bytes) : nil }
  }
}
