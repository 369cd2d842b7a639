internal import Comparison
internal import Inspection
internal import Markup
internal import Messages
internal import Tensors

/// All tensors that changed as a table, the largest relative change first; if there are very many, only the first.
struct ChangeTable {
  private let contrast: SourceContrast
  private let changed: [(place: Int, change: SourceContrast.Change)]
  private let rowLimit: Int

  init(_ contrast: SourceContrast, rowLimit: Int) {
    self.contrast = contrast
    changed = contrast.changes.enumerated().filter { !$0.element.isRecast }.map { ($0.offset, $0.element) }
    self.rowLimit = rowLimit
  }

  /// How many have a row.
  private var shownCount: Int { min(changed.count, rowLimit) }

  private static let columns: [(title: HTML, isNumber: Bool)] = [
    ("name", false), ("change %", true), ("histogram", false), ("values differ %", true), ("largest |B − A|", true),
    ("RMS of A", true), ("RMS of B", true), ("dtype", false), ("shape", false),
  ]

  /// Nil if nothing changed.
  var section: PageSection? {
    guard !changed.isEmpty else { return nil }
    let heads = Self.columns.map { column -> HTML in
      let sorted: HTML = column.title == "change %" ? " aria-sort=\"descending\"" : ""
      return "<th scope=\"col\"\(column.isNumber ? " class=\"number\"" : "" as HTML)\(sorted)>\(column.title)</th>"
    }
    let total: Message =
      shownCount == changed.count
      ? HumanText.count(changed.count, "tensor")
      : "The first \(HumanText.grouped(shownCount)) of \(HumanText.count(changed.count, "tensor"))"
    let rest: HTML =
      shownCount == changed.count
      ? "" : "<p>The others changed less. <code>decant diff A B --all</code> lists every one.</p>"
    return PageSection(
      id: "tensors", title: "Tensors that changed",
      """
      <form role="search" class="search no-print" id="tensor-search" hidden>\
      <label for="tensor-filter">Search names</label> <input type="search" id="tensor-filter" autocomplete="off" spellcheck="false"> \
      <label><input type="checkbox" id="tensor-marked"> only what stands out</label> \
      <span role="status" id="tensor-status"></span></form>
      <div class="scroll tall" tabindex="0" role="group" aria-label="Table of tensors that changed">\
      <table id="tensor-table" class="tensors">
      <caption>\(total), the largest relative change first. RMS: root mean square. \
      Histograms: <span class="key first"></span>A, <span class="key second line"></span>B, with logarithms of counts as \
      heights</caption>
      <thead><tr>\(heads)</tr></thead>
      <tbody>
      \(changed.prefix(shownCount).map(row))</tbody></table></div>
      \(rest)
      """)
  }

  private func row(_ place: Int, _ change: SourceContrast.Change) -> HTML {
    let difference = change.difference
    let badges = badges(change)
    let name = HTML.name(difference.name)
    let spark = change.histograms.map(SparkPair.html)
    return """
      <tr id="t\(place)"\(badges.isEmpty ? "" : " class=\"marked\"" as HTML)>\
      <th scope="row">\(contrast.details[place] == nil ? name : "<a href=\"#d\(place)\">\(name)</a>")\(badges)</th>\
      \(numbers(change, spark))\
      <td>\(kind("\(difference.left.dtype)", "\(difference.right.dtype)"))</td>\
      <td class="shape">\(kind(Message.axes(difference.left.shape), Message.axes(difference.right.shape)))</td></tr>

      """
  }

  private func numbers(_ change: SourceContrast.Change, _ spark: HTML?) -> HTML {
    let values = change.difference.values
    let share = values.map { HumanText.percent(100 * $0.share) }
    let largest = values?.maximumAbsolute.map { HumanText.significant($0, 3) }
    let relative: HTML =
      change.measure.map {
        "<td class=\"number\" data-v=\"\(sortKey(change.breaksNumbers ? .infinity : $0.relative))\">\(Self.text($0.relative))</td>"
      }
      ?? "<td class=\"number\">–</td>"
    let sizes = [change.measure?.left, change.measure?.right].map { size -> HTML in
      "<td class=\"number\">\(size.map { HumanText.significant($0, 4) } ?? "–")</td>"
    }
    return """
      \(relative)<td>\(spark)</td><td class="number">\(share ?? "–")</td>\
      <td class="number">\(largest ?? "–")</td>\(sizes)
      """
  }

  private static func text(_ relative: Double) -> Message {
    relative.isFinite ? HumanText.percent(100 * relative) : "from zero"
  }

  /// What a script sorts by.
  private func sortKey(_ relative: Double) -> Message {
    relative.isFinite ? HumanText.significant(relative, 6) : "Infinity"
  }

  private func kind(_ left: Message, _ right: Message) -> HTML {
    left == right ? "\(left)" : "\(left) → \(right)"
  }

  /// What stands out in one pair.
  private func badges(_ change: SourceContrast.Change) -> HTML {
    let difference = change.difference
    var badges: [(kind: HTML, words: Message)] = []
    if difference.left.shape != difference.right.shape { badges.append(("warn", "other shape")) }
    if difference.left.dtype != difference.right.dtype { badges.append(("soft", "other dtype")) }
    if let values = difference.values {
      if values.nanCount > 0 { badges.append(("bad", "\(HumanText.grouped(values.nanCount)) NaN")) }
      if values.infinityCount > 0 { badges.append(("bad", "\(HumanText.grouped(values.infinityCount)) infinite")) }
      if contrast.diff.options.tolerance != nil, values.isWithinTolerance {
        badges.append(("good", "within the tolerance"))
      }
    }
    return badges.map { badge -> HTML in " <span class=\"badge \(badge.kind)\">\(badge.words)</span>" }.joined()
  }
}
