internal import Essentials

/// What is at a path, with links followed: in the file system, or in an archive.
package struct FileStatus: Sendable {
  package let isDirectory: Bool
  package let isRegular: Bool
  package let byteCount: Int

  /// Nil if nothing is there.
  package init?(path: String) {
    if let place = ArchivePlace(path) {
      guard let member = place.archive.member(place.name) else { return nil }
      isDirectory = member.isDirectory
      isRegular = member.isRegular
      byteCount = member.byteCount
      return
    }
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return nil }
    isDirectory = status.st_mode & S_IFMT == S_IFDIR
    isRegular = status.st_mode & S_IFMT == S_IFREG
    byteCount = Int(status.st_size)
  }
}

extension String {
  /// The names in the directory at this path, in the file system or in an archive, in no order; nil if it cannot be read.
  package var entryNames: [String]? {
    if let place = ArchivePlace(self) { return place.archive.entryNames(of: place.name) }
    return try? FileManager.default.contentsOfDirectory(atPath: self)
  }
}
