internal import CDecantBytes
internal import Essentials
internal import Threads

/// Asks the system to begin writing to the disk, on a separate thread, because the call waits if the disk is busy.
///
/// It is only a hint. If it fails or comes too late, making the file durable does all of the work.
final class Writeback: Sendable {
  private let line: Line

  /// Writes out a file that is open; the descriptor may be closed while requests wait.
  init(of descriptor: Int32) {
    line = Line(descriptor: fcntl(descriptor, F_DUPFD_CLOEXEC, 0))
  }

  deinit { line.close() }

  /// Asks for a range, and returns at once.
  func start(_ range: Range<Int>) { line.add(range) }

  /// What the thread shares with its owner.
  private final class Line: @unchecked Sendable {
    // Unchecked, because everything that changes is accessed with `condition` locked.
    private let condition = Condition()
    private let descriptor: Int32
    private var waiting: [Range<Int>] = []
    private var hasThread = false
    private var isClosed = false

    init(descriptor: Int32) { self.descriptor = descriptor }

    deinit {
      if descriptor >= 0 { Essentials.close(descriptor) }
    }

    func add(_ range: Range<Int>) {
      condition.lock()
      defer { condition.unlock() }
      if !hasThread {
        // Without a thread there are no hints.
        hasThread = DetachedThread.start { [self] in
          while let range = next() {
            decant_start_writing(descriptor, Int64(range.lowerBound), Int64(range.count))
          }
        }
      }
      guard hasThread else { return }
      waiting.append(range)
      condition.signal()
    }

    /// Ends the thread after its call; what still waits is no longer needed.
    func close() {
      condition.lock()
      defer { condition.unlock() }
      isClosed = true
      condition.signal()
    }

    /// The next range, as soon as there is one; nil at the end.
    private func next() -> Range<Int>? {
      condition.lock()
      defer { condition.unlock() }
      while waiting.isEmpty, !isClosed { condition.wait() }
      return isClosed ? nil : waiting.removeFirst()
    }
  }
}
