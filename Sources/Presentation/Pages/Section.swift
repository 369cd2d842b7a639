package import Markup
package import Messages

extension HTML {
  /// A part of a page under a heading of its own.
  ///
  /// - Parameters:
  ///   - id: what links to the part name; ours, since it must not repeat on a page.
  ///   - title: the heading.
  ///   - content: what is under it.
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

  /// Facts as a list of terms and what they are.
  package static func facts(_ facts: [(term: HTML, value: HTML)]) -> HTML {
    "<dl class=\"facts\">\(facts.map { fact -> HTML in "<dt>\(fact.term)</dt><dd>\(fact.value)</dd>\n" })</dl>"
  }

  /// Something to look at, with its caption. A table or drawing that is wider than the page scrolls in itself.
  package static func figure(_ content: HTML, caption: Message) -> HTML {
    """
    <figure><div class="scroll" tabindex="0" role="group" aria-label="\(caption)">\(content)</div>\
    <figcaption>\(caption)</figcaption></figure>

    """
  }
}
