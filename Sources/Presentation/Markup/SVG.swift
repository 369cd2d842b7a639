/// Parts that every drawing has.
package enum SVG {
  /// A drawing that a screen reader can describe: it has a title and a description.
  ///
  /// - Parameters:
  ///   - width: units across; the drawing shrinks with the page.
  ///   - height: units down.
  ///   - title: what the drawing is.
  ///   - description: what it shows, for people who cannot see it.
  ///   - hasParts: whether screen readers go through the parts of the drawing, because some have names or can be focused.
  ///   - content: the drawing.
  /// - Returns: an `svg` element.
  package static func drawing(
    width: Double, height: Double, title: HTML, description: HTML, hasParts: Bool = false, _ content: HTML
  ) -> HTML {
    """
    <svg role="\(hasParts ? "group" as HTML : "img")" viewBox="0 0 \(at: width) \(at: height)" width="\(at: width)" height="\(at: height)">\
    <title>\(title)</title><desc>\(description)</desc>\(content)</svg>
    """
  }
}
