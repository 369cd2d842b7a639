package import Markup
internal import Messages

extension HTML {
  /// A name from a file: isolated, so that right-to-left letters do not disturb what is around it; breakable after
  /// slashes, or after the dots of a module's name; and cut if it is too long for a page. A name that would be invisible is in quotes.
  package static func name(_ name: String, limit: Int = 160) -> HTML {
    let isBlank = name.allSatisfy(\.isWhitespace)
    let text = isBlank ? "\"\(Message.name(name, limit: limit).text)\"" : Message.name(name, limit: limit).text
    // A single dot is a file's, as in `model.ckpt-4222`.
    let isDotted = !text.contains("/") && text.count { $0 == "." } > 1
    let (separator, end): (Character, HTML) = isDotted ? (".", ".<wbr>") : ("/", "/<wbr>")
    let parts = text.split(separator: separator, omittingEmptySubsequences: false)
    // Escaped text does not change.
    return "<bdi class=\"name\">\(parts.map { HTML(text: String($0)) }.joined(separator: end))</bdi>"
  }
}
