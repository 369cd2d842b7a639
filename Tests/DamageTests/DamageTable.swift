import Bytes
import Foundation
import Testing

/// What came of every kind of damage to every fixture, printed when the suite ends.
struct DamageTable: SuiteTrait, TestScoping {
  /// What `make damage` asked for: `all`, or a part of fixtures' titles; nil in an ordinary run of the tests.
  private static let wanted = ProcessInfo.processInfo.environment["DECANT_DAMAGE"]

  /// The fixtures that were asked for, by their places in `DamageFixture.all`.
  static let wantedFixtures: [Int] = {
    guard let wanted, wanted != "all" else { return Array(DamageFixture.all.indices) }
    let found = DamageFixture.all.indices.filter { DamageFixture.all[$0].title.contains(wanted) }
    // Words of a precondition are not in a release build.
    guard !found.isEmpty else { fatalError("no fixture has '\(wanted)' in its title; nothing would be tested") }
    return found
  }()

  /// Every how manieth case is tried: on two cores all of them take longer than every other test together.
  static let stride: Int = {
    guard wanted == nil else { return 1 }
    #if DEBUG
      return 1009
    #else
      return 211
    #endif
  }()

  private static let rows = Guarded<[[String]]>([])

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
