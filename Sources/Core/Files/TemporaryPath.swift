internal import Bytes
internal import CDecantBytes
internal import Essentials

/// A file under a temporary name that lasts as long as the value, for a library that opens files by their paths.
///
/// libhdf5 opens no file without a name: it asks for the real path of what `/proc` shows. The next value removes what a killed process left.
package final class TemporaryPath: Sendable {
  /// The name.
  package let path: String
  private let descriptor: Int32

  /// Gives a file without a name one; nil if the file system cannot do that.
  init?(naming unnamed: UnnamedFile) {
    let descriptor = unnamed.duplicate()
    guard descriptor >= 0 else { return nil }
    _ = decant_lock(descriptor, 1)
    let name = TemporaryName(for: Self.base).name
    guard TemporaryFiles.link("/proc/self/fd/\(descriptor)", as: name) else {
      close(descriptor)
      return nil
    }
    path = name
    self.descriptor = descriptor
  }

  /// Copies a file.
  init(copying file: InputFile) throws(FileError) {
    StaleFiles(beside: Self.base).remove(of: Self.base)
    let (name, descriptor) = try TemporaryFiles.createLocked(for: Self.base, permissions: .ofOwnerOnly)
    path = name.name
    self.descriptor = descriptor
    var done = 0
    while done < file.byteCount {
      let piece = try file.read(at: done, count: min(Self.pieceByteCount, file.byteCount - done))
      try OutputFile.write(piece.rawSpan, at: done, of: descriptor, path: path)
      done += piece.count
    }
  }

  deinit {
    TemporaryFiles.remove(path)
    close(descriptor)
  }

  private static var base: String { String.temporaryDirectory.joined("unpacked") }
  private static let pieceByteCount = 1 << 20
}
