internal import Bytes
internal import Messages

/// The type of a value, by its number in a file.
/// - Source: ggml, `docs/gguf.md` (`gguf_metadata_value_type`).
enum GGUFValueType: UInt32 {
  case uint8 = 0
  case int8, uint16, int16, uint32, int32, float32, bool, string, array, uint64, int64, float64

  /// The minimum number of bytes of a value; only texts and arrays can have more.
  var byteCount: Int {
    switch self {
    case .uint8, .int8, .bool: 1
    case .uint16, .int16: 2
    case .uint32, .int32, .float32: 4
    case .string, .uint64, .int64, .float64: 8
    case .array: 12
    }
  }

  /// What values of the type are called, as the plural.
  var plural: String {
    switch self {
    case .string: "strings"
    case .array: "arrays"
    case .bool: "booleans"
    default: "numbers"
    }
  }
}

/// Reads the values of a GGUF model as texts: numbers in decimal, arrays as JSON. An array that is long is only
/// counted, as `[151936 strings]`.
struct GGUFValueReader {
  let key: String
  private static let maximumElementCount = 256
  private static let maximumTextByteCount = 4096
  static let maximumDepth = 8

  /// Reads a value and its type; `isWhole` says whether the text has all that the value has.
  func read(from cursor: inout GGUFCursor) throws -> (type: GGUFValueType, text: String, isWhole: Bool) {
    let type = try readType(from: &cursor)
    let (text, isWhole) = try read(type, depth: 0, from: &cursor)
    return (type, text, isWhole)
  }

  private func readType(from cursor: inout GGUFCursor) throws -> GGUFValueType {
    let start = cursor.position
    let number = try cursor.read(UInt32.self, "the type of the value of '\(key)'")
    guard let type = GGUFValueType(rawValue: number) else {
      throw cursor.error(.valueType(key: key, number), at: start)
    }
    return type
  }

  /// The text, and whether it has all that the value has.
  private func read(
    _ type: GGUFValueType, depth: Int, from cursor: inout GGUFCursor
  ) throws -> (text: String, isWhole: Bool) {
    let what: Message = "the value of '\(key)'"
    switch type {
    case .uint8: return ("\(try cursor.read(UInt8.self, what))", true)
    case .int8: return ("\(try cursor.read(Int8.self, what))", true)
    case .uint16: return ("\(try cursor.read(UInt16.self, what))", true)
    case .int16: return ("\(try cursor.read(Int16.self, what))", true)
    case .uint32: return ("\(try cursor.read(UInt32.self, what))", true)
    case .int32: return ("\(try cursor.read(Int32.self, what))", true)
    case .uint64: return ("\(try cursor.read(UInt64.self, what))", true)
    case .int64: return ("\(try cursor.read(Int64.self, what))", true)
    case .float32: return ("\(Float(bitPattern: try cursor.read(UInt32.self, what)))", true)
    case .float64: return ("\(Double(bitPattern: try cursor.read(UInt64.self, what)))", true)
    case .bool: return (try cursor.read(UInt8.self, what) == 0 ? "false" : "true", true)
    case .string: return (try cursor.readText(what), true)
    case .array: return try readArray(depth: depth + 1, from: &cursor)
    }
  }

  private func readArray(depth: Int, from cursor: inout GGUFCursor) throws -> (text: String, isWhole: Bool) {
    guard depth <= Self.maximumDepth else { throw cursor.error(.tooDeep(key: key, limit: Self.maximumDepth)) }
    let type = try readType(from: &cursor)
    // Checked before the first element is read: a text or an array has at least its length.
    let count = try cursor.readCount(UInt64.self, ofBytes: type.byteCount, "the value of '\(key)'")
    var text = "["
    var isWhole = count <= Self.maximumElementCount
    var index = 0
    while index < count {
      if !isWhole, type != .array {
        try skip(type, count: count - index, in: &cursor)
        break
      }
      let element = try read(type, depth: depth, from: &cursor)
      isWhole = isWhole && element.isWhole && text.utf8.count + element.text.utf8.count <= Self.maximumTextByteCount
      if isWhole { text += (index > 0 ? "," : "") + (type == .string ? JSONText.string(element.text) : element.text) }
      index += 1
    }
    return (isWhole ? text + "]" : "[\(count) \(type.plural)]", isWhole)
  }

  /// Skips elements that are not arrays; the caller checked that the file has their minimum of bytes.
  private func skip(_ type: GGUFValueType, count: Int, in cursor: inout GGUFCursor) throws {
    guard type == .string else { return cursor.skip(count * type.byteCount) }
    for _ in 0..<count { cursor.skip(try cursor.readCount(UInt64.self, "a string of '\(key)'")) }
  }
}
