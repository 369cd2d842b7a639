internal import Files
internal import Foundation
package import NIOCore

/// Serves a channel of the caller's on the thread that it is on: without a socket and without threads, for tests.
package struct DirectService: Sendable {
  private let service: ConnectionHandler.Service

  /// A service that shows what is named.
  ///
  /// - Parameters:
  ///   - paths: what may be looked at.
  ///   - port: the port that requests name.
  ///   - token: the secret that requests show.
  /// - Throws: `FileError` for a path that does not exist.
  package init(naming paths: [String], port: Int, token: String) throws {
    let limits = ServerLimits.standard
    service = ConnectionHandler.Service(
      gate: RequestGate(hosts: LocalHosts(port: port), token: AccessToken(text: token), limits: limits),
      responder: Router(catalog: try Catalog(naming: paths, limits: limits), limits: limits), workers: DirectWorkers(),
      connections: ConnectionRegistry(limit: limits.connectionCount), uploads: Places(limits.uploadCount),
      requests: Places(limits.requestCount), waitsForClients: false,
      directory: FileManager.default.temporaryDirectory.path(percentEncoded: false))
  }

  /// Puts what serves a connection onto its channel.
  package func serve(_ channel: any Channel) throws { try PageServer.addHandlers(to: channel, service) }
}

/// Works at once.
private struct DirectWorkers: Workers {
  func run(_ lane: WorkLane, _ work: @escaping @Sendable () -> Void) { work() }
}
