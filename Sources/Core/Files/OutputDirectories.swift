internal import Essentials

/// Makes the missing directories above an output.
package enum OutputDirectories {
  /// Makes what is missing above `path`, as `mkdir -p` does, and runs `write`.
  ///
  /// Directories that it made and that are empty afterward are removed, so a run that fails, writes nothing or is ended
  /// by a signal leaves none.
  /// - Parameters:
  ///   - path: the output; the directories before its last slash are made.
  ///   - write: writes the output.
  /// - Returns: what `write` returns.
  /// - Throws: `FileError.Reason.cannotCreate` with the directory that cannot be made, or with an output that is an
  ///   address; or what `write` throws.
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
