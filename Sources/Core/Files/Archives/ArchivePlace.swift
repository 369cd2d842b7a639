internal import Compression
internal import Essentials
internal import Threads

/// Where a path leads that names something in an archive: `archive.tar.gz!directory/file`, or `archive.tar.gz!` for all of it.
///
/// If a file really has such a name, the path means that file.
package struct ArchivePlace {
  package let archive: Archive
  /// The name in the archive; empty for the archive itself.
  package let name: String

  /// Nil for a path that does not lead into an archive, or into one that cannot be opened.
  package init?(_ path: String) {
    guard let place = try? Self.find(path) else { return nil }
    self = place
  }

  private init(archive: Archive, name: String) {
    self.archive = archive
    self.name = name
  }

  /// The place of a path; nil for a path that does not lead into an archive.
  ///
  /// - Throws: `FileError` if it leads into an archive that cannot be opened.
  package static func find(_ path: String) throws(FileError) -> ArchivePlace? {
    guard path.utf8.contains(UInt8(ascii: "!")), FileState(ofFileSystem: path) == nil else { return nil }
    var start = path.startIndex
    while let mark = path[start...].firstIndex(of: "!") {
      start = path.index(after: mark)
      let prefix = String(path[..<mark])
      guard !prefix.isEmpty, let archive = try Archives.archive(at: prefix) else { continue }
      let parts = path[start...].split(separator: "/").filter { $0 != "." }
      return ArchivePlace(archive: archive, name: parts.joined(separator: "/"))
    }
    return nil
  }

  /// The archive of a path that is one, for example `archive.tar.gz`; nil for any other path.
  ///
  /// - Throws: `FileError` if it is an archive that cannot be opened.
  package static func root(_ path: String) throws(FileError) -> Archive? { try Archives.archive(at: path) }

  /// The path of a name in the archive.
  package static func path(of name: String, in archive: Archive) -> String { "\(archive.path)!\(name)" }
}

/// The archives that were opened last, so that opening a member does not unpack the archive again.
private enum Archives {
  private struct Entry {
    let path: String
    let state: FileState
    /// Nil for a file that is not an archive.
    let result: Result<Archive?, FileError>
  }

  /// The one that was used last is the last one.
  private static let entries = Guarded<[Entry]>([])

  /// Each may have an unpacked copy on the disk.
  private static let maximumCount = 4

  /// The archive at a path of the file system; nil if the path is not that of an archive.
  static func archive(at path: String) throws(FileError) -> Archive? {
    guard let state = FileState(ofFileSystem: path), state.isRegular else { return nil }
    let result = entries.withLock { entries in
      if let place = entries.firstIndex(where: { $0.path == path }) {
        let entry = entries.remove(at: place)
        if entry.state.isUnchanged(from: state) {
          entries.append(entry)
          return entry.result
        }
      }
      let result: Result<Archive?, FileError>
      do throws(FileError) { result = .success(try Archive(ofFileSystem: path)) } catch { result = .failure(error) }
      entries.append(Entry(path: path, state: state, result: result))
      if entries.count > maximumCount { entries.removeFirst() }
      return result
    }
    return try result.get()
  }
}
