internal import Comparison
internal import Essentials
internal import Markup
internal import Messages

/// How much each scope changed: bars on a logarithmic axis, with their numbers.
struct ScopeChart {
  private let scopes: [ScopeChange]

  init(_ scopes: [ScopeChange]) { self.scopes = scopes }

  private static let shownCount = 40
  /// The most powers of ten that the bars show.
  private static let maximumDecadeCount = 6.0

  /// Nil if nothing changed.
  var section: PageSection? {
    let changed = scopes.filter { $0.changedCount > 0 }
    guard !changed.isEmpty else { return nil }
    let shown = changed.prefix(Self.shownCount)
    let (low, high) = Self.decades(changed.map(\.relative))
    let rows = shown.map { row($0, low, high) }
    let same = scopes.count - changed.count
    var words: [Message] = []
    if changed.count > shown.count {
      words.append("\(HumanText.grouped(changed.count - shown.count)) more changed less.")
    }
    if same > 0 { words.append("\(HumanText.count(same, "scope")) did not change.") }
    let axis: HTML =
      "bars are logarithmic, from \(HumanText.percent(100 * pow(10, low))) % to \(HumanText.percent(100 * pow(10, high))) %"
    return PageSection(
      id: "scopes", title: "Where it changed",
      """
      <p>The relative change is the root mean square of B − A divided by that of A, here over all numbers in a scope.</p>
      <div class="scroll" tabindex="0" role="group" aria-label="Changes by scope"><table class="scopes">
      <caption>Scopes, the largest relative change first; \(axis)</caption>
      <thead><tr><th scope="col">scope</th><th scope="col" class="number">change</th><td></td>\
      <th scope="col" class="number">tensors changed</th></tr></thead>
      <tbody>
      \(rows)</tbody></table></div>
      <p class="soft">\(words.joined(separator: " "))</p>
      """)
  }

  private func row(_ scope: ScopeChange, _ low: Double, _ high: Double) -> HTML {
    let part = scope.relative > 0 ? min(1, max(0.01, (log10(scope.relative) - low) / (high - low))) : 0
    return """
      <tr><th scope="row">\(HTML.name(scope.path, limit: 80))</th>\
      <td class="number">\(Message.relative(scope.relative))</td>\
      <td><svg class="share wide" aria-hidden="true" viewBox="0 0 240 12" preserveAspectRatio="none">\
      <rect class="track" width="240" height="12"/><rect class="bar" width="\(at: 240 * part)" height="12"/></svg></td>\
      <td class="number">\(HumanText.grouped(scope.changedCount)) of \(HumanText.grouped(scope.tensorCount))</td></tr>

      """
  }

  /// The powers of ten between which all changes, or the largest of them, are.
  private static func decades(_ changes: [Double]) -> (low: Double, high: Double) {
    let logarithms = changes.filter { $0 > 0 && $0.isFinite }.map { log10($0) }
    guard let least = logarithms.min(), let most = logarithms.max() else { return (-2, 0) }
    let high = most.rounded(.up)
    return (max(min(least.rounded(.down), high - 1), high - maximumDecadeCount), high)
  }
}

extension Message {
  /// A relative change as a percentage.
  static func relative(_ change: Double) -> Message {
    change.isFinite ? "\(HumanText.percent(100 * change)) %" : "from zero"
  }
}
