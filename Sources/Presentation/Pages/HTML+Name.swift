package import Markup
package import Messages

extension Message {
  /// A name from a file, cut if it is too long for a page; then its full length is given.
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

extension HTML {
  /// A name from a file: isolated, so that right-to-left letters do not disturb what is around it; breakable after
  /// slashes; and cut if it is too long for a page.
  package static func name(_ name: String, limit: Int = 160) -> HTML {
    let text = Message.name(name, limit: limit).text
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    // Escaped text does not change.
    return "<bdi class=\"name\">\(parts.map { HTML(text: String($0)) }.joined(separator: "/<wbr>"))</bdi>"
  }
}
