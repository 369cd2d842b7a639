internal import Messages
internal import NIOCore
internal import NIOHTTP1
internal import Threads

/// Sends one response, from a thread that works on it.
///
/// A piece is sent when the client has taken the previous one, so that memory does not grow for a slow client.
final class ResponseWriter: Sendable {
  /// Whether anyone is still waiting.
  let cancellation: Cancellation
  private let channel: any Channel
  private let isHead: Bool
  private let keepsAlive: Bool
  private let version: HTTPVersion
  /// How long one piece may take; nil if sending does not wait, as in tests without threads.
  private let patience: TimeAmount?

  private static let pieceByteCount = 64 << 10

  init(
    channel: any Channel, request: HTTPRequestHead, keepsAlive: Bool, patience: TimeAmount?, cancellation: Cancellation
  ) {
    self.channel = channel
    isHead = request.method == .HEAD
    self.keepsAlive = keepsAlive
    version = request.version
    self.patience = patience
    self.cancellation = cancellation
  }

  /// Sends a response. A failure in the middle ends the connection, so that no one mistakes half a response for a whole
  /// one.
  func send(_ response: ServerResponse) {
    var headers = HTTPHeaders(ServerResponse.commonHeaders.map { ($0.name, $0.value) })
    for (name, value) in response.headers { headers.add(name: name, value: value) }
    if case .whole(let bytes) = response.body { headers.add(name: "Content-Length", value: "\(bytes.count)") }
    if !keepsAlive { headers.add(name: "Connection", value: "close") }
    if response.status == 405 { headers.add(name: "Allow", value: "GET, HEAD, POST") }
    let head = HTTPResponseHead(
      version: version, status: HTTPResponseStatus(statusCode: response.status), headers: headers)
    channel.write(HTTPServerResponsePart.head(head), promise: nil)
    do {
      switch response.body {
      case .whole(let bytes): try write(bytes)
      case .stream(let body): if !isHead { try body(self) }
      }
      channel.writeAndFlush(HTTPServerResponsePart.end(nil), promise: nil)
    } catch {
      channel.close(promise: nil)
    }
  }

  /// Sends bytes, and returns when the system has accepted them.
  func write(_ bytes: [UInt8]) throws {
    var rest = isHead ? [] : bytes[...]
    while !rest.isEmpty {
      try cancellation.check()
      let sent = channel.writeAndFlush(
        HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(bytes: rest.prefix(Self.pieceByteCount)))))
      rest = rest.dropFirst(Self.pieceByteCount)
      guard let patience else { continue }
      let channel = channel
      let end = channel.eventLoop.scheduleTask(in: patience) { channel.close(promise: nil) }
      defer { end.cancel() }
      do { try sent.wait() } catch { throw Cancelled() }
    }
  }

  /// Sends a line of JSON.
  func write(line: JSONValue) throws {
    try write(Array(JSONValue.inLine(line).document.text.utf8))
  }
}
