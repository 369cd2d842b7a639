internal import Essentials
internal import Threads

/// A file for child processes to read: it has a name while the value exists or until that is removed, and its bytes are then freed.
///
/// A confined child may not open the files of its parent through `/proc`, so the file must have a name. The next run that makes such a
/// file removes the name if this process is killed.
package final class UnpackedFile: Sendable {
  /// The path that opens it while it has a name.
  package let path: String
  private let content: UnnamedFile
  private let hasName = Guarded(true)

  /// Makes an empty file that only its owner may read.
  ///
  /// - Parameter directory: where its bytes are stored.
  /// - Throws: `FileError` if nothing can be made there.
  package init(in directory: String) throws(FileError) {
    let place = directory.joined("unpacked")
    StaleFiles(beside: place).remove(of: place)
    let (name, descriptor) = try TemporaryFiles.createLocked(for: place, permissions: .ofOwnerOnly)
    content = UnnamedFile(descriptor, in: directory)
    path = name.name
  }

  deinit { removeName() }

  /// Removes the name, when nobody will open the path any more. The bytes stay.
  package func removeName() {
    hasName.withLock { hasName in
      if hasName { TemporaryFiles.remove(path) }
      hasName = false
    }
  }

  /// Appends bytes.
  ///
  /// Only one thread at a time may append.
  package func append(_ bytes: [UInt8]) throws(FileError) { try content.append(bytes) }

  /// The file when it is complete, open under a path that errors show.
  ///
  /// - Throws: `FileError` if the process has too many files open.
  package func opened(shownAs path: String) throws(FileError) -> InputFile { try InputFile(content, shownAs: path) }
}
