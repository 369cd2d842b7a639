internal import Essentials

extension String {
  /// The path up to the last slash; `.` if there is none. What is at the top of an archive is in `archive.tar!`.
  package var directoryPart: String {
    if let parts = partsInArchive { return parts.archive }
    guard let slash = lastIndex(of: "/") else { return "." }
    return slash == startIndex ? "/" : String(self[..<slash])
  }

  /// What follows the last slash, or the mark after an archive's name.
  package var lastPart: String {
    if let parts = partsInArchive { return parts.name }
    return lastIndex(of: "/").map { String(self[index(after: $0)...]) } ?? self
  }

  /// The two parts of a path to something at the top of an archive, `archive.tar!name`; nil for other paths.
  private var partsInArchive: (archive: String, name: String)? {
    // Nearly no path has the mark, and those that have it are worth a look.
    guard let mark = utf8.lastIndex(of: UInt8(ascii: "!")), case let name = self[index(after: mark)...], !name.isEmpty,
      !name.contains("/"), let place = ArchivePlace(self), place.name == name
    else { return nil }
    return (String(self[...mark]), String(name))
  }

  /// A name in the directory of this path.
  package func joined(_ name: String) -> String {
    // `archive.tar!` is a directory too.
    if hasSuffix("!"), ArchivePlace(self)?.name.isEmpty == true { return self + name }
    return self == "." || isEmpty ? name : hasSuffix("/") ? self + name : self + "/" + name
  }

  /// Whether a directory has this path, or a link to one, or a directory in an archive.
  package var isDirectory: Bool {
    FileStatus(path: self)?.isDirectory == true
  }

  /// The directory for files that nobody keeps: `TMPDIR`, or the system's own.
  package static var temporaryDirectory: String { FileManager.default.temporaryDirectory.path(percentEncoded: false) }
}
