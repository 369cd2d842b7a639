import Foundation
import Synchronization
import Testing

/// What came of every kind of damage to every fixture, printed when the suite ends.
struct DamageTable: SuiteTrait, TestScoping {
  /// What `make damage` asked for: `all`, or a part of fixtures' titles. On two cores all of it takes longer than every other test
  /// together.
  private static let wanted = ProcessInfo.processInfo.environment["DECANT_DAMAGE"]
  static var isWanted: Bool { wanted != nil }

  /// The fixtures that were asked for, by their places in `DamageFixture.all`.
  static var wantedFixtures: [Int] {
    DamageFixture.all.indices.filter { wanted == "all" || DamageFixture.all[$0].title.contains(wanted ?? "") }
  }

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
