import Foundation

/// A folder for files that are written many thousand times: in memory, where the system has a place for that.
final class TemporaryFolder {
  let path: String

  init() throws {
    let memory = "/dev/shm"
    let parent = FileManager.default.isWritableFile(atPath: memory) ? memory : NSTemporaryDirectory()
    path = "\(parent)/decant-damage-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file in place.
  func write(_ bytes: [UInt8], to name: String) throws {
    try write(bytes, to: name, O_TRUNC)
  }

  /// Adds a line to a file.
  func append(_ line: String, to name: String) {
    try? write(Array("\(line)\n".utf8), to: name, O_APPEND)
  }

  /// The lines of a file; none where there is no such file.
  func lines(of name: String) -> [String] {
    let text = (try? String(contentsOfFile: "\(path)/\(name)", encoding: .utf8)) ?? ""
    return text.split(separator: "\n").map(String.init)
  }

  private func write(_ bytes: [UInt8], to name: String, _ flag: Int32) throws {
    let descriptor = unsafe open("\(path)/\(name)", O_WRONLY | O_CREAT | flag, 0o600)
    guard descriptor >= 0, unsafe Foundation.write(descriptor, bytes, bytes.count) == bytes.count else {
      throw CocoaError(.fileWriteUnknown)
    }
    close(descriptor)
  }
}
