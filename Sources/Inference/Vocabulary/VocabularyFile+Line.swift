internal import Messages

extension VocabularyFile.Line {
  /// Parses one line without its line break. Anything counts as a line.
  init(parsing line: ArraySlice<UInt8>, form: VocabularyFile.Form) {
    let text = line.drop(while: \.isASCIIWhitespace)
    let token = text.prefix { !$0.isASCIIWhitespace }
    var bytes = Array(token)
    var rest = text.dropFirst(token.count)
    var clean = bytes
    if form != .plain, let literal = try? PythonLiteral(parsing: text) {
      bytes = literal.value
      rest = text.dropFirst(literal.byteCount)
      // A word that could not be read back from a bare line stays a literal.
      let isBare = !bytes.isEmpty && !bytes.contains(where: \.isASCIIWhitespace)
      clean = isBare ? bytes : Array(text.prefix(literal.byteCount))
    }
    word = String(escapingInvalidUTF8: bytes)
    count = Self.count(in: rest).flatMap { Int(String(decoding: $0, as: UTF8.self)) }
    cleanBytes = clean
  }

  /// The second token of a line, if there is one. Further ones are ignored, as in the original program.
  static func count(in rest: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    let token = rest.drop(while: \.isASCIIWhitespace).prefix { !$0.isASCIIWhitespace }
    return token.isEmpty ? nil : token
  }
}
