internal import NIOHTTP1

/// Decides from its header whether a request is answered.
struct RequestGate: Sendable {
  /// The names of the server.
  let hosts: LocalHosts
  /// What a request must show.
  let token: AccessToken
  /// How much may be sent.
  let limits: ServerLimits

  /// A request that may go on.
  struct Admitted: Sendable {
    /// What it asks for.
    let request: ServerRequest
    /// How many bytes may follow; nil if none may.
    let maximumUpload: Int?
  }

  /// The decision about a request.
  enum Verdict: Sendable {
    /// It is answered when its body has arrived.
    case admitted(Admitted)
    /// It is answered at once, and its body is not read.
    case answered(ServerResponse)
  }

  /// The cookie that has the token. Its name includes the port, because a browser keeps one set of cookies for all
  /// ports of a machine.
  var cookieName: String { "decant-\(hosts.port)" }

  /// Judges a header.
  func verdict(on head: HTTPRequestHead) -> Verdict {
    let format = ServerRequest.Format(accept: head.headers["accept"].joined(separator: ","))
    do throws(ServerProblem) {
      return try checked(head, format)
    } catch {
      return .answered(.problem(error, format: format))
    }
  }

  private func checked(_ head: HTTPRequestHead, _ format: ServerRequest.Format) throws(ServerProblem) -> Verdict {
    let headers = head.headers
    guard headers["host"].count == 1, let host = headers.first(name: "host") else { throw .malformed }
    guard hosts.contains(host: host) else { throw .foreignHost }
    guard let target = RequestTarget(head.uri) else { throw .malformed }
    for origin in headers["origin"] where !hosts.contains(origin: origin) { throw .foreignOrigin }
    if let offered = target.query["token"], head.method == .GET || head.method == .HEAD, token.admits(offered) {
      let cookie = "\(cookieName)=\(token.text); Path=/; HttpOnly; SameSite=Strict"
      // An address that begins with two slashes would lead to another server.
      let path = Route(target.path) == nil ? "/" : "/" + target.path.joined(separator: "/")
      return .answered(.redirect(to: path, cookie: cookie))
    }
    // Another port of this machine is the same site to a browser, so its requests have the cookie.
    for site in headers["sec-fetch-site"] where site != "same-origin" && site != "none" { throw .foreignOrigin }
    guard hasToken(headers) else { throw .noToken }
    guard let route = Route(target.path) else { throw .notFound }
    let request = ServerRequest(route: route, query: target.query, format: format)
    switch head.method {
    case .GET, .HEAD:
      let hasBody = headers["content-length"].contains { $0 != "0" } || headers.contains(name: "transfer-encoding")
      if hasBody { throw .unexpectedBody }
      return .admitted(Admitted(request: request, maximumUpload: nil))
    case .POST:
      guard let limit = route.maximumUpload(limits) else { throw .wrongMethod }
      if let length = headers.first(name: "content-length") {
        guard let length = Int(length) else { throw .malformed }
        guard length <= limit else { throw .tooLarge(limit: limit) }
      }
      return .admitted(Admitted(request: request, maximumUpload: limit))
    default: throw .wrongMethod
    }
  }

  /// The token is in the cookie that the first request was given, or, for programs, in `Authorization: Bearer`.
  private func hasToken(_ headers: HTTPHeaders) -> Bool {
    var offered: [String] = []
    for field in headers["cookie"] {
      for cookie in field.split(separator: ";") {
        let sides = cookie.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
        if sides.count == 2, sides[0] == cookieName { offered.append(String(sides[1])) }
      }
    }
    let scheme = "Bearer "
    for field in headers["authorization"] where field.hasPrefix(scheme) {
      offered.append(String(field.dropFirst(scheme.count)))
    }
    return offered.contains(where: token.isToken)
  }
}
