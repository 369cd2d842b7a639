internal import Bytes
internal import CDecantBytes
internal import Essentials
internal import Threads

/// A file without a name: its bytes are freed with the value, however the process ends.
///
/// If the file system cannot make such a file, it has a name for a moment.
package final class UnnamedFile: Sendable {
  private let descriptor: Int32
  private let directory: String
  private let length = Guarded(0)

  /// Makes an empty file.
  ///
  /// - Parameter directory: where its bytes are stored.
  /// - Throws: `FileError` if nothing can be made there.
  package init(in directory: String) throws(FileError) {
    self.directory = directory
    descriptor = try Self.open(in: directory)
  }

  /// Takes over the descriptor of an empty file.
  init(_ descriptor: Int32, in directory: String) {
    self.directory = directory
    self.descriptor = descriptor
  }

  deinit {
    close(descriptor)
  }

  /// The number of bytes so far.
  package var byteCount: Int { length.withLock { $0 } }

  /// Appends bytes.
  ///
  /// Only one thread at a time may append.
  package func append(_ bytes: [UInt8]) throws(FileError) {
    try OutputFile.write(bytes.rawSpan, at: byteCount, of: descriptor, path: directory)
    length.withLock { $0 += bytes.count }
  }

  /// All bytes.
  package func contents() throws(FileError) -> [UInt8] {
    let count = byteCount
    guard MemoryRoom.has(count) else { throw FileError(.outOfMemory(byteCount: count), file: directory) }
    var bytes = [UInt8](repeating: 0, count: count)
    var done = 0
    while done < count {
      let read = unsafe bytes.withUnsafeMutableBytes { buffer in
        unsafe pread(descriptor, buffer.baseAddress.map { unsafe $0 + done }, count - done, off_t(done))
      }
      if read < 0, errno == EINTR { continue }
      guard read > 0 else { throw FileError(.cannotRead(read < 0 ? errno : EIO, offset: done), file: directory) }
      done += read
    }
    return bytes
  }

  /// Another descriptor of the file; -1 if there can be no more.
  func duplicate() -> Int32 { fcntl(descriptor, F_DUPFD_CLOEXEC, 0) }

  /// A path that opens the file while the value exists, also in child processes.
  package var path: String {
    #if os(Linux)
      "/proc/\(getpid())/fd/\(descriptor)"
    #else
      "/dev/fd/\(descriptor)"
    #endif
  }

  /// Opens a file without a name, for reading and writing.
  static func open(in directory: String) throws(FileError) -> Int32 {
    let descriptor = unsafe decant_open_unnamed(directory, 0o600)
    if descriptor >= 0 { return descriptor }
    let path = directory + "/spool"
    StaleFiles(beside: path).remove(of: path)
    let (name, named) = try TemporaryFiles.createLocked(for: path, permissions: .ofOwnerOnly)
    TemporaryFiles.remove(name.name)
    return named
  }
}
