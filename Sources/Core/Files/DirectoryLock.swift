internal import CDecantBytes
internal import Essentials

/// While it exists, other processes that change sets of files in the same directory wait.
///
/// The lock is on the directory itself (`flock`), so it leaves no file and ends with the process.
struct DirectoryLock: ~Copyable {
  private let descriptor: Int32
  /// False if the file system has no such locks, or may be one to which other machines write without seeing them.
  let isHeld: Bool

  /// Waits for the lock of the directory that `path` is in.
  init(beside path: String) {
    descriptor = unsafe open(path.directoryPart, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else {
      isHeld = false
      return
    }
    var result: Int32
    repeat { result = flock(descriptor, LOCK_EX) } while result != 0 && errno == EINTR
    isHeld = result == 0 && decant_is_local(descriptor) != 0
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }
}
