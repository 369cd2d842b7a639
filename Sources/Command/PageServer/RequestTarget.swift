internal import Files

/// The path and the query of a request.
///
/// - Source: RFC 9112, section 3.2.1 (origin-form); the WHATWG URL standard for queries of forms.
struct RequestTarget: Equatable, Sendable {
  /// The path between its slashes; nothing in it is decoded, because all our paths are plain.
  let path: [String]
  /// The values of the query by their names; for a repeated name, the first.
  let query: [String: String]

  /// Takes a target apart; nil if it is not of this form.
  init?(_ text: String) {
    guard text.utf8.count <= 8192, text.hasPrefix("/"), text.utf8.allSatisfy({ 0x21...0x7e ~= $0 }) else { return nil }
    let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    path = parts[0].dropFirst().split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    var query: [String: String] = [:]
    for field in parts.count > 1 ? parts[1].split(separator: "&") : [] {
      let sides = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = Self.decoded(sides[0]), let value = Self.decoded(sides.count > 1 ? sides[1] : "") else {
        return nil
      }
      if query[name] == nil { query[name] = value }
    }
    self.query = query
  }

  /// What a form wrote as `text`; nil if it is not UTF-8.
  private static func decoded(_ text: Substring) -> String? {
    text.replacing("+", with: " ").percentDecoded
  }
}
