/// A Python `bytes` or `str` literal, such as `b'caf\xc3\xa9'`: what Python 3 wrote instead of a word.
///
/// The grammar is Python's, without triple quotes, raw strings and `\N{…}`, which `repr` never writes. Nothing is evaluated.
/// - Source: The Python Language Reference, section 2.4.1.
struct PythonLiteral: Equatable {
  /// What comes before the opening quote.
  enum Prefix: Equatable {
    /// `b`: escapes are bytes.
    case bytes
    /// `u`: escapes are code points.
    case unicode
    /// No prefix: text in Python 3, bytes in Python 2. Escaped bytes that form UTF-8 are read as bytes, others as code points.
    case unprefixed
  }

  /// Why something that begins like a literal is not one.
  enum Damage: Error, Equatable {
    /// The closing quote is missing.
    case unterminated
    /// Something follows the closing quote without a space.
    case trailingText
    /// An escape that Python would refuse or that names no character.
    case badEscape
  }

  var prefix: Prefix
  /// The value: bytes as they are, text as UTF-8.
  var value: [UInt8]
  /// Bytes of the literal itself, from its prefix to its closing quote.
  var byteCount: Int

  /// The prefix that `text` begins with if a quote follows; nil if it does not begin like a literal.
  static func prefix(of text: ArraySlice<UInt8>) -> (prefix: Prefix, quote: UInt8, byteCount: Int)? {
    guard let first = text.first else { return nil }
    if first == quote || first == doubleQuote { return (.unprefixed, first, 1) }
    guard let second = text.dropFirst().first, second == quote || second == doubleQuote else { return nil }
    switch first {
    case UInt8(ascii: "b"), UInt8(ascii: "B"): return (.bytes, second, 2)
    case UInt8(ascii: "u"), UInt8(ascii: "U"): return (.unicode, second, 2)
    default: return nil
    }
  }

  /// Bytes as a literal that reads back as the same bytes.
  static func text(of bytes: [UInt8]) -> String {
    let escaped = bytes.map { byte in
      switch byte {
      case quote, UInt8(ascii: "\\"): "\\" + String(UnicodeScalar(byte))
      case 0x20..<0x7f: String(UnicodeScalar(byte))
      default: "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
      }
    }
    return "b'\(escaped.joined())'"
  }

  /// Parses the literal that `text` begins with; what follows must be white space or nothing.
  ///
  /// - Returns: nil if `text` does not begin like a literal.
  init?(parsing text: ArraySlice<UInt8>) throws(Damage) {
    guard let (prefix, quote, openingCount) = Self.prefix(of: text) else { return nil }
    var position = text.startIndex + openingCount
    var units: [Unit] = []
    while true {
      guard position < text.endIndex else { throw .unterminated }
      let byte = text[position]
      position += 1
      if byte == quote { break }
      if byte == UInt8(ascii: "\\") {
        units.append(try Self.readEscape(text, &position, prefix))
      } else {
        units.append(.byte(byte))
      }
    }
    if position < text.endIndex, !text[position].isASCIIWhitespace { throw .trailingText }
    self.prefix = prefix
    self.byteCount = position - text.startIndex
    self.value = try Self.value(of: units, prefix)
  }

  /// One element of the value, before the meaning of escaped numbers is known.
  private enum Unit {
    /// A byte from the file or from a simple escape.
    case byte(UInt8)
    /// `\xHH` or octal: a byte or a code point.
    case number(UInt32)
    /// `\uXXXX` or `\UXXXXXXXX`: a code point, or half of a surrogate pair.
    case codePoint(UInt32)
  }

  private static let quote = UInt8(ascii: "'")
  private static let doubleQuote = UInt8(ascii: "\"")

  private static let simpleEscapes: [UInt8: UInt8] = [
    UInt8(ascii: "\\"): UInt8(ascii: "\\"), quote: quote, doubleQuote: doubleQuote,
    UInt8(ascii: "a"): 7, UInt8(ascii: "b"): 8, UInt8(ascii: "t"): 9, UInt8(ascii: "n"): 10, UInt8(ascii: "v"): 11,
    UInt8(ascii: "f"): 12, UInt8(ascii: "r"): 13,
  ]

  /// Reads what follows a backslash.
  private static func readEscape(
    _ text: ArraySlice<UInt8>, _ position: inout Int, _ prefix: Prefix
  ) throws(Damage) -> Unit {
    guard position < text.endIndex else { throw .unterminated }
    let kind = text[position]
    if let byte = simpleEscapes[kind] {
      position += 1
      return .byte(byte)
    }
    switch kind {
    case UInt8(ascii: "0")...UInt8(ascii: "7"):
      let digits = text[position...].prefix(3).prefix { (UInt8(ascii: "0")...UInt8(ascii: "7")).contains($0) }
      position += digits.count
      let number = digits.reduce(0) { $0 * 8 + UInt32($1 - UInt8(ascii: "0")) }
      if prefix == .bytes, number > 0xff { throw .badEscape }
      return .number(number)
    case UInt8(ascii: "x"): return .number(try readHexadecimal(text, &position, digitCount: 2))
    case UInt8(ascii: "u") where prefix != .bytes:
      return .codePoint(try readHexadecimal(text, &position, digitCount: 4))
    case UInt8(ascii: "U") where prefix != .bytes:
      return .codePoint(try readHexadecimal(text, &position, digitCount: 8))
    case UInt8(ascii: "N") where prefix != .bytes: throw .badEscape
    default:
      // Python keeps the backslash of an escape that it does not know.
      return .byte(UInt8(ascii: "\\"))
    }
  }

  /// Reads the digits after the letter at `position`.
  private static func readHexadecimal(
    _ text: ArraySlice<UInt8>, _ position: inout Int, digitCount: Int
  ) throws(Damage) -> UInt32 {
    let digits = text[(position + 1)...].prefix(digitCount)
    guard digits.count == digitCount, digits.allSatisfy(\.isHexadecimalDigit),
      let number = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw .badEscape }
    position += 1 + digitCount
    return number
  }

  private static func value(of units: [Unit], _ prefix: Prefix) throws(Damage) -> [UInt8] {
    if prefix != .unicode, let bytes = bytes(of: units) {
      if prefix == .bytes || String(validating: bytes, as: UTF8.self) != nil { return bytes }
    }
    var value: [UInt8] = []
    var highSurrogate: UInt32?
    for unit in units {
      var point: UInt32?
      switch unit {
      case .byte(let byte): value.append(byte)
      case .number(let number), .codePoint(let number): point = number
      }
      if let high = highSurrogate {
        // The second half must follow immediately.
        guard let low = point, 0xdc00...0xdfff ~= low else { throw .badEscape }
        point = 0x10000 + (high - 0xd800) << 10 + (low - 0xdc00)
        highSurrogate = nil
      } else if let high = point, 0xd800...0xdbff ~= high {
        highSurrogate = high
        continue
      }
      if let point {
        guard let scalar = Unicode.Scalar(point) else { throw .badEscape }
        value += Array(String(Character(scalar)).utf8)
      }
    }
    guard highSurrogate == nil else { throw .badEscape }
    return value
  }

  /// The units as bytes; nil if one is a code point beyond a byte.
  private static func bytes(of units: [Unit]) -> [UInt8]? {
    var bytes: [UInt8] = []
    for unit in units {
      switch unit {
      case .byte(let byte): bytes.append(byte)
      case .number(let number):
        guard let byte = UInt8(exactly: number) else { return nil }
        bytes.append(byte)
      case .codePoint: return nil
      }
    }
    return bytes
  }
}

extension UInt8 {
  /// What Python's `bytes.split` splits at.
  var isASCIIWhitespace: Bool { self == 32 || (9...13).contains(self) }

  var isHexadecimalDigit: Bool {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
      UInt8(ascii: "A")...UInt8(ascii: "F"):
      true
    default: false
    }
  }
}
