package import Markup
internal import Messages

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
