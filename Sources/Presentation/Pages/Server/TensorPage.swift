package import Inspection
package import Markup
internal import Messages
internal import Tensors

/// The values of a tensor, a part of them at a time.
package struct TensorPage: Sendable {
  /// The source's number.
  package var id: Int
  /// What the source is called.
  package var sourceName: String
  /// The tensor's index in the source's list.
  package var index: Int
  /// The values.
  package var table: ValueTable

  /// Rows and columns of a page.
  package static let rowsPerPage = 50, columnsPerPage = 20

  /// A tensor's page.
  package init(id: Int, sourceName: String, index: Int, table: ValueTable) {
    (self.id, self.sourceName, self.index, self.table) = (id, sourceName, index, table)
  }

  /// The page.
  package var page: Page {
    let tensor = table.descriptor
    return ServerFrame.page(
      "Values of a tensor",
      lead: "<p>\(HTML.name(tensor.name))<br>in <a href=\"/item/\(id)\">\(HTML.name(sourceName))</a></p>",
      main: """
        \(HTML.facts([
          ("Dtype", "\(tensor.dtype.name)"), ("Shape", "\(tensor.shape.description)"),
          ("Elements", "\(HumanText.grouped(tensor.shape.elementCount))"), ("Bytes", "\(HumanText.bytes(tensor.byteCount))"),
        ]))
        \(values)
        """)
  }

  private var values: HTML {
    guard table.texts.contains(where: { !$0.isEmpty }) else {
      return .section(id: "values", title: "Values", "<p>There are no plain values to show here.</p>\(form)")
    }
    let heads = table.columns.map { "<th scope=\"col\" class=\"number\">\($0)</th>" as HTML }
    let rows = zip(table.rows, table.texts).map { row, texts -> HTML in
      let place = table.index(ofRow: row).map(String.init).joined(separator: ", ")
      return """
        <tr><th scope="row">[\(place)]</th>\
        \(texts.map { "<td class=\"number\">\(String($0.prefix(80)))</td>" as HTML })</tr>

        """
    }
    return .section(
      id: "values", title: "Values",
      """
      \(form)
      <div class="scroll" tabindex="0" role="group" aria-label="Values"><table class="values">
      <caption>Rows \(HumanText.grouped(table.rows.lowerBound)) to \(HumanText.grouped(table.rows.upperBound - 1)) of \
      \(HumanText.grouped(table.rowCount)), columns \(HumanText.grouped(table.columns.lowerBound)) to \
      \(HumanText.grouped(table.columns.upperBound - 1)) of \(HumanText.grouped(table.columnCount)). \
      Counted from 0; the last axis runs across.</caption>
      <thead><tr><th scope="col">Row</th>\(heads)</tr></thead><tbody>\(rows)</tbody></table></div>
      \(ways)
      """)
  }

  private var form: HTML {
    """
    <form class="row" method="get" action="/item/\(id)/tensor/\(index)">
    <label for="row">From row</label>
    <input id="row" type="number" name="row" min="0" max="\(max(table.rowCount - 1, 0))" value="\(table.rows.lowerBound)">
    <label for="column">and column</label>
    <input id="column" type="number" name="column" min="0" max="\(max(table.columnCount - 1, 0))" \
    value="\(table.columns.lowerBound)">
    <button>Show</button></form>
    """
  }

  private var ways: HTML {
    func way(_ row: Int, _ column: Int, _ words: HTML) -> HTML {
      "<a href=\"/item/\(id)/tensor/\(index)?row=\(row)&amp;column=\(column)\">\(words)</a> "
    }
    let (row, column) = (table.rows.lowerBound, table.columns.lowerBound)
    var ways: [HTML] = []
    if row > 0 { ways.append(way(max(row - Self.rowsPerPage, 0), column, "Rows before")) }
    if table.rows.upperBound < table.rowCount { ways.append(way(table.rows.upperBound, column, "Rows after")) }
    if column > 0 { ways.append(way(row, max(column - Self.columnsPerPage, 0), "Columns before")) }
    if table.columns.upperBound < table.columnCount {
      ways.append(way(row, table.columns.upperBound, "Columns after"))
    }
    return ways.isEmpty ? "" : "<nav class=\"ways\" aria-label=\"Parts of the tensor\">\(ways)</nav>"
  }
}
