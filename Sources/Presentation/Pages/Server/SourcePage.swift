package import Inspection
package import Markup
package import Messages
package import Tensors

/// A source: what it is, and its tensors, a page of them at a time.
package struct SourcePage: Sendable {
  /// The source's number.
  package var id: Int
  /// What a person calls it.
  package var name: String
  /// The facts at the head.
  package var report: ModelReport
  /// The tensors that are shown, with their indices in the source's list.
  package var tensors: [(index: Int, descriptor: TensorDescriptor)]
  /// How many tensors match.
  package var matchCount: Int
  /// How many matching tensors come before those that are shown.
  package var offset: Int
  /// What the names must contain.
  package var search: String
  /// What a person should know.
  package var notes: [Message]

  /// How many tensors a page has.
  package static let tensorsPerPage = 200

  /// A source's page.
  package init(
    id: Int, name: String, report: ModelReport, tensors: [(index: Int, descriptor: TensorDescriptor)], matchCount: Int,
    offset: Int, search: String, notes: [Message]
  ) {
    (self.id, self.name, self.report, self.tensors) = (id, name, report, tensors)
    (self.matchCount, self.offset, self.search, self.notes) = (matchCount, offset, search, notes)
  }

  /// The page.
  package var page: Page {
    ServerFrame.page(
      ServerFrame.title(name),
      lead: """
        <p>\(HTML.name(name)): \(report.format)</p>
        <div class="ways"><a href="/item/\(id)/report">Report</a> <a href="/item/\(id)/caption">Caption pictures</a> \
        <a href="/item/\(id)/doctor">What the doctor says</a> <a href="/compare?a=\(id)">Compare with another</a></div>
        """,
      main: "\(facts)\(remarks)\(list)")
  }

  private var facts: HTML {
    var facts: [(term: HTML, value: HTML)] = [
      ("Files", files), ("Tensors", "\(HumanText.grouped(report.tensorCount))"),
      ("Parameters", "\(HumanText.grouped(report.parameterCount))"),
      ("Bytes of tensors", "\(HumanText.bytes(report.tensorByteCount))"),
      (
        "Dtypes",
        report.dtypes.map { "\(HumanText.grouped($0.tensorCount)) \($0.dtype.name)" as HTML }.joined(separator: ", ")
      ),
    ]
    if let step = report.globalStep { facts.append(("Training step", "\(HumanText.grouped(step))")) }
    if let graph = report.graph {
      facts.append(("Graph", "\(HumanText.count(graph.nodeCount, "node")), TensorFlow \(graph.tensorFlowVersion)"))
    }
    return .section(id: "facts", title: "What it is", .facts(facts))
  }

  private var files: HTML {
    let shown = report.files.prefix(8).map { file -> HTML in
      "\(HTML.name(file.name)) \(file.byteCount.map(HumanText.bytes) ?? "missing")"
    }.joined(separator: "<br>")
    return report.files.count > 8 ? "\(shown)<br>and \(report.files.count - 8) more" : shown
  }

  private var remarks: HTML {
    notes.isEmpty ? "" : .section(id: "notes", title: "Good to know", "\(notes.map { "<p>\($0)</p>" as HTML })")
  }

  private var list: HTML {
    let rows = tensors.map { index, tensor -> HTML in
      """
      <tr><th scope="row"><a href="/item/\(id)/tensor/\(index)">\(HTML.name(tensor.name))</a></th>\
      <td>\(tensor.dtype.name)</td><td>\(tensor.shape.description)</td>\
      <td class="number">\(HumanText.bytes(tensor.byteCount))</td></tr>

      """
    }
    let table: HTML =
      tensors.isEmpty
      ? "<p>No name contains that.</p>"
      : """
      <div class="scroll" tabindex="0" role="group" aria-label="Tensors"><table>
      <caption>\(HumanText.grouped(offset + 1)) to \(HumanText.grouped(offset + tensors.count)) \
      of \(HumanText.count(matchCount, "tensor"))</caption>
      <thead><tr><th scope="col">Name</th><th scope="col">Dtype</th><th scope="col">Shape</th>\
      <th scope="col" class="number">Size</th></tr></thead>
      <tbody>\(rows)</tbody></table></div>
      """
    return .section(
      id: "tensors", title: "Tensors",
      """
      <form class="row" method="get" action="/item/\(id)" role="search">
      <label for="search">Names with</label>
      <input id="search" type="search" name="q" value="\(search)" maxlength="200"> <button>Search</button></form>
      \(table)\(ways)
      """)
  }

  private var ways: HTML {
    let step = Self.tensorsPerPage
    func way(_ place: Int, _ words: HTML) -> HTML {
      "<a href=\"/item/\(id)?q=\(HTML.encoded(search))&amp;from=\(place)\">\(words)</a> "
    }
    let back: HTML = offset > 0 ? way(max(offset - step, 0), "Previous page") : ""
    let on: HTML = offset + tensors.count < matchCount ? way(offset + tensors.count, "Next page") : ""
    return back.isEmpty && on.isEmpty ? "" : "<nav class=\"ways\" aria-label=\"Pages of tensors\">\(back)\(on)</nav>"
  }
}

/// A file that is a graph: what `inspect` says about it.
package struct GraphPage: Sendable {
  private let name: String
  private let text: Message

  /// A graph's page.
  package init(name: String, text: Message) { (self.name, self.text) = (name, text) }

  /// The page.
  package var page: Page {
    ServerFrame.page(
      ServerFrame.title(name),
      main: .section(
        id: "graph", title: "What it is",
        "<pre tabindex=\"0\">\(text.text.split(separator: "\n").map { HTML(text: String($0)) }.joined(separator: "\n"))</pre>"
      ))
  }
}
