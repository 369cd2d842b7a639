internal import Files

/// The files that an ONNX writer writes: the model, and, if its elements are kept beside it, a file of those.
final class ONNXOutput {
  /// The files, the model last.
  let files: [SinkFilePaths]
  private var file: OutputFile?
  private let set: OutputFileSet?

  /// The final and the temporary path of a file.
  typealias SinkFilePaths = (path: String, temporaryPath: String)

  /// Creates the temporary files.
  ///
  /// - Parameters:
  ///   - path: the model's path.
  ///   - externalSuffix: what follows the path in that of the file beside it; nil if there is none.
  ///   - replacesExisting: whether existing files may be replaced.
  ///   - permissions: who may do what with them.
  /// - Throws: `FileError` if a file exists and is not to be replaced, or cannot be created.
  init(
    path: String, externalSuffix: String?, replacesExisting: Bool, permissions: OutputPermissions
  ) throws(FileError) {
    guard let externalSuffix else {
      let file = try OutputFile(path: path, replacesExisting: replacesExisting, permissions: permissions)
      files = [(path, file.temporaryPath)]
      self.file = consume file
      set = nil
      return
    }
    let set = try OutputFileSet(
      prefix: path, suffixes: [externalSuffix, ""], replacesExisting: replacesExisting, permissions: permissions)
    files = Array(zip(set.paths, set.temporaryPaths)).map { (path: $0, temporaryPath: $1) }
    self.set = set
  }

  /// Reserves disk space for the model, if it is the only file.
  func reserve(byteCount: Int) throws(FileError) { try file?.reserve(byteCount: byteCount) }

  /// Writes bytes into the model, or into the file beside it.
  func write(_ bytes: RawSpan, at place: ONNXLayout.Place) throws(FileError) {
    try file?.write(bytes, at: place.offset)
    try set?.write(bytes, at: place.offset, of: place.isExternal ? 0 : 1)
  }

  /// Makes the files durable and gives them their names, the model's last.
  func commit() throws(FileError) {
    if let file = file.take() { try file.commit() }
    try set?.commit()
  }
}
