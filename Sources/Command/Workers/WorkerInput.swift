internal import Essentials
package import Files

/// The bytes that a driver sends, read from a descriptor as they come.
///
/// Reading can be ended from another thread, even while it waits. What was read by then is still handed out. One thread
/// reads at a time.
package final class WorkerInput: @unchecked Sendable {
  // Unchecked, because `end` alone is called by other threads, and it only writes to a pipe.
  /// Why no more bytes come.
  enum End: Equatable {
    /// The driver closed its end.
    case closed
    /// `end` was called.
    case ended
    /// The system failed to read.
    case failed(FileError)
  }

  /// Why no more bytes come; nil while they may.
  private(set) var end: End?
  /// Bytes read so far.
  private(set) var byteCount = 0
  private let descriptor: Int32
  private let chunkByteCount: Int
  private let wake: WakingPipe
  private var buffer: [UInt8] = []
  private var position = 0

  /// Input from a descriptor, which stays open.
  ///
  /// - Parameters:
  ///   - descriptor: such as 0, standard input.
  ///   - chunkByteCount: the most bytes that are read at a time. Small if each request is long work: what was read when
  ///     the worker is told to finish is still answered.
  /// - Throws: `FileError` if the system has no pipe left.
  package init(descriptor: Int32 = 0, chunkByteCount: Int = 1 << 16) throws(FileError) {
    self.descriptor = descriptor
    self.chunkByteCount = chunkByteCount
    wake = try WakingPipe()
  }

  /// Ends reading, now or as soon as the bytes that were read are used up.
  package func finish() { wake.ring() }

  /// Hands out the next bytes, at most `limit`, without copying them.
  ///
  /// - Parameters:
  ///   - limit: at least 1.
  ///   - use: receives bytes, at least one; returns how many of them are used up.
  /// - Returns: false if no more come; `use` is not called then.
  func next(_ limit: Int = .max, _ use: (ArraySlice<UInt8>) -> Int) -> Bool {
    if position == buffer.count, !refill() { return false }
    let used = use(buffer[position...].prefix(limit))
    position += used
    byteCount += used
    return true
  }

  /// Waits for bytes and reads them.
  private func refill() -> Bool {
    while end == nil {
      guard wake.waits(for: descriptor) else {
        end = .ended
        break
      }
      var count = 0
      var code: Int32 = 0
      buffer = unsafe [UInt8](unsafeUninitializedCapacity: chunkByteCount) { bytes, initializedCount in
        // The buffer holds as many bytes as are read.
        count = unsafe read(descriptor, bytes.baseAddress, chunkByteCount)
        code = errno
        initializedCount = max(count, 0)
      }
      position = 0
      if count > 0 { return true }
      if count == 0 {
        end = .closed
      } else if code != EINTR, code != EAGAIN {
        end = .failed(FileError(.cannotRead(code, offset: byteCount), file: "standard input"))
      }
    }
    return false
  }
}

/// A pipe that another thread rings to end a wait.
private final class WakingPipe: Sendable {
  private let readEnd: Int32
  private let writeEnd: Int32

  init() throws(FileError) {
    var ends: [Int32] = [0, 0]
    guard unsafe pipe(&ends) == 0 else { throw FileError(.cannotOpen(errno), file: "pipe") }
    (readEnd, writeEnd) = (ends[0], ends[1])
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
  }

  deinit {
    close(readEnd)
    close(writeEnd)
  }

  /// Ends this and every later wait.
  func ring() {
    var byte: UInt8 = 0
    // A pipe has room for the few bytes that are ever written to it.
    _ = unsafe Essentials.write(writeEnd, &byte, 1)
  }

  /// Waits until a descriptor has bytes, or its end.
  ///
  /// - Returns: false if the pipe was rung.
  func waits(for descriptor: Int32) -> Bool {
    while true {
      var entries = [
        pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0),
        pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
      ]
      let count = unsafe poll(&entries, 2, -1)
      if count < 0, errno == EINTR { continue }
      // If the system cannot wait, `read` says why.
      return count < 0 || entries[0].revents == 0
    }
  }
}
