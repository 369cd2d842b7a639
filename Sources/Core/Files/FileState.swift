internal import Essentials

/// Which file a path or a descriptor led to, and when its content was last changed.
///
/// Two equal states of a path mean that the file did not change between them, as far as the file system shows: a write
/// that keeps the length, within one tick of its clock (milliseconds), does not show.
package struct FileState: Sendable, Equatable {
  /// The length in bytes.
  package let byteCount: Int
  /// Who may do what, as `stat` gives it, without the file's type.
  package let permissions: UInt32
  /// Whether it is a file, and not a directory or a device.
  let isRegular: Bool
  private let device: UInt64
  private let node: UInt64
  private let seconds: Int
  private let nanoseconds: Int

  /// The state of the file at a path, with links followed; nil if there is none.
  ///
  /// A member of an archive is in the state of the archive, with its own length.
  package init?(path: String) {
    if let place = ArchivePlace(path) {
      guard let member = place.archive.member(place.name) else { return nil }
      self.init(place.archive.state, byteCount: member.byteCount)
    } else {
      self.init(ofFileSystem: path)
    }
  }

  /// The state of a member of an archive.
  init(_ archive: FileState, byteCount: Int) {
    self.byteCount = byteCount
    isRegular = archive.isRegular
    permissions = archive.permissions
    device = archive.device
    node = archive.node
    seconds = archive.seconds
    nanoseconds = archive.nanoseconds
  }

  /// The state of a file at a path that does not lead into an archive.
  init?(ofFileSystem path: String) {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return nil }
    self.init(status)
  }

  /// The state of an open file; nil if the system cannot say.
  init?(descriptor: Int32) {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { return nil }
    self.init(status)
  }

  init(_ status: stat) {
    byteCount = Int(status.st_size)
    isRegular = status.st_mode & S_IFMT == S_IFREG
    permissions = UInt32(status.st_mode) & 0o7777
    device = UInt64(status.st_dev)
    node = UInt64(status.st_ino)
    #if os(macOS)
      let modified = status.st_mtimespec
    #else
      let modified = status.st_mtim
    #endif
    seconds = Int(modified.tv_sec)
    nanoseconds = Int(modified.tv_nsec)
  }

  /// Whether both are of the same file, by whatever path.
  package func isSameFile(as other: FileState) -> Bool { device == other.device && node == other.node }

  /// Whether both are of the same file with the same content.
  package func isUnchanged(from other: FileState) -> Bool {
    isSameFile(as: other) && byteCount == other.byteCount && seconds == other.seconds
      && nanoseconds == other.nanoseconds
  }

  /// Throws if the path no longer leads to a file in this state.
  ///
  /// - Throws: `FileError.Reason.changed`.
  package func requireUnchanged(at path: String) throws(FileError) {
    guard let now = FileState(path: path), now.isUnchanged(from: self) else {
      throw FileError(.changed, file: path)
    }
  }
}
