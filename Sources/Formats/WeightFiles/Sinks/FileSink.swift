internal import Files
package import Tensors

/// What writers of one file have in common: the file appears under its name when it is committed, complete.
package class FileSink: FinishedTensors {
  /// The one file.
  package let files: [SinkFile]
  let path: String
  let output: SingleOutput

  /// Creates the temporary file beside `path`.
  ///
  /// - Throws: `FileError` if `path` exists and is not to be replaced, or its directory cannot be written.
  init(path: String, replacesExisting: Bool, permissions: OutputPermissions) throws {
    self.path = path
    let file = try OutputFile(path: path, replacesExisting: replacesExisting, permissions: permissions)
    files = [SinkFile(path: path, temporaryPath: file.temporaryPath)]
    output = SingleOutput(file)
  }

  /// Where the file is until it is committed.
  package var temporaryPath: String { files[0].temporaryPath }

  /// Makes the file durable and gives it its name.
  package func commit() throws {
    // Only a second commit comes here, which no conversion makes; what a file says cannot lead to it.
    guard let file = output.file.take() else { preconditionFailure("the file is committed already") }
    try file.commit()
  }
}

/// A file that is not a part of a set.
final class SingleOutput: SafetensorsOutput {
  /// Nil after it was committed.
  fileprivate var file: OutputFile?

  fileprivate init(_ file: consuming OutputFile) { self.file = consume file }

  /// Reserves disk space.
  func reserve(byteCount: Int) throws(FileError) { try file?.reserve(byteCount: byteCount) }

  /// Writes bytes at an offset.
  func write(_ bytes: RawSpan, at offset: Int) throws(FileError) { try file?.write(bytes, at: offset) }

  /// Lets the disk work on a range while the rest is still being read.
  func startWriting(_ range: Range<Int>) { file?.startWriting(range) }
}
