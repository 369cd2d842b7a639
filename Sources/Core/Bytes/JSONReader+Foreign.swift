internal import Messages

extension JSONReader {
  /// Skips a value of another program's that may be nested deeply, without looking at what is in it: only strings and brackets count.
  ///
  /// Takes no stack, whatever the depth.
  ///
  /// - Throws: `JSONError.Reason.tooDeep` beyond a million brackets inside each other, `.endOfText`, or `.expected` for a bracket that
  ///   closes another.
  package mutating func skipForeignValue() throws {
    guard let first = peek() else { throw JSONError(.endOfText, offset: end) }
    guard first == UInt8(ascii: "{") || first == UInt8(ascii: "[") else { return try skipValue() }
    var open: [UInt8] = []
    while position < end {
      let byte = bytes[position]
      switch byte {
      case UInt8(ascii: "\""):
        try skipString()
        continue
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        guard open.count < 1 << 20 else { throw JSONError(.tooDeep, offset: position) }
        // Closing brackets are 2 after opening ones.
        open.append(byte + 2)
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        guard open.popLast() == byte else { throw JSONError(.expected("another bracket"), offset: position) }
        if open.isEmpty {
          position += 1
          return
        }
      default: break
      }
      position += 1
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
