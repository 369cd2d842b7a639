internal import Bytes
internal import Files
internal import Messages
internal import Tensors

/// The header of a numpy array.
///
/// `93 "NUMPY"`, a major and a minor version, the number of bytes of the text (2 bytes in version 1, 4 in 2 and 3), and
/// the text: a Python dictionary of `descr` (the dtype), `fortran_order` and `shape`, padded with spaces. Nothing is
/// evaluated.
/// - Source: NumPy, `numpy/lib/format.py`.
struct NpyHeader: Equatable {
  /// How the elements are stored.
  let storage: NpyStorage
  /// Whether the first axis is innermost.
  let isFortranOrder: Bool
  let shape: Shape
  /// Bytes before the first element.
  let byteCount: Int

  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
  /// Magic and version.
  static let prefixByteCount = 8
  /// numpy itself refuses more than 10,000 characters if pickles are not allowed.
  static let maximumTextByteCount = 1 << 16

  /// Reads a header.
  ///
  /// - Parameter read: returns the next `count` bytes of the array's file, or fewer at its end.
  /// - Throws: `ArrayDefect`, or what `read` throws.
  init(reading read: (Int) throws -> [UInt8]) throws {
    let prefix = try read(Self.prefixByteCount)
    guard prefix.count == Self.prefixByteCount, prefix.starts(with: Self.magic) else { throw ArrayDefect.noMagic }
    guard (1...3).contains(prefix[6]) else { throw ArrayDefect.version(Int(prefix[6]), Int(prefix[7])) }
    let lengthByteCount = prefix[6] == 1 ? 2 : 4
    let length = try read(lengthByteCount)
    guard length.count == lengthByteCount else { throw ArrayDefect.headerCutShort }
    let textByteCount = length.reversed().reduce(0) { $0 << 8 | Int($1) }
    guard textByteCount <= Self.maximumTextByteCount else { throw ArrayDefect.headerTooLong(textByteCount) }
    let text = try read(textByteCount)
    guard text.count == textByteCount else { throw ArrayDefect.headerCutShort }
    let fields = try NpyHeaderText(parsing: text)
    storage = try NpyStorage(descriptor: fields.descriptor)
    isFortranOrder = fields.isFortranOrder
    do throws(ShapeError) { shape = try Shape(fields.shape) } catch { throw ArrayDefect.badShape(error) }
    byteCount = Self.prefixByteCount + lengthByteCount + textByteCount
  }

  /// Where the header of a `.npy` file ends, whatever the array holds.
  ///
  /// - Throws: `ArrayDefect` if it is cut short, or what reading throws.
  static func end(in file: InputFile) throws -> Int {
    let head = try file.read(at: 0, count: min(12, file.byteCount))
    let lengthByteCount = head.count > 6 && head[6] == 1 ? 2 : 4
    guard head.count >= prefixByteCount + lengthByteCount else { throw ArrayDefect.headerCutShort }
    let length = head[prefixByteCount...].prefix(lengthByteCount).reversed().reduce(0) { $0 << 8 | Int($1) }
    let end = prefixByteCount + lengthByteCount + length
    guard end <= file.byteCount else { throw ArrayDefect.headerCutShort }
    return end
  }

  /// The header for a new array: version 1, little-endian, row-major, padded to 64 bytes as numpy does it.
  static func serialized(_ descriptor: String, _ shape: Shape) -> [UInt8]? {
    let extents = shape.dimensions.map(String.init).joined(separator: ", ") + (shape.rank == 1 ? "," : "")
    var text = "{'descr': '\(descriptor)', 'fortran_order': False, 'shape': (\(extents)), }"
    let fixedByteCount = prefixByteCount + 2
    let padding = 63 - (fixedByteCount + text.utf8.count) % 64
    text += String(repeating: " ", count: padding) + "\n"
    guard let byteCount = UInt16(exactly: text.utf8.count) else { return nil }
    return magic + [1, 0, UInt8(byteCount & 0xff), UInt8(byteCount >> 8)] + Array(text.utf8)
  }
}

/// The dictionary of a numpy header, if it is one that numpy would write.
private struct NpyHeaderText {
  private(set) var descriptor = ""
  private(set) var isFortranOrder = false
  private(set) var shape: [Int] = []
  private let bytes: [UInt8]
  private var position = 0

  init(parsing bytes: [UInt8]) throws(ArrayDefect) {
    self.bytes = bytes
    try expect("{")
    var seen: Set<String> = []
    while !skip("}") {
      let key = try readString()
      guard seen.insert(key).inserted else { throw .badHeader("'\(key)' occurs twice") }
      try expect(":")
      switch key {
      case "descr": descriptor = try readDescriptor()
      case "fortran_order": isFortranOrder = try readBool()
      case "shape": shape = try readShape()
      default: throw .badHeader("'\(key)' is not a field of NumPy's header")
      }
      if !skip(",") {
        try expect("}")
        break
      }
    }
    guard seen.count == 3 else { throw .badHeader("'descr', 'fortran_order' or 'shape' is missing") }
    skipSpace()
    guard position == bytes.count else { throw .badHeader("something follows the dictionary") }
  }

  private mutating func skipSpace() {
    while position < bytes.count, [0x20, 0x09, 0x0a, 0x0d].contains(bytes[position]) { position += 1 }
  }

  private mutating func skip(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws(ArrayDefect) {
    guard skip(character) else { throw .badHeader("'\(character)' is missing at character \(position)") }
  }

  /// A string in either kind of quotes. numpy writes no escapes here, so a backslash is an error.
  private mutating func readString() throws(ArrayDefect) -> String {
    let quote: Unicode.Scalar = skip("'") ? "'" : "\""
    if quote == "\"" { try expect("\"") }
    let start = position
    while position < bytes.count, bytes[position] != UInt8(ascii: quote) { position += 1 }
    guard position < bytes.count, let text = String(validating: bytes[start..<position], as: UTF8.self),
      !text.contains("\\")
    else { throw .badHeader("a string is damaged at character \(start)") }
    position += 1
    return text
  }

  /// A list in place of the string describes a structured dtype, which has no equivalent in Decant.
  private mutating func readDescriptor() throws(ArrayDefect) -> String {
    skipSpace()
    if position < bytes.count, bytes[position] == UInt8(ascii: "[") { throw .structured }
    return try readString()
  }

  private mutating func readBool() throws(ArrayDefect) -> Bool {
    skipSpace()
    for (word, value) in [("True", true), ("False", false)] where bytes[position...].starts(with: word.utf8) {
      position += word.utf8.count
      return value
    }
    throw .badHeader("'fortran_order' is neither True nor False")
  }

  private mutating func readShape() throws(ArrayDefect) -> [Int] {
    try expect("(")
    var extents: [Int] = []
    while !skip(")") {
      extents.append(try readExtent())
      guard extents.count <= Shape.maximumRank else { throw .badShape(.rankTooLarge(extents.count)) }
      if !skip(",") {
        try expect(")")
        break
      }
    }
    return extents
  }

  private mutating func readExtent() throws(ArrayDefect) -> Int {
    skipSpace()
    let isNegative = skip("-")
    let start = position
    var value = 0
    while position < bytes.count, case let digit = bytes[position] &- UInt8(ascii: "0"), digit <= 9 {
      guard let next = value.multipliedChecked(by: 10)?.addingChecked(Int(digit)) else {
        throw .badHeader("an extent does not fit in 63 bits")
      }
      value = next
      position += 1
    }
    guard position > start else { throw .badHeader("an extent is missing at character \(start)") }
    // Python 2 wrote `3L`.
    if position < bytes.count, bytes[position] == UInt8(ascii: "L") { position += 1 }
    return isNegative ? -value : value
  }
}
