internal import Markup
internal import Messages
internal import Pages

/// An answer.
struct ServerResponse: Sendable {
  /// What follows the header.
  enum Body: Sendable {
    /// Bytes that are already complete.
    case whole([UInt8])
    /// Pieces that are made while they are sent.
    case stream(@Sendable (ResponseWriter) throws -> Void)
  }

  /// The status.
  var status = 200
  /// Header fields in addition to those that every answer has.
  var headers: [(name: String, value: String)] = []
  /// What is sent.
  var body: Body

  /// What a person sees.
  static func page(_ page: Page, status: Int = 200) -> ServerResponse {
    ServerResponse(
      status: status,
      headers: [
        ("Content-Type", "text/html; charset=utf-8"),
        // Frames cannot be forbidden by the page itself.
        ("Content-Security-Policy", page.policy + "; frame-ancestors 'none'"),
      ], body: .whole(Array(page.html.markup.utf8)))
  }

  /// What a program reads.
  static func json(_ text: Message, status: Int = 200) -> ServerResponse {
    ServerResponse(
      status: status, headers: [("Content-Type", "application/json"), bare], body: .whole(Array(text.text.utf8)))
  }

  /// Lines of JSON.
  static func lines(_ body: @escaping @Sendable (ResponseWriter) throws -> Void) -> ServerResponse {
    ServerResponse(headers: [("Content-Type", "application/x-ndjson"), bare], body: .stream(body))
  }

  /// A redirection to the clean address, after the token was accepted.
  static func redirect(to path: String, cookie: String) -> ServerResponse {
    ServerResponse(status: 303, headers: [("Location", path), ("Set-Cookie", cookie), bare], body: .whole([]))
  }

  /// Why there is no answer.
  static func problem(_ problem: ServerProblem, format: ServerRequest.Format = .page) -> ServerResponse {
    switch format {
    case .page:
      return .page(ProblemPage(title: problem.title, explanation: problem.explanation).page, status: problem.status)
    case .json, .lines:
      let document = JSONValue.object([("error", .string(problem.explanation.text))])
      return .json(document.document, status: problem.status)
    }
  }

  /// For responses that are not pages: if a browser shows one anyway, it may not do anything.
  private static let bare = (name: "Content-Security-Policy", value: "default-src 'none'; frame-ancestors 'none'")

  /// What every answer has: it belongs to this server, is for its own pages, and must not be cached.
  ///
  /// - Source: the Fetch standard (CORP), the HTML standard (COOP, COEP), RFC 9111.
  static let commonHeaders: [(name: String, value: String)] = [
    ("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"), ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Cross-Origin-Embedder-Policy", "require-corp"), ("X-Frame-Options", "DENY"),
  ]
}
