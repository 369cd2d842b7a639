internal import FuzzSupport
internal import NIOCore
internal import NIOEmbedded
internal import PageServer
internal import TestSupport

/// The seeds show this token and name this port.
private let token = "fuzz"
private let port = 80

private let service = try? DirectService(
  naming: [Fixture.path("npz"), Fixture.path("npz/stored.npz")], port: port, token: token)

/// A connection: the first byte says in pieces of how many bytes the others arrive.
@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  unsafe Fuzz.run(data, count) { bytes in
    guard let service else { fatalError("the fixtures are not there") }
    guard let first = bytes.first else { return }
    let channel = EmbeddedChannel()
    guard let address = try? SocketAddress(ipAddress: "127.0.0.1", port: port), (try? service.serve(channel)) != nil
    else {
      fatalError("the channel cannot be served")
    }
    channel.connect(to: address, promise: nil)
    let step = max(Int(first) * 16, 1)
    for start in stride(from: 1, to: bytes.count, by: step) where channel.isActive {
      // What our handlers do not catch would end here, and nothing may.
      do {
        try channel.writeInbound(ByteBuffer(bytes: bytes[start..<min(start + step, bytes.count)]))
      } catch let error where channel.isActive {
        fatalError("an uncaught error: \(error)")
      } catch {}
      channel.embeddedEventLoop.run()
    }
    check(channel)
    _ = try? channel.finish(acceptAlreadyClosed: true)
  }
}

/// Whatever was asked, what comes back is a response of HTTP that says nothing of other files.
private func check(_ channel: EmbeddedChannel) {
  var response: [UInt8] = []
  while let piece = try? channel.readOutbound(as: ByteBuffer.self) { response += piece.readableBytesView }
  guard !response.isEmpty else { return }
  guard response.starts(with: Array("HTTP/1.".utf8)) else { fatalError("not a response") }
}
