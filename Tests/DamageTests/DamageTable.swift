import Foundation
import Synchronization
import Testing

/// What came of every kind of damage to every fixture, printed when the suite ends.
struct DamageTable: SuiteTrait, TestScoping {
  /// Whether `make damage` asked: on two cores all of it takes longer than every other test together.
  static var isWanted: Bool { ProcessInfo.processInfo.environment["DECANT_DAMAGE"] != nil }

  private static let rows = Mutex<[[String]]>([])

  private static let titles = [
    "file", "damage", "cases", "right", "typed error", "other", "untyped", "crash", "hang", "MiB", "s",
  ]

  static func add(_ row: [String]) { rows.withLock { $0.append(row) } }

  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    defer { print(Self.text) }
    try await function()
  }

  private static var text: String {
    let rows = [titles] + rows.withLock { $0 }
    let widths = titles.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      zip(row, widths).enumerated().map { column, cell in
        let space = String(repeating: " ", count: cell.1 - cell.0.count)
        return column < 2 ? cell.0 + space : space + cell.0
      }.joined(separator: "  ")
    }.joined(separator: "\n")
  }
}
