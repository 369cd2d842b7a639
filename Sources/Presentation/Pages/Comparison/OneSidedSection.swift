internal import Comparison
internal import Inspection
internal import Markup
internal import Messages
internal import Tensors

/// Tensors that only one source has.
struct OneSidedSection {
  private let diff: SourceDiff

  init(_ diff: SourceDiff) { self.diff = diff }

  /// Nil if both have the same names.
  var section: PageSection? {
    let setAside = diff.setAside
    guard !diff.onlyInLeft.isEmpty || !diff.onlyInRight.isEmpty || !setAside.isEmpty else { return nil }
    return PageSection(
      id: "alone", title: "On one side only",
      """
      \(list("Only in A", diff.onlyInLeft))\(list("Only in B", diff.onlyInRight))\
      \(list("Not needed by the outputs of the graph, and not a difference", setAside))
      """)
  }

  private func list(_ title: Message, _ rows: [SourceDiff.OneSided]) -> HTML {
    // Tensors of the model come first; those that only training needs come with their reason.
    let ordered = rows.filter { $0.leftoverReason == nil } + rows.filter { $0.leftoverReason != nil }
    return FoldedTensors(title, ordered.map { ($0.descriptor, $0.leftoverReason.map { "training only: \($0)" } ?? "") })
      .html
  }
}

/// A list of tensors that is folded if it is long.
struct FoldedTensors {
  private let title: Message
  private let rows: [(descriptor: TensorDescriptor, note: Message)]

  init(_ title: Message, _ rows: [(descriptor: TensorDescriptor, note: Message)]) {
    (self.title, self.rows) = (title, rows)
  }

  private static let shownCount = 1000
  private static let openCount = 12

  /// Empty if there are no tensors.
  var html: HTML {
    guard !rows.isEmpty else { return "" }
    let shown = rows.prefix(Self.shownCount).map { row -> HTML in
      """
      <tr><th scope="row">\(HTML.name(row.descriptor.name))</th><td>\(row.descriptor.dtype.name)</td>\
      <td>\(Message.axes(row.descriptor.shape))</td><td>\(row.note)</td></tr>

      """
    }
    let rest = rows.count - shown.count
    let more: HTML = rest > 0 ? "<p>and \(HumanText.grouped(rest)) more</p>" : ""
    return """
      <details class="folded"\(rows.count <= Self.openCount ? " open" : "" as HTML)>\
      <summary>\(title): \(HumanText.grouped(rows.count))</summary>
      <div class="scroll tall" tabindex="0" role="group" aria-label="\(title)"><table>
      <thead><tr><th scope="col">name</th><th scope="col">dtype</th><th scope="col">shape</th><td></td></tr></thead>
      <tbody>\(shown)</tbody></table></div>\(more)</details>

      """
  }
}
