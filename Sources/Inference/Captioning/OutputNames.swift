internal import Files
internal import Foundation

/// The names of outputs that go where inputs are: none may be an input's, and no two the same.
///
/// Names are compared in their directories as the file system resolves those, so that `a/../a/x.txt` is `a/x.txt`. The last part is
/// compared as it is: an output takes the place of a symbolic link, not of what the link leads to.
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

  /// The directory without links; as it is if there is none.
  private static func resolve(_ directory: String) -> String {
    guard let path = unsafe realpath(directory, nil) else { return directory }
    defer { unsafe free(path) }
    return unsafe String(cString: path)
  }
}
