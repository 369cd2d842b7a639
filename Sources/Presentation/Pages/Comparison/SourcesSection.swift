internal import Comparison
internal import Markup
internal import Messages

/// What A and B are, and how their tensors were paired.
struct SourcesSection {
  private let diff: SourceDiff
  private let paths: ComparisonPage.Paths

  init(_ diff: SourceDiff, _ paths: ComparisonPage.Paths) { (self.diff, self.paths) = (diff, paths) }

  var section: PageSection {
    let rows = [("A", paths.left, diff.left, "first"), ("B", paths.right, diff.right, "second")].map(row)
    return PageSection(
      id: "sources", title: "What was compared",
      """
      <div class="scroll" tabindex="0" role="group" aria-label="The two sources"><table class="sources">
      <thead><tr><td></td><th scope="col">path</th><th scope="col">format</th><th scope="col" class="number">tensors</th>\
      <th scope="col" class="number">bytes</th></tr></thead>
      <tbody>\(rows)</tbody></table></div>
      \(notes.map { note -> HTML in "<p>\(note)</p>\n" })
      """)
  }

  private func row(_ letter: HTML, _ path: String, _ side: SourceDiff.Side, _ key: HTML) -> HTML {
    """
    <tr><th scope="row"><span class="key \(key)"></span>\(letter)</th><td>\(HTML.name(path))</td><td>\(side.format)</td>\
    <td class="number">\(HumanText.grouped(side.tensorCount))</td><td class="number">\(HumanText.bytes(side.byteCount))</td></tr>
    """
  }

  private var notes: [Message] {
    var notes: [Message] = []
    if let prepared = diff.prepared {
      notes.append("A is shown as 'decant convert' writes it with these options: \(prepared.text).")
    }
    if let note = diff.namingNote { notes.append("Tensors are paired by the names in the files: \(note)") }
    if let pattern = diff.options.match {
      notes.append("Only tensors whose names match '\(.name(pattern))' are compared.")
    }
    if let tolerance = diff.options.tolerance {
      notes.append(
        "\(HumanText.count(diff.withinTolerance.count, "tensor")) changed by no more than the tolerance of \(tolerance)."
      )
    }
    if diff.options.ignoresDTypes { notes.append("Only the numbers count; different dtypes are not a difference.") }
    return notes
  }
}
