package import Messages
internal import Markup

/// Something that the server shows: a link to its page, and what it is.
package struct ServerThing: Sendable {
  /// What a person may do with it.
  package enum Kind: String, Sendable {
    /// A folder with more.
    case folder
    /// A source of tensors.
    case source
    /// A graph without the values of its variables.
    case graph
    /// Something that has no tensors.
    case other
  }

  /// Its number in addresses.
  package let id: Int
  /// What a person calls it.
  package let name: String
  /// What it is.
  package let kind: Kind
  /// A remark about it in a few words.
  package let note: Message

  /// Something with a number.
  package init(id: Int, name: String, kind: Kind, note: Message = "") {
    (self.id, self.name, self.kind, self.note) = (id, name, kind, note)
  }

  /// An entry of a list.
  var item: HTML {
    let note: HTML = note.isEmpty ? "" : " <span class=\"soft\">\(note)</span>"
    switch kind {
    case .other:
      return """
        <li>\(HTML.name(name))\(note)
        <div class="ways"><a href="/item/\(id)/doctor">What the doctor says</a></div></li>

        """
    case .folder, .graph:
      return """
        <li><a href="/item/\(id)">\(HTML.name(name))</a>\(note)
        <div class="ways"><a href="/item/\(id)/doctor">What the doctor says</a></div></li>

        """
    case .source:
      return """
        <li><a href="/item/\(id)">\(HTML.name(name))</a>\(note)
        <div class="ways"><a href="/item/\(id)/report">Report</a> <a href="/item/\(id)/caption">Caption pictures</a> \
        <a href="/item/\(id)/doctor">What the doctor says</a> <a href="/compare?a=\(id)">Compare</a></div></li>

        """
    }
  }

  static func list(_ things: [ServerThing]) -> HTML { "<ul class=\"things\">\n\(things.map(\.item))</ul>" }
}
