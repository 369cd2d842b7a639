internal import Essentials

extension String {
  /// The path up to the last slash; `.` if there is none.
  package var directoryPart: String {
    guard let slash = lastIndex(of: "/") else { return "." }
    return slash == startIndex ? "/" : String(self[..<slash])
  }

  /// What follows the last slash.
  package var lastPart: String { lastIndex(of: "/").map { String(self[index(after: $0)...]) } ?? self }

  /// A name in the directory of this path.
  package func joined(_ name: String) -> String {
    self == "." || isEmpty ? name : hasSuffix("/") ? self + name : self + "/" + name
  }

  /// Whether a directory has this path, or a link to one.
  package var isDirectory: Bool {
    var status = stat()
    return unsafe stat(self, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// The directory for files that nobody keeps: `TMPDIR`, or the system's own.
  package static var temporaryDirectory: String { FileManager.default.temporaryDirectory.path(percentEncoded: false) }
}
