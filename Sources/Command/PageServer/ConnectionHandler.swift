internal import NIOCore
internal import NIOHTTP1
internal import Threads

/// Serves one connection: receives a request within its limits, has it answered elsewhere, and waits for the next.
///
/// Reads only what it has room for; the rest stays with the client.
final class ConnectionHandler: ChannelDuplexHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundIn = HTTPServerResponsePart
  typealias OutboundOut = HTTPServerResponsePart

  /// What all connections share.
  struct Service: Sendable {
    let gate: RequestGate
    let responder: any Responder
    let workers: any Workers
    let connections: ConnectionRegistry
    let uploads: Places
    let requests: Places
    /// Whether threads wait for clients; false in tests without threads.
    var waitsForClients = true
    /// Where uploads are stored.
    let directory: String
  }

  private enum State {
    /// Waiting for the header of a request.
    case waiting
    /// A request is arriving.
    case receiving(Reception)
    /// The response is being worked on.
    case answering(Cancellation)
    /// The last response has been or is being sent; anything that arrives is dropped.
    case ending
  }

  /// A request on its way in.
  private final class Reception {
    let head: HTTPRequestHead
    let admitted: RequestGate.Admitted
    let receiver: Guarded<UploadReceiver>?
    var pieces: [[UInt8]] = []
    var isBusy = false
    var hasEnded = false

    init(_ head: HTTPRequestHead, _ admitted: RequestGate.Admitted, receiver: Guarded<UploadReceiver>?) {
      self.head = head
      self.admitted = admitted
      self.receiver = receiver
    }
  }

  private let service: Service
  private var limits: ServerLimits { service.gate.limits }
  private var state = State.waiting
  private var endsAfterResponse = false
  private var holdsUpload = false
  /// Ends a request, or the connection, that takes too long.
  private var deadline: Scheduled<Void>?
  private var pieceDeadline: Scheduled<Void>?

  init(_ service: Service) { self.service = service }

  func channelActive(context: ChannelHandlerContext) {
    guard service.connections.add(context.channel) else { return context.close(promise: nil) }
    setDeadline(limits.headerSeconds, context) { $1.close(promise: nil) }
    context.fireChannelActive()
    context.read()
  }

  func channelInactive(context: ChannelHandlerContext) {
    if case .answering(let cancellation) = state { cancellation.cancel() }
    state = .ending
    cancelDeadlines()
    releaseUpload()
    service.connections.remove(context.channel)
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch (unwrapInboundIn(data), state) {
    case (.head(let head), .waiting): begin(head, context)
    case (.body(let buffer), .receiving(let reception)):
      guard reception.receiver != nil else { return refuse(.unexpectedBody, reception.head, context) }
      reception.pieces.append(Array(buffer.readableBytesView))
      pump(reception, context)
    case (.end, .receiving(let reception)):
      reception.hasEnded = true
      pump(reception, context)
    default: break
    }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    context.fireChannelReadComplete()
    readOn(context)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard let error = error as? HTTPParserError else { return context.close(promise: nil) }
    let problem = error == .headerOverflow ? ServerProblem.headerTooLarge : .malformed
    switch state {
    case .waiting: refuse(problem, HTTPRequestHead(version: .http1_1, method: .GET, uri: "/"), context)
    case .receiving(let reception): refuse(problem, reception.head, context)
    case .answering: endsAfterResponse = true
    case .ending: break
    }
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    guard case .end = unwrapOutboundIn(data) else { return context.write(data, promise: promise) }
    if case .answering = state, !endsAfterResponse {
      state = .waiting
      service.connections.setWaiting(true, context.channel)
      setDeadline(limits.idleSeconds, context) { $1.close(promise: nil) }
      // The next request may have arrived already; then it is delivered at once.
      context.write(data, promise: promise)
      return context.read()
    }
    state = .ending
    let promise = promise ?? context.eventLoop.makePromise()
    let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
    promise.futureResult.whenComplete { _ in
      // A client that is still sending would lose the response if the connection were closed.
      bound.value.close(mode: .output, promise: nil)
      bound.value.read()
    }
    setDeadline(2, context) { $1.close(promise: nil) }
    context.write(data, promise: promise)
  }

  // MARK: - One request

  private func begin(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
    cancelDeadlines()
    service.connections.setWaiting(false, context.channel)
    endsAfterResponse = !head.isKeepAlive
    switch service.gate.verdict(on: head) {
    case .answered(let response): answer(head, with: response, context)
    case .admitted(let admitted):
      guard let limit = admitted.maximumUpload else {
        state = .receiving(Reception(head, admitted, receiver: nil))
        return setDeadline(limits.headerSeconds, context) { $0.refuse(.slow, head, $1) }
      }
      guard service.uploads.take() else { return refuse(.tooManyUploads, head, context) }
      holdsUpload = true
      do {
        let receiver = Guarded(
          try UploadReceiver(
            contentType: head.headers.first(name: "content-type"), limit: limit, fileLimit: limits.uploadFileCount,
            directory: service.directory))
        state = .receiving(Reception(head, admitted, receiver: receiver))
      } catch {
        return refuse(error, head, context)
      }
      let seconds = if case .caption = admitted.request.route { limits.pictureSeconds } else { limits.uploadSeconds }
      setDeadline(seconds, context) { $0.refuse(.slow, head, $1) }
      setPieceDeadline(head, context)
    }
  }

  /// Passes on what has arrived if the last piece was taken, and answers when everything is there.
  private func pump(_ reception: Reception, _ context: ChannelHandlerContext) {
    setPieceDeadline(reception.head, context)
    guard !reception.isBusy else { return }
    guard let receiver = reception.receiver else {
      if reception.hasEnded { start(reception, upload: nil, context) }
      return
    }
    guard !reception.pieces.isEmpty || reception.hasEnded else { return }
    let pieces = reception.pieces
    let isLast = reception.hasEnded
    reception.pieces = []
    reception.isBusy = true
    let bound = NIOLoopBound((self, context, reception), eventLoop: context.eventLoop)
    let eventLoop = context.eventLoop
    service.workers.run(.quick) {
      let outcome = receiver.withLock { receiver in
        Result<Upload?, any Error> {
          for piece in pieces { try receiver.add(piece) }
          return isLast ? try receiver.finish() : nil
        }
      }
      eventLoop.execute {
        let (handler, context, reception) = bound.value
        handler.taken(outcome, reception, context)
      }
    }
  }

  /// Continues after pieces were taken.
  private func taken(_ outcome: Result<Upload?, any Error>, _ reception: Reception, _ context: ChannelHandlerContext) {
    // The request may have been refused meanwhile, or the client may be gone.
    guard case .receiving(let current) = state, current === reception else { return }
    reception.isBusy = false
    switch outcome {
    case .failure(let error): refuse(ServerProblem(error), reception.head, context)
    case .success(let upload?): start(reception, upload: upload, context)
    case .success(nil):
      pump(reception, context)
      readOn(context)
    }
  }

  /// Starts to answer a request that has arrived completely.
  private func start(_ reception: Reception, upload: Upload?, _ context: ChannelHandlerContext) {
    cancelDeadlines()
    guard service.requests.take() else { return refuse(.busy, reception.head, context) }
    let cancellation = Cancellation()
    state = .answering(cancellation)
    var request = reception.admitted.request
    request.upload = upload
    let writer = ResponseWriter(
      channel: context.channel, request: reception.head, keepsAlive: !endsAfterResponse,
      patience: service.waitsForClients ? .seconds(Int64(limits.writeSeconds)) : nil, cancellation: cancellation)
    let service = service
    let held = holdsUpload
    holdsUpload = false
    service.workers.run(request.route.lane) { [request] in
      if !cancellation.isCancelled { writer.send(service.responder.response(to: request, cancellation)) }
      service.requests.giveBack()
      if held { service.uploads.giveBack() }
    }
  }

  /// Answers without reading the rest of the request, and ends the connection.
  private func answer(_ head: HTTPRequestHead, with response: ServerResponse, _ context: ChannelHandlerContext) {
    cancelDeadlines()
    releaseUpload()
    state = .ending
    ResponseWriter(
      channel: context.channel, request: head, keepsAlive: false, patience: nil, cancellation: Cancellation()
    ).send(response)
  }

  private func refuse(_ problem: ServerProblem, _ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
    let format = ServerRequest.Format(accept: head.headers["accept"].joined(separator: ","))
    answer(head, with: .problem(problem, format: format), context)
  }

  /// Reads, unless the last piece is still being taken.
  private func readOn(_ context: ChannelHandlerContext) {
    if case .receiving(let reception) = state, reception.isBusy { return }
    context.read()
  }

  private func releaseUpload() {
    if holdsUpload { service.uploads.giveBack() }
    holdsUpload = false
  }

  // MARK: - Time

  private func setDeadline(
    _ seconds: Int, _ context: ChannelHandlerContext,
    _ end: @escaping @Sendable (ConnectionHandler, ChannelHandlerContext) -> Void
  ) {
    deadline?.cancel()
    deadline = schedule(seconds, context, end)
  }

  private func setPieceDeadline(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
    pieceDeadline?.cancel()
    pieceDeadline = schedule(limits.pieceSeconds, context) { $0.refuse(.slow, head, $1) }
  }

  private func schedule(
    _ seconds: Int, _ context: ChannelHandlerContext,
    _ end: @escaping @Sendable (ConnectionHandler, ChannelHandlerContext) -> Void
  ) -> Scheduled<Void> {
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    return context.eventLoop.scheduleTask(in: .seconds(Int64(seconds))) {
      let (handler, context) = bound.value
      end(handler, context)
    }
  }

  private func cancelDeadlines() {
    deadline?.cancel()
    pieceDeadline?.cancel()
  }
}

/// Makes responses.
protocol Responder: Sendable {
  /// The answer to a request.
  func response(to request: ServerRequest, _ cancellation: Cancellation) -> ServerResponse
}
