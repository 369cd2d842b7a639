extension Message {
  /// A name from a file, cut where it is longer than anyone reads; how long it is in all is then said.
  ///
  /// - Parameters:
  ///   - name: any text, of any length.
  ///   - limit: Unicode scalars that are shown.
  /// - Returns: the name, escaped as in every message.
  package static func name(_ name: String, limit: Int = 160) -> Message {
    let scalars = name.unicodeScalars
    guard let end = scalars.index(scalars.startIndex, offsetBy: limit, limitedBy: scalars.endIndex),
      end < scalars.endIndex
    else { return "\(name)" }
    return "\(String(scalars[..<end]))… (\(HumanText.count(name.utf8.count, "byte")) in all)"
  }
}
