import Foundation
import TestSupport
import Testing

/// A started `decant serve`, and how a test talks to it: bytes over a socket, as a hostile program would.
final class ServedPage {
  let port: UInt16
  let token: String
  private let running: DecantCommand.Running

  /// Starts the command and waits for its address.
  init(_ paths: [String], launcher: [String] = []) throws {
    running = try DecantCommand.start(["serve", "--no-browser"] + paths, launcher: launcher)
    let end = ContinuousClock.now + .seconds(60)
    var address: String?
    while address == nil, ContinuousClock.now < end, running.isRunning {
      address = try running.output().split(separator: "\n").first.map(String.init)
      if address == nil { usleep(20_000) }
    }
    let match = try #require(address?.wholeMatch(of: /http:\/\/127\.0\.0\.1:(\d+)\/\?token=([0-9a-f]{64})/))
    port = try #require(UInt16(match.1))
    token = String(match.2)
  }

  deinit {
    running.send(SIGKILL)
  }

  /// Whether it still runs.
  var isRunning: Bool { running.isRunning }

  /// Sends a signal and waits for the end.
  func end(by signal: Int32) throws -> DecantCommand.Outcome {
    running.send(signal)
    return try running.wait()
  }

  /// The header fields of a request that is allowed.
  var allowed: String { "Host: 127.0.0.1:\(port)\r\nAuthorization: Bearer \(token)\r\n" }

  /// A request without a body that is allowed, after which the connection ends.
  func request(_ method: String, _ target: String, _ headers: String = "") -> String {
    "\(method) \(target) HTTP/1.1\r\n\(allowed)Connection: close\r\n\(headers)\r\n"
  }

  /// What the server answers to bytes, until it ends the connection.
  func answer(_ bytes: some Sequence<UInt8>, seconds: Double = 60) throws -> String {
    let connection = try LocalConnection(port: port)
    try connection.send(Array(bytes))
    return String(decoding: try connection.readAll(seconds: seconds), as: UTF8.self)
  }

  /// What the server answers to a request.
  func answer(_ text: String, seconds: Double = 60) throws -> String { try answer(text.utf8, seconds: seconds) }

  /// The page at a path.
  func page(_ target: String, _ headers: String = "") throws -> String { try answer(request("GET", target, headers)) }

  /// A form with one file.
  func form(_ target: String, name: String, _ content: [UInt8], accept: String) -> [UInt8] {
    let boundary = "----decant"
    let body =
      Array("--\(boundary)\r\nContent-Disposition: form-data; name=\"f\"; filename=\"\(name)\"\r\n\r\n".utf8) + content
      + Array("\r\n--\(boundary)--\r\n".utf8)
    let head = request(
      "POST", target,
      "Accept: \(accept)\r\nContent-Type: multipart/form-data; boundary=\(boundary)\r\nContent-Length: \(body.count)\r\n"
    )
    return Array(head.utf8) + body
  }
}

/// A connection to a port of this machine.
final class LocalConnection {
  private let descriptor: Int32

  /// What went wrong, as `errno` says.
  struct Failure: Error { let code: Int32 }

  init(port: UInt16) throws {
    #if os(Linux)
      descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #else
      descriptor = socket(AF_INET, SOCK_STREAM, 0)
    #endif
    guard descriptor >= 0 else { throw Failure(code: errno) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    let outcome = unsafe withUnsafeBytes(of: &address) { bytes in
      unsafe connect(descriptor, bytes.assumingMemoryBound(to: sockaddr.self).baseAddress, socklen_t(bytes.count))
    }
    guard outcome == 0 else { throw Failure(code: errno) }
  }

  deinit { close(descriptor) }

  /// Sends bytes; those that the server does not want any more are left.
  func send(_ bytes: [UInt8]) throws {
    var done = 0
    while done < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { buffer in
        #if os(Linux)
          unsafe Foundation.send(
            descriptor, buffer.baseAddress.map { unsafe $0 + done }, buffer.count - done, Int32(MSG_NOSIGNAL))
        #else
          unsafe Foundation.send(descriptor, buffer.baseAddress.map { unsafe $0 + done }, buffer.count - done, 0)
        #endif
      }
      if count < 0, errno == EINTR { continue }
      if count < 0, errno == EPIPE || errno == ECONNRESET { return }
      guard count > 0 else { throw Failure(code: errno) }
      done += count
    }
  }

  /// What comes next, at most this many bytes; nothing at the end or when the time is over.
  func read(seconds: Double, count: Int = 1 << 16) throws -> [UInt8] {
    var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard unsafe poll(&waiting, 1, Int32(seconds * 1000)) > 0 else { return [] }
    var bytes = [UInt8](repeating: 0, count: count)
    let read = unsafe bytes.withUnsafeMutableBytes { unsafe recv(descriptor, $0.baseAddress, $0.count, 0) }
    return read > 0 ? Array(bytes[..<read]) : []
  }

  /// What comes until the end.
  func readAll(seconds: Double) throws -> [UInt8] {
    let end = ContinuousClock.now + .seconds(seconds)
    var bytes: [UInt8] = []
    while ContinuousClock.now < end {
      let left = Double((end - .now).components.seconds) + 1
      let piece = try read(seconds: left)
      if piece.isEmpty { break }
      bytes += piece
    }
    return bytes
  }
}
