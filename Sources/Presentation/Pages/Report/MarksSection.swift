internal import Inspection
internal import Markup
internal import Messages
internal import Tensors

/// What stands out, counted, with links to the tensors.
struct MarksSection {
  private let content: ReportContent
  private let integrity: IntegrityReport

  init(_ content: ReportContent, _ integrity: IntegrityReport) { (self.content, self.integrity) = (content, integrity) }

  private static let shownNameCount = 6

  var section: PageSection {
    let marks = content.marks
    var items: [HTML] = []
    let wholeFiles = integrity.failures.count { $0.tensor == nil }
    if !integrity.isSound {
      let failed = marks.failed.count
      let words: Message =
        failed > 0
        ? "\(HumanText.count(failed, "tensor")) cannot be read or \(failed.noun("is", "are")) not what was written"
        : "\(HumanText.count(wholeFiles, "problem")) of the file as a whole"
      items.append(item("bad", words, marks.failed, link: "integrity"))
    }
    if marks.nanCount > 0 {
      items.append(
        item(
          "bad",
          "\(HumanText.count(marks.nanCount, "value")) in \(HumanText.count(marks.notNumbers.count, "tensor")) \(verb(marks.nanCount)) NaN",
          marks.notNumbers))
    }
    if marks.infinityCount > 0 {
      items.append(
        item(
          "bad",
          """
          \(HumanText.count(marks.infinityCount, "value")) in \(HumanText.count(marks.infinite.count, "tensor")) \
          \(verb(marks.infinityCount)) infinite
          """, marks.infinite))
    }
    if marks.deadChannelCount > 0 {
      items.append(
        item(
          "warn",
          """
          \(HumanText.count(marks.deadChannelCount, "output channel")) in \(HumanText.count(marks.dead.count, "tensor")) \
          \(verb(marks.deadChannelCount)) dead: all zeros
          """, marks.dead))
    }
    if !marks.zero.isEmpty {
      items.append(
        item("warn", "\(HumanText.count(marks.zero.count, "tensor")) \(verb(marks.zero.count)) all zeros", marks.zero))
    }
    if !marks.constant.isEmpty {
      let count = marks.constant.count
      items.append(
        item(
          "soft", "\(HumanText.count(count, "tensor")) \(count.noun("holds", "hold")) one value everywhere",
          marks.constant))
    }
    if !marks.empty.isEmpty {
      let count = marks.empty.count
      items.append(
        item("soft", "\(HumanText.count(count, "tensor")) \(count.noun("has", "have")) no element", marks.empty))
    }
    let body: HTML =
      items.isEmpty
      ? """
      <p class="verdict good">Nothing: every value is finite, no output channel is dead, and no tensor is constant.</p>
      """
      : "<ul class=\"marks\">\(items)</ul>"
    return PageSection(id: "marks", title: "What stands out", body)
  }

  private func verb(_ count: Int) -> String { count.noun("is", "are") }

  private func item(_ kind: HTML, _ words: Message, _ places: [Int], link: HTML? = nil) -> HTML {
    let names = places.prefix(Self.shownNameCount).map { index -> HTML in
      let name = HTML.name(content.profile.rows[index].descriptor.name, limit: 60)
      return content.address(index).map { "<a href=\"\($0)\">\(name)</a>" } ?? name
    }
    let rest = places.count - names.count
    let more: HTML = rest > 0 ? " and \(HumanText.grouped(rest)) more" : ""
    let list: HTML = names.isEmpty ? "" : ": \(names.joined(separator: ", "))\(more)"
    let title: HTML = link.map { "<a href=\"#\($0)\">\(words)</a>" } ?? "\(words)"
    return "<li class=\"mark \(kind)\"><strong class=\"\(kind)\">\(title)</strong>\(list)</li>\n"
  }
}
