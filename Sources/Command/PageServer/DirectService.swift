internal import Files
internal import Essentials
package import NIOCore

/// Serves the caller's channel on its own thread, without a socket and without threads, for tests.
package struct DirectService: Sendable {
  private let service: ConnectionHandler.Service

  /// A service that shows what was named.
  ///
  /// - Parameters:
  ///   - paths: what may be shown.
  ///   - port: the port that requests must name.
  ///   - token: the secret that requests must show.
  /// - Throws: `FileError` for a path that does not exist.
  package init(naming paths: [String], port: Int, token: String) throws {
    let limits = ServerLimits.standard
    service = ConnectionHandler.Service(
      gate: RequestGate(hosts: LocalHosts(port: port), token: AccessToken(text: token), limits: limits),
      responder: Router(catalog: try Catalog(naming: paths, limits: limits), limits: limits), workers: DirectWorkers(),
      connections: ConnectionRegistry(limit: limits.connectionCount), uploads: Places(limits.uploadCount),
      requests: Places(limits.requestCount), waitsForClients: false,
      directory: String.temporaryDirectory)
  }

  /// Adds the handlers that serve a connection to its channel.
  package func serve(_ channel: any Channel) throws { try PageServer.addHandlers(to: channel, service) }
}

/// Runs work immediately.
private struct DirectWorkers: Workers {
  func run(_ lane: WorkLane, _ work: @escaping @Sendable () -> Void) { work() }
}
