import Foundation
import TestSupport

extension TemporaryDirectory {
  /// Adds a line to a file, whole, since several processes may.
  func append(_ line: String, to name: String) {
    let descriptor = unsafe open(file(name), O_WRONLY | O_CREAT | O_APPEND, 0o600)
    guard descriptor >= 0 else { return }
    let bytes = Array("\(line)\n".utf8)
    _ = unsafe Foundation.write(descriptor, bytes, bytes.count)
    close(descriptor)
  }

  /// The lines of a file; none where there is no such file.
  func lines(of name: String) -> [String] {
    let text = (try? String(contentsOfFile: file(name), encoding: .utf8)) ?? ""
    return text.split(separator: "\n").map(String.init)
  }
}
