internal import Foundation

/// The directories above an output, made for it where they are missing.
package enum OutputDirectories {
  /// Makes what is missing above `path`, as `mkdir -p` does, and runs `write`.
  ///
  /// Of the directories that were made, those that are empty afterwards are removed, so a run that fails or writes nothing leaves none;
  /// nor does a run that a signal ends.
  /// - Parameters:
  ///   - path: the output; what lies above its last slash is made.
  ///   - write: writes the output.
  /// - Returns: what `write` returns.
  /// - Throws: `FileError.Reason.cannotCreate` with the directory that cannot be made, or an output that is an address; what `write` throws.
  package static func making<Value>(above path: String, _ write: () throws -> Value) throws -> Value {
    try RemoteAddress.refuse(output: path)
    var made: [String] = []
    defer { made.reversed().forEach(TemporaryFiles.removeDirectory) }
    for directory in missing(above: path) where try TemporaryFiles.createDirectory(directory) {
      made.append(directory)
    }
    return try write()
  }

  /// From the top down.
  private static func missing(above path: String) -> [String] {
    var missing: [String] = []
    var directory = path.directoryPart
    var status = stat()
    while !directory.isEmpty, unsafe stat(directory, &status) != 0, errno == ENOENT {
      missing.append(directory)
      let upper = directory.directoryPart
      guard upper != directory else { break }
      directory = upper
    }
    return missing.reversed()
  }
}
