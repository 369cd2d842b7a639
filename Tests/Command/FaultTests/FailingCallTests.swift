import Foundation
import TestSupport
import Testing

@Suite("A system call that fails", .enabled(if: FaultShim.shared != nil))
struct FailingCallTests {
  /// EIO and ENOSPC, as the shim takes them.
  private static let codes = ["5", "28"]

  @Test(
    "leaves the old output or none, nothing temporary, and a message with the file's name, whichever call it is",
    arguments: OutputCase.all, [false, true])
  func fails(row: OutputCase, old: Bool) throws {
    let shim = try #require(FaultShim.shared)
    let workplace = try Workplace(row)
    let log = workplace.directory.file("log")
    var failures = 0
    var hints: [String: Int] = [:]
    // To a recovery, a source that cannot be read is what it is for.
    let watched = row.command[0] == "recover" ? workplace.out : workplace.directory.path
    for nth in 1... {
      try workplace.reset(old: old)
      try? FileManager.default.removeItem(atPath: log)
      let environment = shim.environment(
        Self.codes[nth % 2], nth: nth, calls: FaultShim.reads + FaultShim.changes + ["open"],
        under: watched, log: log)
      let outcome = try DecantCommand.run(workplace.arguments(force: old), environment: environment)
      guard let call = try? String(contentsOfFile: log, encoding: .utf8) else {
        #expect(outcome.status == 0)
        break
      }
      let words = Comment(rawValue: "call \(nth), \(call)\(outcome.status): \(outcome.errors)")
      #expect(try workplace.temporaries() == [], words)
      if outcome.status == 0 {
        // The call was a hint, such as taking room or making a directory durable.
        #expect(try workplace.isExactly(.new), words)
        hints[String(call.prefix { $0 != " " }), default: 0] += 1
      } else {
        #expect([65, 73, 74].contains(outcome.status), words)
        #expect(try workplace.isExactly(old ? .old : .none), words)
        #expect(outcome.errors.contains(workplace.directory.path + "/"), words)
        failures += 1
      }
    }
    #expect(failures > 5)
    let passed = hints.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
    print(
      "Faults: \(row.testDescription), \(old ? "replacing" : "new"): \(failures) failed calls ended the run, "
        + "without harm: \(passed)")
  }

  @Test("that moves fewer bytes than asked for, or is interrupted, changes nothing", arguments: OutputCase.all)
  func short(row: OutputCase) throws {
    let shim = try #require(FaultShim.shared)
    let workplace = try Workplace(row, large: true)
    let environment = shim.environment(
      "short", nth: 0, calls: FaultShim.reads + FaultShim.writes, under: workplace.directory.path, log: "")
    let outcome = try DecantCommand.run(workplace.arguments(force: false), environment: environment)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try workplace.isExactly(.new))
  }
}
