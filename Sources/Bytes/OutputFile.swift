internal import CDecantBytes
internal import Foundation

/// A file that appears complete or not at all.
///
/// Bytes go to a temporary name in the target's directory; `commit` makes them durable and renames.
/// Dropped without `commit`, the temporary file is removed and an earlier file of that name stays as it was.
public struct OutputFile: ~Copyable {
  /// The path that the file will have.
  public let path: String
  /// Where the bytes are until then; readers that check the output open this.
  public let temporaryPath: String
  /// -1 once it is closed.
  private var descriptor: Int32
  private let replacesExisting: Bool
  private let writeback: Writeback

  /// Creates the temporary file.
  ///
  /// - Parameters:
  ///   - path: the path that the file will have.
  ///   - replacesExisting: whether a file at `path` may be replaced.
  /// - Throws: `FileError.Reason.exists` or `.cannotCreate`, with nothing written.
  public init(path: String, replacesExisting: Bool = false) throws(FileError) {
    try self.init(
      path: path, temporaryPath: Self.temporaryPath(for: path), replacesExisting: replacesExisting)
  }

  /// A name beside `path` that no other run uses.
  package static func temporaryPath(for path: String) -> String {
    "\(path).decant-\(getpid())-\(UInt32.random(in: 0 ... .max)).tmp"
  }

  /// Creates the temporary file under a name that the caller chose, beside `path`.
  package init(path: String, temporaryPath: String, replacesExisting: Bool) throws(FileError) {
    var status = stat()
    if unsafe stat(path, &status) == 0 {
      if status.st_mode & S_IFMT == S_IFDIR { throw FileError(.cannotCreate(EISDIR), path: path) }
      if !replacesExisting { throw FileError(.exists, path: path) }
    }
    let descriptor = unsafe open(temporaryPath, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw FileError(.cannotCreate(errno), path: path) }
    self.path = path
    self.temporaryPath = temporaryPath
    self.descriptor = descriptor
    self.replacesExisting = replacesExisting
    writeback = Writeback(of: descriptor)
  }

  /// Takes room on the disk for a file whose length is known, so that a full disk is found out first; writing is faster too.
  ///
  /// Does nothing where the file system has no such call.
  package func reserve(byteCount: Int) throws(FileError) {
    let code = decant_reserve(descriptor, Int64(byteCount))
    guard code == 0 else { throw FileError(.cannotWrite(code), path: path) }
  }

  deinit {
    if descriptor >= 0 { Foundation.close(descriptor) }
    unsafe unlink(temporaryPath)
  }

  /// Writes `bytes` at `offset`; independent of every other write, so threads may share the file.
  public func write(_ bytes: RawSpan, at offset: Int) throws(FileError) {
    let result: Result<Void, FileError> = unsafe bytes.withUnsafeBytes { buffer in
      guard let start = buffer.baseAddress else { return .success(()) }
      var done = 0
      while done < buffer.count {
        let count = unsafe pwrite(descriptor, start + done, buffer.count - done, off_t(offset + done))
        if count < 0 {
          if errno == EINTR { continue }
          return .failure(FileError(.cannotWrite(errno), path: path))
        }
        done += count
      }
      return .success(())
    }
    try result.get()
  }

  /// Asks the system to begin writing a range to the disk, without waiting for it; `commit` then has less to wait for.
  public func startWriting(_ range: Range<Int>) {
    writeback.start(range)
  }

  /// Makes the bytes durable and ends the writing; the file keeps its temporary name.
  package mutating func close() throws(FileError) {
    guard descriptor >= 0 else { return }
    guard decant_synchronize(descriptor) == 0 else { throw FileError(.cannotWrite(errno), path: path) }
    Foundation.close(descriptor)
    descriptor = -1
  }

  /// Makes the bytes durable and gives the file its name.
  public consuming func commit() throws(FileError) {
    try close()
    try OutputFile.rename(temporaryPath, to: path, replacesExisting: replacesExisting)
  }

  /// Renames a finished temporary file; for outputs that a C library writes by path.
  package static func rename(_ temporaryPath: String, to path: String, replacesExisting: Bool) throws(FileError) {
    if replacesExisting {
      guard unsafe Foundation.rename(temporaryPath, path) == 0 else {
        throw FileError(.cannotCreate(errno), path: path)
      }
    } else {
      // `link` fails where the name exists, so a file that appeared meanwhile is not lost.
      guard unsafe link(temporaryPath, path) == 0 else {
        throw FileError(errno == EEXIST ? .exists : .cannotCreate(errno), path: path)
      }
      unsafe unlink(temporaryPath)
    }
    synchronizeDirectory(of: path)
  }

  /// Makes the rename itself durable; a file system that cannot is not an error.
  static func synchronizeDirectory(of path: String) {
    let directory = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    let descriptor = unsafe open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    Foundation.close(descriptor)
  }
}
