package import Markup
internal import Messages

/// Asks which two sources are to be compared.
package struct ComparisonChoicePage: Sendable {
  private let choices: [ServerThing]
  private let left: Int?
  private let right: Int?

  /// A page that asks.
  ///
  /// - Parameters:
  ///   - choices: the sources.
  ///   - left: the number of the first, if it is chosen already.
  ///   - right: the number of the second.
  package init(choices: [ServerThing], left: Int?, right: Int?) {
    // Two different sources to begin with.
    let first = left ?? choices.first { $0.id != right }?.id
    (self.choices, self.left) = (choices, first)
    self.right = right ?? choices.first { $0.id != first }?.id
  }

  /// The page.
  package var page: Page {
    ServerFrame.page(
      "Compare two sources", lead: "<p>See what changed from one to the other, the largest change first.</p>",
      main: choices.count > 1
        ? """
        <form class="row" method="get" action="/compare">
        \(choice("a", "Compare", left))\(choice("b", "with", right)) <button>Compare</button></form>
        """
        : "<p>There are no two sources here. Start Decant with both: <code>decant serve A B</code></p>")
  }

  private func choice(_ id: HTML, _ label: HTML, _ chosen: Int?) -> HTML {
    let options = choices.map { thing -> HTML in
      "<option value=\"\(thing.id)\"\(thing.id == chosen ? " selected" as HTML : "")>\(thing.name)</option>\n"
    }
    return "<label for=\"\(id)\">\(label)</label> <select id=\"\(id)\" name=\"\(id)\">\(options)</select>\n"
  }
}
