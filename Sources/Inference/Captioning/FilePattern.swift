internal import Files
internal import Essentials
internal import Messages

/// A path with wildcards in some of its components.
struct FilePattern {
  /// The directory before the first wildcard, with its slash; empty for the current one.
  private let base: String
  /// The components after the base.
  private let components: [String]

  init(_ pattern: String) {
    let wildcard = pattern.firstIndex { "*?[\\".contains($0) } ?? pattern.endIndex
    let slash = pattern[..<wildcard].lastIndex(of: "/")
    base = slash.map { String(pattern[...$0]) } ?? ""
    let rest = slash.map { pattern[pattern.index(after: $0)...] } ?? pattern[...]
    components = rest.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
  }

  /// The paths that exist and match, sorted by their bytes.
  ///
  /// - Throws: `CaptionDefect.cannotList` if the base is not a directory.
  func matches() throws(CaptionError) -> [String] {
    var paths = [base]
    for (depth, component) in components.enumerated() {
      var longer: [String] = []
      for path in paths {
        let directory = path.isEmpty || path.hasSuffix("/") ? path : path + "/"
        let names: [String]
        do throws(CaptionError) {
          names = try Self.names(in: directory.isEmpty ? "." : directory)
        } catch {
          // Below the base, a match that is not a directory has nothing in it; that is not an error.
          if depth == 0 { throw error }
          continue
        }
        // Flags 0: a leading dot needs no dot in the pattern, as in TensorFlow.
        longer += names.filter { unsafe fnmatch(component, $0, 0) == 0 }.map { directory + $0 }
      }
      paths = longer
    }
    return paths
  }

  /// The names in a directory, sorted by their bytes.
  ///
  /// - Throws: `CaptionDefect.cannotList`.
  static func names(in directory: String) throws(CaptionError) -> [String] {
    guard let handle = unsafe opendir(directory) else {
      throw CaptionError(.cannotList(FileError(.cannotOpen(errno), file: directory)))
    }
    defer { unsafe closedir(handle) }
    var names: [String] = []
    while let entry = unsafe readdir(handle) {
      let name = unsafe String(nameOf: entry)
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}
