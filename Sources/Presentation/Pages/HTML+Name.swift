package import Markup
internal import Messages

extension HTML {
  /// A name from a file: isolated, so that right-to-left letters do not disturb what is around it; breakable after
  /// slashes, or after dots if it has none; and cut if it is too long for a page. A name that would be invisible is in quotes.
  package static func name(_ name: String, limit: Int = 160) -> HTML {
    let isBlank = name.allSatisfy(\.isWhitespace)
    let text = isBlank ? "\"\(Message.name(name, limit: limit).text)\"" : Message.name(name, limit: limit).text
    let (separator, end): (Character, HTML) = text.contains("/") ? ("/", "/<wbr>") : (".", ".<wbr>")
    let parts = text.split(separator: separator, omittingEmptySubsequences: false)
    // Escaped text does not change.
    return "<bdi class=\"name\">\(parts.map { HTML(text: String($0)) }.joined(separator: end))</bdi>"
  }
}
