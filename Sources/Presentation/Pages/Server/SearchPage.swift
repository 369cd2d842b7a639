package import Markup
internal import Messages
package import Tensors

/// A search for names of tensors in all sources that were named.
package struct SearchPage: Sendable {
  /// A tensor whose name matches.
  package struct Hit: Sendable {
    /// The source's number.
    package var id: Int
    /// What the source is called.
    package var source: String
    /// The tensor's index in the source's list.
    package var index: Int
    /// The tensor.
    package var descriptor: TensorDescriptor

    /// A tensor of a source.
    package init(id: Int, source: String, index: Int, descriptor: TensorDescriptor) {
      (self.id, self.source, self.index, self.descriptor) = (id, source, index, descriptor)
    }
  }

  /// Something that could not be searched.
  package struct Failure: Sendable {
    /// What the source is called; nil if it is about all of them.
    package var source: String?
    /// Why it could not be.
    package var reason: String

    /// Why something could not be searched.
    package init(source: String?, reason: String) { (self.source, self.reason) = (source, reason) }
  }

  /// What the names must contain.
  package var search: String
  /// The first that match.
  package var hits: [Hit]
  /// How many match.
  package var matchCount: Int
  /// What could not be searched.
  package var failures: [Failure]

  /// What a search found.
  package init(search: String, hits: [Hit], matchCount: Int, failures: [Failure]) {
    (self.search, self.hits, self.matchCount, self.failures) = (search, hits, matchCount, failures)
  }

  /// The page.
  package var page: Page {
    let rows = hits.map { hit -> HTML in
      """
      <tr><th scope="row"><a href="/item/\(hit.id)/tensor/\(hit.index)">\(HTML.name(hit.descriptor.name))</a></th>\
      <td>\(hit.descriptor.dtype.name) \(hit.descriptor.shape.description)</td><td><a href="/item/\(hit.id)">\(HTML.name(hit.source))</a></td></tr>

      """
    }
    let table: HTML =
      search.isEmpty
      ? ""
      : hits.isEmpty
        ? "<p>No name contains that.</p>"
        : """
        <div class="scroll" tabindex="0" role="group" aria-label="Names found"><table>
        <caption>\(HumanText.grouped(hits.count)) of \(HumanText.count(matchCount, "tensor"))</caption>
        <thead><tr><th scope="col">Name</th><th scope="col">Dtype and shape</th><th scope="col">In</th></tr></thead>
        <tbody>\(rows)</tbody></table></div>
        """
    let notes = failures.map { failure -> HTML in
      let source = failure.source.map { "\(HTML.name($0)): " as HTML }
      return "<p class=\"soft\">\(source)\(failure.reason)</p>\n"
    }
    return ServerFrame.page(
      "Search names", lead: "<p>Searches the names of tensors in everything that you named, folders included.</p>",
      main: """
        <form class="row" method="get" action="/search" role="search">
        <label for="search">Names containing</label>
        <input id="search" type="search" name="q" value="\(search)" maxlength="200"> <button>Search</button></form>
        \(table)\(notes)
        """)
  }
}
