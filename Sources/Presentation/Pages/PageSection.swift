internal import Markup

/// A part of a page and its entry in the contents.
struct PageSection {
  /// The id that links to the part use.
  let id: HTML
  /// The heading.
  let title: HTML
  /// The part with its heading.
  let html: HTML

  init(id: StaticString, title: HTML, _ content: HTML) {
    self.id = HTML(text: "\(id)")
    self.title = title
    html = .section(id: id, title: title, content)
  }
}
