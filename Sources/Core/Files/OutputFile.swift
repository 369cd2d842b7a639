internal import CDecantBytes
internal import Essentials

/// A file that appears complete or not at all.
///
/// Bytes go to a temporary name in the target's directory; `commit` makes them durable and renames.
/// If it is dropped without `commit`, the temporary file is removed, and an earlier file with that name stays as it
/// was. What killed runs left of the same output is removed first, by the rule in `TemporaryFiles`.
package struct OutputFile: ~Copyable {
  /// The path that the file will have.
  package let path: String
  /// Where the bytes are until `commit`; readers that check the output open this path.
  package let temporaryPath: String
  /// Its lock shows that the file is being written. -1 once it is closed.
  private var descriptor: Int32
  private var isSuspended = false
  private let replacesExisting: Bool
  private let permissions: OutputPermissions
  private var writeback: Writeback?

  /// Creates the temporary file.
  ///
  /// - Parameters:
  ///   - path: the path that the file will have.
  ///   - replacesExisting: whether a file at `path` may be replaced.
  ///   - permissions: who may do what with it, from the first moment.
  /// - Throws: `FileError.Reason.exists`, `.outputNotRegular` or `.cannotCreate`, with nothing written.
  package init(
    path: String, replacesExisting: Bool = false, permissions: OutputPermissions = .ofNewFile
  ) throws(FileError) {
    StaleFiles(beside: path).remove(of: path)
    try Self.check(path, replacesExisting: replacesExisting)
    let (name, descriptor) = try TemporaryFiles.createLocked(for: path, permissions: permissions)
    self.init(path, name.name, descriptor, replacesExisting: replacesExisting, permissions: permissions)
  }

  /// Creates a file of a set; the set holds the lock.
  init(path: String, temporaryPath: String, replacesExisting: Bool, permissions: OutputPermissions) throws(FileError) {
    try Self.check(path, replacesExisting: replacesExisting)
    let descriptor = try TemporaryFiles.create(temporaryPath, for: path, permissions: permissions)
    self.init(path, temporaryPath, descriptor, replacesExisting: replacesExisting, permissions: permissions)
  }

  private init(
    _ path: String, _ temporaryPath: String, _ descriptor: Int32, replacesExisting: Bool, permissions: OutputPermissions
  ) {
    self.path = path
    self.temporaryPath = temporaryPath
    self.descriptor = descriptor
    self.replacesExisting = replacesExisting
    self.permissions = permissions
    writeback = Writeback(of: descriptor)
  }

  /// Refuses a name that is taken by something other than a file, or by a file that must not be replaced.
  package static func check(_ path: String, replacesExisting: Bool) throws(FileError) {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return }
    if status.st_mode & S_IFMT == S_IFDIR { throw FileError(.cannotCreate(EISDIR), file: path) }
    if status.st_mode & S_IFMT != S_IFREG { throw FileError(.outputNotRegular, file: path) }
    if !replacesExisting { throw FileError(.exists, file: path) }
  }

  /// Reserves disk space for a file whose length is known, so that a full disk is noticed at once; it also makes
  /// writing faster.
  ///
  /// Does nothing if the file system has no such call.
  package func reserve(byteCount: Int) throws(FileError) {
    let code = decant_reserve(descriptor, Int64(byteCount))
    guard code == 0 else { throw FileError(.cannotWrite(code), file: path) }
  }

  deinit {
    if descriptor >= 0 { Essentials.close(descriptor) }
    TemporaryFiles.remove(temporaryPath)
  }

  /// Writes `bytes` at `offset`; independent of every other write, so threads may share the file.
  package func write(_ bytes: RawSpan, at offset: Int) throws(FileError) {
    try Self.write(bytes, at: offset, of: descriptor, path: path)
  }

  /// Writes all of `bytes` to an open file; `path` is for the error.
  static func write(_ bytes: RawSpan, at offset: Int, of descriptor: Int32, path: String) throws(FileError) {
    try unsafe bytes.withUnsafeBytes { buffer throws(FileError) in
      guard let start = buffer.baseAddress else { return }
      var done = 0
      while done < buffer.count {
        let count = unsafe pwrite(descriptor, start + done, buffer.count - done, off_t(offset + done))
        if count < 0, errno == EINTR { continue }
        guard count >= 0 else { throw FileError(.cannotWrite(errno), file: path) }
        done += count
      }
    }
  }

  /// Asks the system to begin writing a range to the disk, without waiting for it; `commit` then has less to wait for.
  package func startWriting(_ range: Range<Int>) {
    writeback?.start(range)
  }

  /// Closes the file for now, so that a program that writes many keeps few open; `resume` opens it again.
  mutating func suspend() {
    guard descriptor >= 0 else { return }
    Essentials.close(descriptor)
    (descriptor, writeback) = (-1, nil)
    isSuspended = true
  }

  /// Opens the file again if it is suspended.
  mutating func resume() throws(FileError) {
    guard isSuspended else { return }
    descriptor = unsafe open(temporaryPath, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { throw FileError(.cannotWrite(errno), file: path) }
    isSuspended = false
  }

  /// Makes the bytes durable and closes the file, which keeps its temporary name.
  package mutating func close() throws(FileError) {
    try resume()
    guard descriptor >= 0 else { return }
    try synchronize()
    Essentials.close(descriptor)
    descriptor = -1
  }

  /// Makes the bytes durable and gives the file its name.
  package consuming func commit() throws(FileError) {
    // It stays open, and therefore locked, until it has its name.
    if descriptor >= 0 { try synchronize() }
    if replacesExisting {
      guard unsafe rename(temporaryPath, path) == 0 else { throw FileError(.cannotCreate(errno), file: path) }
    } else {
      try Self.giveNewName(path, to: temporaryPath)
    }
    Self.synchronizeDirectory(of: path)
  }

  private func synchronize() throws(FileError) {
    guard permissions.finish(descriptor), decant_synchronize(descriptor) == 0 else {
      throw FileError(.cannotWrite(errno), file: path)
    }
  }

  /// Gives a finished temporary file a name that must be free, so that a file that has appeared meanwhile is not lost.
  ///
  /// - Returns: whether the temporary name still exists too, as it does if the file system has links.
  @discardableResult
  static func giveNewName(_ path: String, to temporaryPath: String) throws(FileError) -> Bool {
    if unsafe link(temporaryPath, path) == 0 { return true }
    let code = errno
    if [EPERM, ENOTSUP, EOPNOTSUPP, ENOSYS].contains(code), unsafe decant_rename_new(temporaryPath, path) == 0 {
      return false
    }
    throw FileError(code == EEXIST || errno == EEXIST ? .exists : .cannotCreate(code), file: path)
  }

  /// Makes the rename itself durable; it is not an error if the file system cannot.
  static func synchronizeDirectory(of path: String) {
    let descriptor = unsafe open(path.directoryPart, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    Essentials.close(descriptor)
  }
}
