package import Markup
package import Messages

extension HTML {
  /// A part of a page with its own heading.
  ///
  /// - Parameters:
  ///   - id: the id that links to the part use; a literal, because it must be unique on the page.
  ///   - title: the heading.
  ///   - content: what is under the heading.
  /// - Returns: a `section` element.
  package static func section(id: StaticString, title: HTML, _ content: HTML) -> HTML {
    let id = HTML(text: "\(id)")
    return """
      <section id="\(id)" aria-labelledby="\(id)-title">
      <h2 id="\(id)-title">\(title)</h2>
      \(content)
      </section>

      """
  }

  /// Facts as a list of terms and values.
  package static func facts(_ facts: [(term: HTML, value: HTML)]) -> HTML {
    "<dl class=\"facts\">\(facts.map { fact -> HTML in "<dt>\(fact.term)</dt><dd>\(fact.value)</dd>\n" })</dl>"
  }

  /// Something to look at, with its caption. A table or drawing that is wider than the page scrolls by itself.
  package static func figure(_ content: HTML, caption: Message) -> HTML {
    """
    <figure><div class="scroll" tabindex="0" role="group" aria-label="\(caption)">\(content)</div>\
    <figcaption>\(caption)</figcaption></figure>

    """
  }
}
