/// Parts that every drawing has.
package enum SVG {
  /// A drawing that a screen reader can describe: it has a title and a description.
  ///
  /// - Parameters:
  ///   - width: units across; the drawing shrinks with the page.
  ///   - height: units down.
  ///   - title: what the drawing is.
  ///   - description: what it shows, for people who cannot see it.
  ///   - content: the drawing.
  /// - Returns: an `svg` element.
  package static func drawing(
    width: Double, height: Double, title: HTML, description: HTML, _ content: HTML
  ) -> HTML {
    """
    <svg role="img" viewBox="0 0 \(at: width) \(at: height)" width="\(at: width)" height="\(at: height)">\
    <title>\(title)</title><desc>\(description)</desc>\(content)</svg>
    """
  }
}
