internal import Messages

extension JSONReader {
  /// Skips a value of another program's that may be nested deeply, without looking at what is in it: only strings and
  /// the number of open brackets count.
  ///
  /// Takes no stack and no memory, whatever the depth.
  ///
  /// - Throws: `JSONError.Reason.endOfText`, or the error of a value that is neither an object nor an array.
  package mutating func skipForeignValue() throws {
    guard let first = peek() else { throw JSONError(.endOfText, offset: end) }
    guard first == UInt8(ascii: "{") || first == UInt8(ascii: "[") else { return try skipValue() }
    var openCount = 0
    while position < end {
      switch bytes[position] {
      case UInt8(ascii: "\""):
        try skipString()
        continue
      case UInt8(ascii: "{"), UInt8(ascii: "["): openCount += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"): openCount -= 1
      default: break
      }
      position += 1
      if openCount == 0 { return }
    }
    throw JSONError(.endOfText, offset: end)
  }

  /// Skips a string without decoding it.
  private mutating func skipString() throws(JSONError) {
    position += 1
    while position < end {
      let byte = bytes[position]
      position += byte == UInt8(ascii: "\\") ? 2 : 1
      if byte == UInt8(ascii: "\"") { return }
    }
    position = end
    throw JSONError(.endOfText, offset: end)
  }

  /// Reads a number, which may have a fraction and an exponent.
  package mutating func readNumber() throws(JSONError) -> Double {
    skipSpace()
    let start = position
    try skipLiteral()
    // Not a word: those are literals as well.
    guard let number = Double(String(decoding: bytes[start..<position], as: UTF8.self)) else {
      throw JSONError(.expected("a number"), offset: start)
    }
    return number
  }
}
