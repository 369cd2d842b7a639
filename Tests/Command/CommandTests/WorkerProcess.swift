import Foundation
import TestSupport

/// A worker that a test drives through pipes, as another program would.
final class WorkerProcess {
  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()
  private let scratch: TemporaryDirectory
  private var unread: [UInt8] = []

  /// Starts `decant` with these arguments.
  init(_ arguments: [String]) throws {
    scratch = try TemporaryDirectory()
    process.executableURL = URL(filePath: DecantCommand.path)
    process.arguments = arguments
    process.standardInput = input
    process.standardOutput = output
    process.standardError = try FileHandle(forWritingTo: URL(filePath: scratch.write([], to: "errors")))
    // Otherwise a worker that has ended would end the tests when they write.
    _ = signal(SIGPIPE, SIG_IGN)
    try process.run()
    try? output.fileHandleForWriting.close()
    try? input.fileHandleForReading.close()
  }

  /// The worker's process.
  var identifier: Int32 { process.processIdentifier }

  /// What the worker says to people.
  var errors: String { (try? String(contentsOfFile: scratch.file("errors"), encoding: .utf8)) ?? "" }

  /// Sends bytes; stops without an error if the worker no longer reads.
  ///
  /// - Returns: how many were sent.
  @discardableResult
  func send(_ bytes: [UInt8]) -> Int {
    var sent = 0
    while sent < bytes.count {
      let count = unsafe bytes[sent...].withUnsafeBytes {
        unsafe write(input.fileHandleForWriting.fileDescriptor, $0.baseAddress, min($0.count, 1 << 16))
      }
      if count <= 0 { break }
      sent += count
    }
    return sent
  }

  /// Sends lines.
  func send(_ lines: String...) { for line in lines { send(Array((line + "\n").utf8)) } }

  /// Sends bytes from another thread, for more than fits into a pipe.
  func sendInBackground(_ bytes: [UInt8], thenClose: Bool = true) {
    let handle = input.fileHandleForWriting
    Thread.detachNewThread {
      try? handle.write(contentsOf: bytes)
      if thenClose { try? handle.close() }
    }
  }

  /// Ends the requests.
  func close() { try? input.fileHandleForWriting.close() }

  /// Stops reading the answers.
  func closeOutput() { try? output.fileHandleForReading.close() }

  /// Waits for the next line; nil at the end.
  func line() -> String? {
    while true {
      if let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
        defer { unread.removeFirst(end + 1) }
        return String(decoding: unread[..<end], as: UTF8.self)
      }
      let more = output.fileHandleForReading.availableData
      if more.isEmpty { return nil }
      unread += more
    }
  }

  /// Waits for the next line, as JSON.
  func answer() throws -> [String: Any] {
    guard let line = line() else { return [:] }
    return try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
  }

  /// All lines until the end.
  func rest() -> [String] {
    var lines: [String] = []
    while let line = line() { lines.append(line) }
    return lines
  }

  /// Waits for the end; ends the worker after `seconds`, so that no test hangs.
  ///
  /// - Returns: the exit status; a signal's number plus 128 if one ended it.
  func wait(seconds: Double = 60) -> Int32 {
    let end = Date(timeIntervalSinceNow: seconds)
    while process.isRunning, Date() < end { usleep(10_000) }
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
    return process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
  }

  deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }
}
