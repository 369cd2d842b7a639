internal import Markup
internal import Messages

/// The place of a page among the pages of a gallery, and the links to the others.
struct GalleryPages {
  let paths: GalleryPaths
  /// The page, from 0.
  let page: Int
  /// How many pages there are.
  let count: Int

  /// Links to the first, the previous, the next and the last page; nil if there is only one page.
  func ways(_ label: HTML) -> HTML? {
    guard count > 1 else { return nil }
    func way(_ page: Int, _ words: HTML) -> HTML? {
      guard page != self.page, (0..<count).contains(page) else { return nil }
      // With `./`, no name looks like a scheme.
      return "<a href=\"./\(HTML.encoded(paths.name(page)))\">\(words)</a>\n"
    }
    return """
      <nav class="pages" aria-label="\(label)">\(page > 1 ? way(0, "First page") : nil)\(way(page - 1, "Previous page"))
      <span>Page \(HumanText.grouped(page + 1)) of \(HumanText.grouped(count))</span>
      \(way(page + 1, "Next page"))\(page + 2 < count ? way(count - 1, "Last page") : nil)</nav>

      """
  }
}
