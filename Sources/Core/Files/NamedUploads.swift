internal import Essentials

/// A directory that gives unnamed files names, for readers that recognize files by their names.
///
/// The names are links to files that disappear when this process ends. The directory and its links are removed with the
/// value, or when a signal ends the process.
package final class NamedUploads {
  /// The directory.
  package let path: String
  private var files: [String: UnnamedFile] = [:]

  /// Makes an empty directory that only its owner can look into.
  ///
  /// - Parameter parent: where it is made.
  /// - Throws: `FileError` if nothing can be made there.
  package init(in parent: String) throws(FileError) {
    while true {
      let candidate = parent.joined("decant-upload-\(UInt64.random(in: .min ... .max))")
      guard try TemporaryFiles.createDirectory(candidate, mode: 0o700) else { continue }
      path = candidate
      return
    }
  }

  deinit {
    for name in files.keys { TemporaryFiles.remove(path.joined(name)) }
    TemporaryFiles.removeDirectory(path)
  }

  /// Gives a file a name.
  ///
  /// - Parameters:
  ///   - file: kept as long as this value exists.
  ///   - name: what the sender calls it; only its last part counts, and a name that a file cannot have is not used.
  /// - Returns: whether the file has the name now; false if the name is impossible or taken.
  /// - Throws: `FileError` if the system refuses.
  package func add(_ file: UnnamedFile, name: String) throws(FileError) -> Bool {
    guard let name = Self.fileName(of: name), files[name] == nil else { return false }
    try TemporaryFiles.createLink(path.joined(name), to: file.path)
    files[name] = file
    return true
  }

  /// The name that a file may have here, without directories separated by `/` or `\`; nil if nothing is left, or if the
  /// system would refuse it.
  package static func fileName(of name: String) -> String? {
    guard let last = name.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last.map(String.init),
      last != ".", last != "..", 1...255 ~= last.utf8.count,
      !last.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7f })
    else { return nil }
    return last
  }
}
