import Foundation
import TestSupport
import Testing

/// A page in the package that the tests make from the code, so that a change of the one is seen in the other.
enum GeneratedPage {
  /// Compares a page with what the code says now, or writes it for `make pages`.
  static func expect(_ path: String, toBe text: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let file = Fixture.packageRoot.appending(path: path)
    guard ProcessInfo.processInfo.environment["DECANT_WRITE_PAGES"] == nil else {
      return try text.write(to: file, atomically: true, encoding: .utf8)
    }
    let lines = ((try? String(contentsOf: file, encoding: .utf8)) ?? "").components(separatedBy: "\n")
    let difference = text.components(separatedBy: "\n").difference(from: lines)
    let changes = difference.prefix(10).map { change in
      switch change {
      case .insert(_, let line, _): "+ \(line)"
      case .remove(_, let line, _): "- \(line)"
      }
    }
    #expect(
      difference.isEmpty,
      "\(path) is out of date; if the change is meant, run 'make pages':\n\(changes.joined(separator: "\n"))",
      sourceLocation: sourceLocation)
  }
}
