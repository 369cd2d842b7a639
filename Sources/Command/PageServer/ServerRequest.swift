/// What a client asks for, after everything about it has been checked.
struct ServerRequest: Sendable {
  /// The form of the answer.
  enum Format: Sendable {
    /// A page.
    case page
    /// A document that follows one of the schemas.
    case json
    /// Lines of JSON, each as soon as it is known.
    case lines

    /// The form that an `Accept` header asks for.
    init(accept: String) {
      self = accept.contains("application/x-ndjson") ? .lines : accept.contains("application/json") ? .json : .page
    }
  }

  /// What is asked for.
  let route: Route
  /// The values of the query.
  let query: [String: String]
  /// The form of the answer.
  let format: Format
  /// What was sent with it; nil if nothing was.
  var upload: Upload?
}
