package import Messages

/// A strict reader of untrusted JSON: the caller asks for what must come next.
///
/// It exists because general decoders hide what matters in a weight file's header: a key given twice, a number that is not
/// an integer, bytes after the end. Text must be UTF-8 (RFC 3629), nesting is bounded, and no value is ever built that the
/// caller did not ask for.
/// - Source: RFC 8259.
package struct JSONReader {
  /// The text.
  package let bytes: [UInt8]
  /// The index of the next byte to read.
  package internal(set) var position: Int
  /// The index after the last byte to read.
  let end: Int
  private var depth = 0

  /// How deep objects and arrays may be nested; a header needs three levels.
  package static let maximumDepth = 16

  private let maximumDepth: Int

  /// Starts at the first byte of `range`, or of all bytes.
  package init(_ bytes: [UInt8], range: Range<Int>? = nil, maximumDepth: Int = Self.maximumDepth) {
    self.bytes = bytes
    self.maximumDepth = maximumDepth
    position = range?.lowerBound ?? 0
    end = range?.upperBound ?? bytes.count
  }

  /// Reads an object; `member` must read the value of each key that it is given.
  ///
  /// - Throws: `JSONError.Reason.duplicateKey` if a key occurs twice, compared byte by byte after unescaping.
  package mutating func readObject(_ member: (inout JSONReader, String) throws -> Void) throws {
    try enter(UInt8(ascii: "{"), "an object")
    var keys: Set<[UInt8]> = []
    try readElements(closing: UInt8(ascii: "}")) { reader in
      let offset = reader.position
      let key = try reader.readString()
      guard keys.insert(Array(key.utf8)).inserted else { throw JSONError(.duplicateKey(key), offset: offset) }
      try reader.expect(UInt8(ascii: ":"), "':'")
      try member(&reader, key)
    }
  }

  /// Reads an array; `element` must read each element.
  package mutating func readArray(_ element: (inout JSONReader) throws -> Void) throws {
    try enter(UInt8(ascii: "["), "an array")
    try readElements(closing: UInt8(ascii: "]"), element)
  }

  /// Reads an array of what `element` reads.
  package mutating func readList<Element>(_ element: (inout JSONReader) throws -> Element) throws -> [Element] {
    var elements: [Element] = []
    try readArray { reader in elements.append(try element(&reader)) }
    return elements
  }

  /// Reads an integer from 0 to `Int.max`, written without sign, fraction or exponent.
  package mutating func readCount() throws(JSONError) -> Int {
    skipSpace()
    let start = position
    var value = 0
    while position < end, case let digit = bytes[position] &- UInt8(ascii: "0"), digit <= 9 {
      guard let next = value.multipliedChecked(by: 10)?.addingChecked(Int(digit)) else {
        throw JSONError(.numberTooLarge, offset: start)
      }
      value = next
      position += 1
    }
    let isEmpty = position == start
    let hasLeadingZero = position - start > 1 && bytes[start] == UInt8(ascii: "0")
    let goesOn = position < end && [UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E")].contains(bytes[position])
    guard !isEmpty, !hasLeadingZero, !goesOn else { throw JSONError(.expected("a whole number"), offset: start) }
    return value
  }

  /// Reads an integer, which may have a sign, written without fraction or exponent.
  package mutating func readInteger() throws(JSONError) -> Int {
    guard peek() == UInt8(ascii: "-") else { return try readCount() }
    guard position + 1 < end, (0x30...0x39).contains(bytes[position + 1]) else {
      throw JSONError(.expected("a whole number"), offset: position)
    }
    position += 1
    return -(try readCount())
  }

  /// Reads a word of JSON (`true`, `false` or `null`) if it is the next value.
  ///
  /// - Returns: whether it was there; if not, nothing is read.
  package mutating func readIfNext(_ word: StaticString) -> Bool {
    skipSpace()
    let start = position
    let letters = Array("\(word)".utf8)
    guard end - start >= letters.count, bytes[start..<start + letters.count].elementsEqual(letters),
      start + letters.count == end || Self.endsLiteral(bytes[start + letters.count])
    else { return false }
    position = start + letters.count
    return true
  }

  /// The first byte of the next value; nil at the end of the text.
  package mutating func peek() -> UInt8? {
    skipSpace()
    return position < end ? bytes[position] : nil
  }

  /// Reads a string, unescaped.
  package mutating func readString() throws(JSONError) -> String {
    try expect(UInt8(ascii: "\""), "a string")
    let start = position
    // Nearly all strings have no escape and are taken in one piece.
    while position < end, bytes[position] != UInt8(ascii: "\""), bytes[position] != UInt8(ascii: "\\"),
      bytes[position] >= 0x20
    {
      position += 1
    }
    if position < end, bytes[position] == UInt8(ascii: "\"") {
      defer { position += 1 }
      return try text(of: bytes[start..<position], offset: start)
    }
    var unescaped = Array(bytes[start..<position])
    while position < end {
      let byte = bytes[position]
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        return try text(of: unescaped[...], offset: start)
      case UInt8(ascii: "\\"): unescaped.append(contentsOf: Character(try readEscape()).utf8)
      case ..<0x20: throw JSONError(.controlCharacter(byte), offset: position)
      default:
        unescaped.append(byte)
        position += 1
      }
    }
    throw JSONError(.endOfText, offset: end)
  }

  /// Reads a value of any kind and discards it; duplicate keys and bad text within it are still errors.
  package mutating func skipValue() throws {
    skipSpace()
    guard position < end else { throw JSONError(.endOfText, offset: end) }
    switch bytes[position] {
    case UInt8(ascii: "{"): try readObject { reader, _ in try reader.skipValue() }
    case UInt8(ascii: "["): try readArray { reader in try reader.skipValue() }
    case UInt8(ascii: "\""): _ = try readString()
    default: try skipLiteral()
    }
  }

  /// Checks that nothing but white space is left.
  package mutating func readEnd() throws(JSONError) {
    skipSpace()
    guard position == end else { throw JSONError(.expected("the end of the text"), offset: position) }
  }

  private mutating func enter(_ byte: UInt8, _ name: Message) throws(JSONError) {
    try expect(byte, name)
    depth += 1
    guard depth <= maximumDepth else { throw JSONError(.tooDeep, offset: position - 1) }
  }

  private mutating func readElements(closing: UInt8, _ element: (inout JSONReader) throws -> Void) throws {
    skipSpace()
    if position < end, bytes[position] == closing {
      position += 1
      depth -= 1
      return
    }
    while true {
      try element(&self)
      skipSpace()
      guard position < end else { throw JSONError(.endOfText, offset: end) }
      if bytes[position] == closing { break }
      try expect(UInt8(ascii: ","), "',' or '\(Character(Unicode.Scalar(closing)))'")
    }
    position += 1
    depth -= 1
  }

  mutating func skipSpace() {
    while position < end, [0x20, 0x09, 0x0a, 0x0d].contains(bytes[position]) { position += 1 }
  }

  private mutating func expect(_ byte: UInt8, _ name: Message) throws(JSONError) {
    skipSpace()
    guard position < end else { throw JSONError(.endOfText, offset: end) }
    guard bytes[position] == byte else { throw JSONError(.expected(name), offset: position) }
    position += 1
  }

  private func text(of slice: ArraySlice<UInt8>, offset: Int) throws(JSONError) -> String {
    guard let text = String(validating: slice, as: UTF8.self) else { throw JSONError(.badUTF8, offset: offset) }
    return text
  }

  /// Reads one escape, at the backslash; a pair of surrogates is one escape.
  private mutating func readEscape() throws(JSONError) -> Unicode.Scalar {
    let start = position
    guard end - position >= 2 else { throw JSONError(.endOfText, offset: end) }
    let letter = bytes[position + 1]
    position += 2
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(letter)
    case UInt8(ascii: "b"): return "\u{08}"
    case UInt8(ascii: "f"): return "\u{0c}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      let unit = try readHexadecimal(from: start)
      if let scalar = Unicode.Scalar(unit) { return scalar }
      guard unit < 0xdc00, end - position >= 6, bytes[position] == UInt8(ascii: "\\"),
        bytes[position + 1] == UInt8(ascii: "u")
      else { throw JSONError(.badEscape, offset: start) }
      position += 2
      let low = try readHexadecimal(from: start)
      guard (0xdc00...0xdfff).contains(low),
        let scalar = Unicode.Scalar(0x10000 + ((unit - 0xd800) << 10 | (low - 0xdc00)))
      else { throw JSONError(.badEscape, offset: start) }
      return scalar
    default: throw JSONError(.badEscape, offset: start)
    }
  }

  private mutating func readHexadecimal(from start: Int) throws(JSONError) -> UInt32 {
    guard end - position >= 4 else { throw JSONError(.endOfText, offset: end) }
    var value: UInt32 = 0
    for byte in bytes[position..<position + 4] {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw JSONError(.badEscape, offset: start)
      }
      value = value << 4 | UInt32(digit)
    }
    position += 4
    return value
  }

  /// Skips a number, `true`, `false` or `null`.
  mutating func skipLiteral() throws(JSONError) {
    let start = position
    while position < end, !Self.endsLiteral(bytes[position]) { position += 1 }
    let literal = bytes[start..<position]
    guard Self.words.contains(where: literal.elementsEqual) || Self.isNumber(literal) else {
      throw JSONError(.expected("a value"), offset: start)
    }
  }

  private static let words = ["true", "false", "null"].map { Array($0.utf8) }

  private static func endsLiteral(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x20, 0x09, 0x0a, 0x0d, UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"): true
    default: false
    }
  }

  /// `-?(0|[1-9][0-9]*)([.][0-9]+)?([eE][-+]?[0-9]+)?`; a `Regex` would be compiled anew for each.
  private static func isNumber(_ literal: ArraySlice<UInt8>) -> Bool {
    var rest = literal
    func skip(_ wanted: String) -> Bool {
      guard let first = rest.first, wanted.utf8.contains(first) else { return false }
      rest.removeFirst()
      return true
    }
    func skipDigits() -> Int {
      let count = rest.prefix { (0x30...0x39).contains($0) }.count
      rest.removeFirst(count)
      return count
    }
    _ = skip("-")
    let startsWithZero = rest.first == UInt8(ascii: "0")
    let count = skipDigits()
    guard count == 1 || (count > 1 && !startsWithZero) else { return false }
    if skip("."), skipDigits() == 0 { return false }
    if skip("eE") {
      _ = skip("-+")
      if skipDigits() == 0 { return false }
    }
    return rest.isEmpty
  }
}

/// Why a text is not the JSON that was expected, and where.
package struct JSONError: Error, Equatable, Sendable, MessageConvertible {
  /// What is wrong.
  package enum Reason: Equatable, Sendable {
    /// The text ends within a value.
    case endOfText
    /// Something else was found where this should be.
    case expected(Message)
    /// An object has the key twice.
    case duplicateKey(String)
    /// A string is not UTF-8.
    case badUTF8
    /// A string has a control character that should be escaped.
    case controlCharacter(UInt8)
    /// A string has an escape that means nothing.
    case badEscape
    /// A number does not fit in 63 bits.
    case numberTooLarge
    /// Objects and arrays are nested too deeply.
    case tooDeep
  }

  /// What is wrong.
  package let reason: Reason
  /// The index of the byte where the error was found.
  package let offset: Int

  /// An error at a byte.
  package init(_ reason: Reason, offset: Int) {
    self.reason = reason
    self.offset = offset
  }

  package var message: Message {
    switch reason {
    case .endOfText: "the JSON text ends in the middle of a value"
    case .expected(let what): "expected \(what)"
    case .duplicateKey(let key): "the key '\(key)' occurs twice"
    case .badUTF8: "a string is not UTF-8"
    case .controlCharacter(let byte): "a string contains the control character \(byte)"
    case .badEscape: "a string contains an unknown escape sequence"
    case .numberTooLarge: "a number does not fit in 63 bits"
    case .tooDeep: "values are nested too deeply"
    }
  }
}
