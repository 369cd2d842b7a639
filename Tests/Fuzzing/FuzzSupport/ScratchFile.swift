internal import Foundation

/// A file in memory that parsers open by its path, written anew for every input.
public final class ScratchFile: Sendable {
  /// Where it is.
  public let path: String
  private let descriptor: Int32

  /// Creates the file in a folder of this process; every fuzzer has one folder.
  public init(_ name: String) {
    let shared = "/dev/shm"
    let base = FileManager.default.fileExists(atPath: shared) ? shared : NSTemporaryDirectory()
    let folder = "\(base)/decant-fuzz-\(getpid())"
    unsafe mkdir(folder, 0o700)
    path = "\(folder)/\(name)"
    descriptor = unsafe open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { fatalError("cannot create \(path)") }
  }

  /// Replaces the content.
  public func write(_ bytes: ArraySlice<UInt8>) {
    let written = unsafe bytes.withUnsafeBytes { unsafe pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    guard written == bytes.count, ftruncate(descriptor, off_t(bytes.count)) == 0 else {
      fatalError("cannot write \(path)")
    }
  }
}
