internal import Inspection
internal import Markup
internal import Messages
internal import Tensors

/// All tensors as a table; if there are very many, those that matter most, and the rest summed up by scope.
struct TensorTable {
  private let content: ReportContent

  init(_ content: ReportContent) { self.content = content }

  private static let columns: [(title: HTML, isNumber: Bool)] = [
    ("name", false), ("dtype", false), ("shape", false), ("parameters", true), ("bytes", true), ("min", true),
    ("mean", true),
    ("max", true), ("std", true), ("zeros %", true), ("histogram", false), ("data", false),
  ]

  var section: PageSection {
    let profile = content.profile
    guard !profile.rows.isEmpty else {
      return PageSection(id: "tensors", title: "All tensors", "<p>There are no tensors.</p>")
    }
    let heads = Self.columns.map { column -> HTML in
      "<th scope=\"col\"\(column.isNumber ? " class=\"number\"" : "" as HTML)>\(column.title)</th>"
    }
    let rows = content.shown.map { row($0) }
    let total = profile.rows.count
    let caption: HTML =
      content.shown.count == total
      ? "\(HumanText.count(total, "tensor")), by name"
      : """
      \(HumanText.grouped(content.shown.count)) of \(HumanText.count(total, "tensor")), by name: those that stand out and the largest. \
      The rest is summed up below.
      """
    return PageSection(
      id: "tensors", title: content.shown.count == total ? "All tensors" : "The tensors",
      """
      <form role="search" class="search no-print" id="tensor-search" hidden>\
      <label for="tensor-filter">Search names</label> <input type="search" id="tensor-filter" spellcheck="false"> \
      <label><input type="checkbox" id="tensor-marked"> only what stands out</label> \
      <span role="status" id="tensor-status"></span></form>
      <div class="scroll tall" tabindex="0" role="group" aria-label="Table of tensors"><table id="tensor-table" class="tensors">
      <caption>\(caption)</caption>
      <thead><tr>\(heads)</tr></thead>
      <tbody>
      \(rows)</tbody></table></div>
      <p class="soft">Zeros are a share of all values. Heights of histograms are logarithms of counts. Statistics are of the finite \
      values.</p>
      \(rest)
      """)
  }

  private func row(_ index: Int) -> HTML {
    let row = content.profile.rows[index]
    let descriptor = row.descriptor
    let badges = badges(row)
    let isDetailed = content.profile.details[index] != nil
    let name = HTML.name(descriptor.name)
    return """
      <tr id="t\(index)"\(badges.isEmpty ? "" : " class=\"marked\"" as HTML)>\
      <th scope="row">\(isDetailed ? "<a href=\"#d\(index)\">\(name)</a>" : name)\(badges)</th>\
      <td>\(descriptor.dtype.name)</td><td class="shape">\(Message.shape(descriptor))</td>\
      <td class="number">\(descriptor.dtype.byteCount == nil ? "" : HumanText.grouped(descriptor.shape.elementCount))</td>\
      <td class="number" data-v="\(descriptor.byteCount)">\(HumanText.bytes(descriptor.byteCount))</td>\
      \(numbers(row))<td>\(outcome(row))</td></tr>

      """
  }

  private func numbers(_ row: SourceProfile.Row) -> HTML {
    guard let summary = row.summary else { return "<td></td><td></td><td></td><td></td><td></td><td></td>" }
    let statistics = summary.statistics
    let zeros = 100 * Double(statistics.zeroCount) / Double(max(1, statistics.valueCount))
    let cells = [
      statistics.minimum.map(Self.text), statistics.mean.map(Self.text), statistics.maximum.map(Self.text),
      statistics.standardDeviation.map(Self.text), statistics.valueCount == 0 ? nil : HumanText.percent(zeros),
    ]
    let spark: HTML? = statistics.finiteCount > 1 ? summary.histogram.map(SparkHistogram.html) : nil
    return """
      \(cells.map { cell -> HTML in "<td class=\"number\">\(cell ?? "–")</td>" })<td>\(spark)</td>
      """
  }

  private static func text(_ value: ElementValue) -> Message {
    switch value {
    case .signed, .unsigned: "\(value.description)"
    case .single, .double: text(value.doubleValue)
    }
  }

  private static func text(_ value: Double) -> Message { HumanText.significant(value, 4) }

  private func outcome(_ row: SourceProfile.Row) -> HTML {
    switch row.outcome {
    case .failed: "<strong class=\"bad\">fails</strong>"
    case .skipped: "<span class=\"soft\">no plain data</span>"
    case .read:
      switch content.profile.integrity.evidence {
      case .checksums, .digests: "<span class=\"good\">matches</span>"
      case .unchecked, .nothing, nil: "<span class=\"soft\">read</span>"
      }
    }
  }

  /// What stands out in one tensor.
  private func badges(_ row: SourceProfile.Row) -> HTML {
    var badges: [(kind: HTML, words: Message)] = []
    if case .failed = row.outcome { badges.append(("bad", "fails")) }
    if row.descriptor.shape.elementCount == 0 { badges.append(("soft", "no element")) }
    if let summary = row.summary {
      let statistics = summary.statistics
      if statistics.nanCount > 0 { badges.append(("bad", "\(HumanText.grouped(statistics.nanCount)) NaN")) }
      if statistics.infinityCount > 0 {
        badges.append(("bad", "\(HumanText.grouped(statistics.infinityCount)) infinite"))
      }
      if summary.isZero {
        if statistics.valueCount > 1 { badges.append(("warn", "all zeros")) }
      } else if summary.isConstant {
        badges.append(("soft", "constant"))
      } else if summary.dead.count > 0 {
        badges.append(("warn", "\(HumanText.count(summary.dead.count, "dead channel"))"))
      }
    }
    return badges.map { badge -> HTML in " <span class=\"badge \(badge.kind)\">\(badge.words)</span>" }.joined()
  }

  // MARK: - What has no row

  private static let maximumScopeCount = 200

  private var rest: HTML {
    let shown = Set(content.shown)
    let left = content.profile.rows.enumerated().filter { !shown.contains($0.offset) }.map(\.element.descriptor)
    guard !left.isEmpty else { return "" }
    let tree = ScopeTree(left, order: .size)
    let scopes = Self.scopes(of: tree)
    let rows = scopes.prefix(Self.maximumScopeCount).map { scope -> HTML in
      """
      <tr><th scope="row">\(scope.path.isEmpty ? "(in no scope)" : "\(HTML.name(scope.path))\(tree.separator)")</th>\
      <td class="number">\(HumanText.grouped(scope.count))</td><td class="number">\(HumanText.grouped(scope.parameterCount))</td>\
      <td class="number">\(HumanText.bytes(scope.byteCount))</td></tr>

      """
    }
    let more = scopes.count - rows.count
    return """
      <h3>\(HumanText.count(left.count, "tensor")) without a row of \(left.count.noun("its", "their")) own</h3>
      <p>A page with a row for each would be slow. Show one of them with <code>--tensor NAME</code>, or list all with \
      <code>decant inspect --stats</code>.</p>
      <div class="scroll tall" tabindex="0" role="group" aria-label="The rest by scope"><table>
      <caption>The rest by scope\(more > 0 ? ", the largest \(HumanText.grouped(rows.count)) of \(HumanText.grouped(scopes.count))" as HTML : "")</caption>
      <thead><tr><th scope="col">scope</th><th scope="col" class="number">tensors</th><th scope="col" class="number">parameters</th>\
      <th scope="col" class="number">bytes</th></tr></thead>
      <tbody>
      \(rows)</tbody></table></div>
      """
  }

  private struct Sum {
    let path: String
    let count: Int
    let parameterCount: Int
    let byteCount: Int
  }

  /// Scopes with the sums of their tensors, the largest first, at the greatest depth with few enough scopes.
  private static func scopes(of tree: ScopeTree) -> [Sum] {
    var scopes = [tree.root]
    while true {
      let next = scopes.flatMap(\.scopes)
      // Going deeper would leave out tensors directly in a scope.
      guard !next.isEmpty, scopes.allSatisfy(\.tensors.isEmpty), next.count <= maximumScopeCount else { break }
      scopes = next
    }
    if scopes.count == 1, let only = scopes.first, !only.scopes.isEmpty {
      let own = only.tensors.map(\.descriptor)
      let direct =
        own.isEmpty
        ? []
        : [
          Sum(
            path: only.path, count: own.count, parameterCount: ScopeTree(own).root.parameterCount,
            byteCount: ScopeTree(own).root.byteCount)
        ]
      return direct + only.scopes.map { Self.sum($0) }
    }
    return scopes.map { sum($0) }
  }

  private static func sum(_ scope: Scope) -> Sum {
    Sum(path: scope.path, count: scope.tensorCount, parameterCount: scope.parameterCount, byteCount: scope.byteCount)
  }
}
