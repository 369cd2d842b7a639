import Foundation
import TestSupport
import Testing

@Suite("Runs of one output at once")
struct ConcurrentRunTests {
  private static let roundCount = 20

  @Test("end whole: one wins with --force, one is first without", arguments: OutputCase.all, [false, true])
  func together(row: OutputCase, force: Bool) throws {
    let workplace = try Workplace(row)
    // What each run would make alone.
    let alone = try row.variants.map { variant in
      try workplace.reset(old: false)
      let outcome = try DecantCommand.run(workplace.arguments(force: false, variant: variant))
      try #require(outcome.status == 0, "\(outcome.errors)")
      return try workplace.content()
    }
    var wins = [Int](repeating: 0, count: alone.count)
    for round in 0..<Self.roundCount {
      try workplace.reset(old: force && round % 2 == 0)
      let runs = try (0..<2 + round % 2).map { number in
        let variant = row.variants[number % row.variants.count]
        return try DecantCommand.start(workplace.arguments(force: force, variant: variant))
      }
      let outcomes = try runs.map { try $0.wait() }
      let words = Comment(rawValue: "round \(round): \(outcomes.map(\.status)) \(outcomes.map(\.errors))")
      if force {
        #expect(outcomes.allSatisfy { $0.status == 0 }, words)
      } else {
        #expect(outcomes.filter { $0.status == 0 }.count == 1, words)
        #expect(outcomes.allSatisfy { $0.status == 0 || ($0.status == 73 && $0.errors.contains("exists")) }, words)
      }
      let content = try workplace.content()
      #expect(try workplace.names() == content.keys.sorted(), words)
      let winner = alone.firstIndex(of: content)
      #expect(winner != nil, "\(words), \(content.mapValues(\.count))")
      if let winner { wins[winner] += 1 }
    }
    print(
      "Two or three at once, \(force ? "with" : "without") --force: \(row.testDescription): "
        + "\(wins) wins of \(Self.roundCount)")
  }
}
