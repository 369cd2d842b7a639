package import Comparison
package import Markup
internal import Messages
internal import Tensors

/// Two sources side by side.
package struct ComparePage: Sendable {
  private let choices: [ServerThing]
  private let chosen: (left: Int?, right: Int?)
  private let result: (diff: SourceDiff, left: String, right: String)?

  /// A page that asks which sources.
  package init(choices: [ServerThing], left: Int?, right: Int?) {
    self.choices = choices
    chosen = (left, right)
    result = nil
  }

  /// What differs.
  package init(
    choices: [ServerThing], left: Int, right: Int, diff: SourceDiff, leftName: String, rightName: String
  ) {
    self.choices = choices
    chosen = (left, right)
    result = (diff, leftName, rightName)
  }

  /// The page.
  package var page: Page {
    let differences = result.map { Self.html($0.diff, $0.left, $0.right) }
    return ServerFrame.page(
      "Compare two sources", lead: "<p>What differs, tensor by tensor, whatever names they have.</p>",
      main: "\(form)\(differences)")
  }

  private var form: HTML {
    func choice(_ id: StaticString, _ label: HTML, _ chosen: Int?) -> HTML {
      let options = choices.map { thing -> HTML in
        "<option value=\"\(thing.id)\"\(thing.id == chosen ? " selected" as HTML : "")>\(thing.name)</option>\n"
      }
      let name = HTML(text: "\(id)")
      return "<label for=\"\(name)\">\(label)</label> <select id=\"\(name)\" name=\"\(name)\">\(options)</select>\n"
    }
    return """
      <form class="row" method="get" action="/compare">
      \(choice("a", "Compare", chosen.left))\(choice("b", "with", chosen.right)) <button>Compare</button></form>
      """
  }

  private static func html(_ diff: SourceDiff, _ left: String, _ right: String) -> HTML {
    let verdict: HTML =
      diff.isEqual ? "<p class=\"good\">Nothing differs.</p>" : ""
    let facts = HTML.facts([
      ("A", "\(HTML.name(left)), \(diff.left.format)"),
      ("B", "\(HTML.name(right)), \(diff.right.format)"),
      ("Equal", "\(HumanText.grouped(diff.equalCount))"),
      ("Other values", "\(HumanText.grouped(diff.valueChanges.count))"),
      ("Other dtype or shape", "\(HumanText.grouped(diff.kindChanges.count))"),
      ("Only in A", "\(HumanText.grouped(diff.onlyInLeft.count))"),
      ("Only in B", "\(HumanText.grouped(diff.onlyInRight.count))"),
      ("Cannot be read", "\(HumanText.grouped(diff.failures.count))"),
    ])
    return """
      \(HTML.section(id: "summary", title: "In short", "\(verdict)\(facts)"))
      \(failures(diff))\(changes(diff))\(kinds(diff))
      \(oneSided(diff.onlyInLeft, id: "left", "Only in A"))\(oneSided(diff.onlyInRight, id: "right", "Only in B"))
      """
  }

  /// How many rows of a table are shown; the rest is only counted.
  private static let limit = 500

  private static func table(_ title: HTML, _ head: HTML, _ rows: [HTML], of count: Int) -> HTML {
    """
    <div class="scroll" tabindex="0" role="group" aria-label="\(title)"><table>
    <caption>\(HumanText.grouped(rows.count)) of \(HumanText.grouped(count))</caption>
    <thead><tr>\(head)</tr></thead><tbody>\(rows)</tbody></table></div>
    """
  }

  private static func failures(_ diff: SourceDiff) -> HTML {
    guard !diff.failures.isEmpty else { return "" }
    let lines = diff.failures.prefix(limit).map { "<p class=\"bad\">\("\($0.error)" as Message)</p>\n" as HTML }
    return .section(id: "failures", title: "Cannot be read", "\(lines)")
  }

  private static func changes(_ diff: SourceDiff) -> HTML {
    guard !diff.valueChanges.isEmpty else { return "" }
    let rows = diff.valueChanges.prefix(limit).map { change -> HTML in
      let values = change.values
      let shown = values.map { $0.largest ?? $0.first }
      return """
        <tr><th scope="row">\(HTML.name(change.name))</th>\
        <td class="number">\(HumanText.percent((values?.share ?? 0) * 100)) %</td>\
        <td class="number">\(values?.maximumAbsolute.map { HumanText.significant($0, 3) } ?? "")</td>\
        <td class="number">\(values?.maximumRelative.map { HumanText.significant($0, 3) } ?? "")</td>\
        <td>\(shown.map { "[\($0.index.map(String.init).joined(separator: ", "))]" } ?? "")</td>\
        <td class="number">\(String((shown?.left ?? "").prefix(40)))</td>\
        <td class="number">\(String((shown?.right ?? "").prefix(40)))</td></tr>

        """
    }
    let head: HTML = """
      <th scope="col">Tensor</th><th scope="col" class="number">Differ</th><th scope="col" class="number">Largest change</th>\
      <th scope="col" class="number">Relative</th><th scope="col">At</th><th scope="col" class="number">A</th>\
      <th scope="col" class="number">B</th>
      """
    return .section(
      id: "values", title: "Other values, largest change first",
      table("Other values", head, rows, of: diff.valueChanges.count))
  }

  private static func kinds(_ diff: SourceDiff) -> HTML {
    guard !diff.kindChanges.isEmpty else { return "" }
    let rows = diff.kindChanges.prefix(limit).map { change -> HTML in
      """
      <tr><th scope="row">\(HTML.name(change.name))</th><td>\(change.left.dtype.name) \(change.left.shape.description)</td>\
      <td>\(change.right.dtype.name) \(change.right.shape.description)</td></tr>

      """
    }
    return .section(
      id: "kinds", title: "Other dtype or shape",
      table(
        "Other dtype or shape", "<th scope=\"col\">Tensor</th><th scope=\"col\">A</th><th scope=\"col\">B</th>", rows,
        of: diff.kindChanges.count))
  }

  private static func oneSided(_ tensors: [SourceDiff.OneSided], id: StaticString, _ title: HTML) -> HTML {
    guard !tensors.isEmpty else { return "" }
    let rows = tensors.prefix(limit).map { tensor -> HTML in
      """
      <tr><th scope="row">\(HTML.name(tensor.descriptor.name))</th>\
      <td>\(tensor.descriptor.dtype.name) \(tensor.descriptor.shape.description)</td>\
      <td>\(tensor.leftoverReason.map { "only training needs it: \($0)" as HTML })</td></tr>

      """
    }
    return .section(
      id: id, title: title,
      table(
        title, "<th scope=\"col\">Tensor</th><th scope=\"col\">Kind</th><th scope=\"col\">Remark</th>", rows,
        of: tensors.count))
  }
}
