/// The names of this machine for itself, with the server's port.
///
/// Another site can make its own name lead to 127.0.0.1 (DNS rebinding); its requests then carry that name.
struct LocalHosts: Sendable {
  /// The port that the server listens on.
  let port: Int

  /// The names, as in a `Host` header.
  private static let names = ["127.0.0.1", "localhost", "[::1]"]

  /// Whether a `Host` header names this server.
  func contains(host: String) -> Bool {
    Self.names.contains { host.lowercased() == "\($0):\(port)" || port == 80 && host.lowercased() == $0 }
  }

  /// Whether an `Origin` header names a page of this server.
  func contains(origin: String) -> Bool {
    let scheme = "http://"
    return origin.hasPrefix(scheme) && contains(host: String(origin.dropFirst(scheme.count)))
  }
}
