extension Message {
  /// A name from a file. If it is longer than anyone reads, it is cut, and the message gives its full length.
  ///
  /// - Parameters:
  ///   - name: any text, of any length.
  ///   - limit: how many Unicode scalars are shown.
  /// - Returns: the name, escaped as in every message.
  package static func name(_ name: String, limit: Int = 160) -> Message {
    let scalars = name.unicodeScalars
    guard let end = scalars.index(scalars.startIndex, offsetBy: limit, limitedBy: scalars.endIndex),
      end < scalars.endIndex
    else { return "\(name)" }
    return "\(String(scalars[..<end]))… (\(HumanText.count(name.utf8.count, "byte")) in all)"
  }
}
