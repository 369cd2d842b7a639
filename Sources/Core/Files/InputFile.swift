internal import Bytes
internal import Essentials
internal import Threads

/// A file that is read at given offsets with `pread`.
///
/// Never mapped, so that a file that shrinks or fails while it is read causes an error and not a signal.
/// Several threads may read one file.
package final class InputFile: Sendable {
  /// The path as it was given.
  package let path: String
  /// The length in bytes when the file was opened.
  package let byteCount: Int
  /// Which file was opened, and the time of its last change then.
  package let state: FileState
  private let descriptor: Int32
  /// Where the file begins in what is open; not 0 only for a member of an archive.
  private let start: Int
  /// The state of what is open.
  private let openState: FileState
  /// What is read, if it is a file without a name.
  private let unnamed: UnnamedFile?
  private let observer = Guarded<(any ReadObserver)?>(nil)

  /// Opens a regular file, or a file in an archive.
  package convenience init(path: String) throws(FileError) {
    if let place = try ArchivePlace.find(path) {
      let content = try place.archive.content(of: place.name, shownAs: path)
      try self.init(content.file, content.range, of: place.archive, unnamed: content.unnamed, shownAs: path)
    } else {
      try self.init(ofFileSystem: path)
    }
  }

  /// Opens a regular file of the file system.
  init(ofFileSystem path: String) throws(FileError) {
    // Opening a pipe would wait for its other end; for regular files the flag has no effect.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw FileError(.cannotOpen(errno), file: path) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else {
      let code = errno
      close(descriptor)
      throw FileError(.cannotOpen(code), file: path)
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw FileError(status.st_mode & S_IFMT == S_IFDIR ? .isDirectory : .notRegular, file: path)
    }
    self.path = path
    self.byteCount = Int(status.st_size)
    self.state = FileState(status)
    self.descriptor = descriptor
    (start, openState, unnamed) = (0, state, nil)
  }

  /// Opens a member of an archive: a range of a file that is open.
  private init(
    _ file: InputFile, _ range: Range<Int>, of archive: Archive, unnamed: UnnamedFile?, shownAs path: String
  ) throws(FileError) {
    descriptor = fcntl(file.descriptor, F_DUPFD_CLOEXEC, 0)
    guard descriptor >= 0 else { throw FileError(.cannotOpen(errno), file: path) }
    self.path = path
    self.unnamed = unnamed
    byteCount = range.count
    state = FileState(archive.state, byteCount: range.count)
    start = file.start + range.lowerBound
    openState = file.openState
  }

  /// Opens a file without a name, which must not grow any more.
  ///
  /// - Parameters:
  ///   - unnamed: the file; its bytes stay as long as either value exists.
  ///   - path: what errors call it.
  /// - Throws: `FileError` if the process has too many files open.
  package init(_ unnamed: UnnamedFile, shownAs path: String) throws(FileError) {
    let descriptor = unnamed.duplicate()
    guard descriptor >= 0 else { throw FileError(.cannotOpen(errno), file: path) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else {
      let code = errno
      close(descriptor)
      throw FileError(.cannotOpen(code), file: path)
    }
    self.path = path
    self.byteCount = Int(status.st_size)
    self.state = FileState(status)
    self.descriptor = descriptor
    (start, openState, self.unnamed) = (0, state, unnamed)
  }

  deinit {
    close(descriptor)
  }

  /// The last component of the path.
  package var name: String { path.lastPart }

  /// Checks that the file did not change since it was opened: it has the same length and time, and the path still leads
  /// to it.
  ///
  /// - Throws: `FileError.Reason.changed`.
  package func requireUnchanged() throws(FileError) {
    guard let now = FileState(descriptor: descriptor), now.isUnchanged(from: openState) else {
      throw FileError(.changed, file: path)
    }
    try state.requireUnchanged(at: path)
  }

  /// A path of the same bytes for a library that opens files itself; nil if the file's own path is one.
  package func pathForLibraries() throws(FileError) -> TemporaryPath? {
    if FileState(ofFileSystem: path) != nil { return nil }
    if let unnamed, start == 0, byteCount == unnamed.byteCount, let named = TemporaryPath(naming: unnamed) {
      return named
    }
    return try TemporaryPath(copying: self)
  }

  /// Reports all further reads above a minimum length to an observer; nil for none.
  package func setObserver(_ observer: (any ReadObserver)?) {
    self.observer.withLock { $0 = observer }
  }

  /// Reads exactly `count` bytes at `offset`.
  ///
  /// - Throws: `FileError.Reason.tooShort` if the file does not hold them; `outOfMemory`, before anything is allocated,
  ///   if memory cannot.
  package func read(at offset: Int, count: Int) throws(FileError) -> [UInt8] {
    try require(offset: offset, count: count)
    // The initializer below writes its count into the array; an array without capacity is one that all threads share.
    guard count > 0 else { return [] }
    guard MemoryRoom.has(count) else { throw FileError(.outOfMemory(byteCount: count), file: path) }
    var failure: FileError?
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initializedCount in
      do throws(FileError) {
        unsafe try fill(UnsafeMutableRawBufferPointer(buffer), at: offset, count: count)
        initializedCount = count
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }

  /// Fills `buffer` with `count` bytes at `offset`, growing it if it is smaller.
  ///
  /// For callers that read piece after piece and keep one buffer.
  ///
  /// - Parameters:
  ///   - offset: where to read in the file.
  ///   - count: how many bytes to read.
  ///   - buffer: receives them.
  ///   - start: the index in `buffer` of the first byte; those before it stay.
  /// - Throws: `FileError.Reason.tooShort` if the file does not hold them.
  package func read(at offset: Int, count: Int, into buffer: inout [UInt8], from start: Int = 0) throws(FileError) {
    precondition(start >= 0 && start <= buffer.count, "the kept part of a buffer lies in it")
    try require(offset: offset, count: count)
    if buffer.count - start < count {
      // The buffer is copied when it grows; old and new exist at the same time.
      guard MemoryRoom.has(start + count) else { throw FileError(.outOfMemory(byteCount: count), file: path) }
      buffer += [UInt8](repeating: 0, count: count - (buffer.count - start))
    }
    var span = buffer.mutableSpan
    try unsafe span.withUnsafeMutableBytes { bytes throws(FileError) in
      unsafe try fill(UnsafeMutableRawBufferPointer(rebasing: bytes[start...]), at: offset, count: count)
    }
  }

  private func require(offset: Int, count: Int) throws(FileError) {
    guard offset >= 0, count >= 0, offset <= byteCount, count <= byteCount - offset else {
      throw FileError(.tooShort(offset: offset, needed: count, byteCount: byteCount), file: path)
    }
  }

  /// `buffer` holds at least `count` bytes; the caller checked.
  private func fill(_ buffer: UnsafeMutableRawBufferPointer, at offset: Int, count: Int) throws(FileError) {
    guard let start = buffer.baseAddress else { return }
    var done = 0
    while done < count {
      let result = unsafe pread(descriptor, start + done, count - done, off_t(self.start + offset + done))
      if result < 0 {
        if errno == EINTR { continue }
        throw FileError(.cannotRead(errno, offset: offset + done), file: path)
      }
      if result == 0 {
        throw FileError(.tooShort(offset: offset, needed: count, byteCount: offset + done), file: path)
      }
      done += result
    }
    if count >= Self.observedByteCount, let observer = observer.withLock({ $0 }) {
      // The buffer was filled, and the span does not leave the call.
      unsafe observer.didRead(
        RawSpan(_unsafeBytes: UnsafeRawBufferPointer(start: start, count: count)), at: offset, of: path)
    }
  }

  /// Shorter reads are not worth reporting.
  private static let observedByteCount = 1 << 14
}
