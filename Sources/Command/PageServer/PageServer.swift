package import Engine
internal import Files
internal import Essentials
package import Messages
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// Serves pages about what was named, to this machine only.
///
/// - Source: RFC 9112 (HTTP/1.1).
package struct PageServer: Sendable {
  private let group: MultiThreadedEventLoopGroup
  private let channels: [any Channel]
  private let token: AccessToken

  /// The port.
  package let port: Int

  /// The address to open, with its token.
  package var address: Message { "http://127.0.0.1:\(port)/?token=\(token.text)" }

  /// Listens on the loopback addresses: 127.0.0.1, and ::1 if the machine has it.
  ///
  /// - Parameters:
  ///   - paths: what may be shown.
  ///   - port: the port; nil for a free one.
  ///   - precision: how close to float32 the network computes captions.
  /// - Throws: `FileError` for a path that does not exist; `ServerError` if the port is taken.
  package init(paths: [String], port: Int?, precision: EngineOptions.Precision = .exact) throws {
    try self.init(paths: paths, port: port, precision: precision, limits: .standard)
  }

  init(paths: [String], port: Int?, precision: EngineOptions.Precision = .exact, limits: ServerLimits) throws {
    let catalog = try Catalog(naming: paths, limits: limits)
    let token = AccessToken()
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
    let connections = ConnectionRegistry(limit: limits.connectionCount)
    let (uploads, requests) = (Places(limits.uploadCount), Places(limits.requestCount))
    let workers = ThreadWorkers()
    let router = Router(catalog: catalog, limits: limits, precision: precision)
    let directory = String.temporaryDirectory
    func listen(on host: String, port: Int) throws -> any Channel {
      try ServerBootstrap(group: group)
        .serverChannelOption(.backlog, value: 256)
        .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        .childChannelOption(.autoRead, value: false)
        .childChannelOption(.maxMessagesPerRead, value: 1)
        .childChannelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            // The port is known once the server listens, which is before anyone connects.
            let gate = RequestGate(
              hosts: LocalHosts(port: channel.localAddress?.port ?? port), token: token, limits: limits)
            let service = ConnectionHandler.Service(
              gate: gate, responder: router, workers: workers, connections: connections, uploads: uploads,
              requests: requests, directory: directory)
            try Self.addHandlers(to: channel, service)
          }
        }
        .bind(to: SocketAddress(ipAddress: host, port: port)).wait()
    }
    do {
      let first = try listen(on: "127.0.0.1", port: port ?? 0)
      let bound = first.localAddress?.port ?? port ?? 0
      // A machine without IPv6 has no ::1.
      let second = try? listen(on: "::1", port: bound)
      self.port = bound
      channels = [first, second].compactMap(\.self)
    } catch {
      throw ServerError(.cannotListen(port: port, (error as? IOError)?.errnoCode))
    }
    self.group = group
    self.token = token
  }

  /// Adds the handlers that serve a connection to its channel.
  static func addHandlers(to channel: any Channel, _ service: ConnectionHandler.Service) throws {
    let limits = service.gate.limits
    var decoding = NIOHTTPDecoderLimitConfiguration()
    decoding.maxHeaderFieldSize = limits.headerFieldByteCount
    decoding.maxHeaderListSize = limits.headerByteCount
    decoding.maxHeaderFieldCount = limits.headerCount
    try channel.pipeline.syncOperations.configureHTTPServerPipeline(
      withPipeliningAssistance: true, withErrorHandling: false, withEncoderConfiguration: .init(),
      withDecoderLimitConfiguration: decoding)
    try channel.pipeline.syncOperations.addHandler(ConnectionHandler(service))
  }

  /// Opens the page in the person's browser, if there is one.
  package func openBrowser() {
    Browser.open("http://127.0.0.1:\(port)/?token=\(token.issueTicket())")
  }

  /// Serves until the process ends.
  package func serve() throws {
    for channel in channels { try channel.closeFuture.wait() }
  }

  /// Ends all connections and stops listening.
  package func stop() throws {
    for channel in channels { channel.close(promise: nil) }
    try group.syncShutdownGracefully()
  }
}
