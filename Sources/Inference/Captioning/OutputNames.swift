internal import Files
internal import Essentials

/// The names of outputs written beside inputs: none may be an input's, and no two may be the same.
///
/// Names are compared after the file system has resolved their directories, so that `a/../a/x.txt` is `a/x.txt`. The
/// last component is compared as it is: an output replaces a symbolic link, not what the link leads to.
struct OutputNames {
  private var directories: [String: String] = [:]

  /// A path that is the same for all paths to one name.
  mutating func canonical(_ path: String) -> String {
    let directory = path.directoryPart
    let resolved: String
    if let known = directories[directory] {
      resolved = known
    } else {
      resolved = Self.resolve(directory)
      directories[directory] = resolved
    }
    return resolved.joined(path.lastPart)
  }

  /// The directory with links resolved; unchanged if it does not exist.
  private static func resolve(_ directory: String) -> String {
    guard let path = unsafe realpath(directory, nil) else { return directory }
    defer { unsafe free(path) }
    return unsafe String(cString: path)
  }
}
