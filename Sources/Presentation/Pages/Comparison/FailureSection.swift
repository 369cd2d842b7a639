internal import Comparison
internal import Markup
internal import Messages

/// What cannot be read and is therefore neither equal nor different.
struct FailureSection {
  private let diff: SourceDiff

  init(_ diff: SourceDiff) { self.diff = diff }

  private static let shownCount = 100

  /// Nil if everything can be read.
  var section: PageSection? {
    let failures = diff.failures
    guard !failures.isEmpty else { return nil }
    let items = failures.prefix(Self.shownCount).map { failure -> HTML in
      let name = failure.tensor.map { "<strong>\(HTML.name($0))</strong>: " as HTML } ?? ""
      return "<li class=\"mark bad\">\(name)\(Message.name("\(failure.error)", limit: 1000))</li>\n"
    }
    let rest = failures.count - items.count
    let more: HTML = rest > 0 ? "<p>and \(HumanText.grouped(rest)) more</p>" : ""
    return PageSection(
      id: "failures", title: "What cannot be read",
      """
      <p>These tensors count as neither equal nor different. Run <code>decant doctor</code> on the files to see what can be done.</p>
      <ul class="marks">\(items)</ul>\(more)
      """)
  }
}
