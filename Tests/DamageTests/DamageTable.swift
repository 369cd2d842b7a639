import Foundation
import Testing
import Threads

/// What came of every kind of damage to every fixture: printed when the suite ends, and by `make damage`, which takes long, as it comes.
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
  private static let widths =
    [DamageFixture.all.map(\.title.count).max() ?? 0, "flips, repaired".count]
    + titles.dropFirst(2).map { max(7, $0.count) }

  /// Adds the rows of one fixture.
  static func add(_ new: [[String]]) {
    rows.withLock { $0 += new }
    if wanted != nil { write(new) }
  }

  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    defer { Self.write([Self.titles] + Self.rows.withLock { $0 }) }
    try await function()
  }

  private static func write(_ rows: [[String]]) {
    let lines = rows.map { row in
      zip(row, widths).enumerated().map { column, cell in
        let space = String(repeating: " ", count: max(0, cell.1 - cell.0.count))
        return column < 2 ? cell.0 + space : space + cell.0
      }.joined(separator: "  ") + "\n"
    }
    try? FileHandle.standardOutput.write(contentsOf: Data(lines.joined().utf8))
  }
}
