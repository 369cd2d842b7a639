internal import CDecantBytes
internal import Dispatch
internal import Essentials

/// Asks the system to begin writing to the disk, on a separate thread, because the call waits if the disk is busy.
///
/// It is only a hint. If it fails or comes too late, making the file durable does all of the work.
final class Writeback: Sendable {
  private let descriptor: Int32
  private let queue = DispatchQueue(label: "decant.writeback")

  /// Writes out a file that is open; the descriptor may be closed while requests wait.
  init(of descriptor: Int32) {
    self.descriptor = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  /// Asks for a range, and returns at once.
  func start(_ range: Range<Int>) {
    queue.async { [self] in decant_start_writing(descriptor, Int64(range.lowerBound), Int64(range.count)) }
  }
}
