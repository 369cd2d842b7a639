import Foundation
import TestSupport
import Testing

@Suite("A run that is ended")
struct EndedRunTests {
  /// Counts by what is there afterwards.
  private struct Tally: CustomStringConvertible {
    var states: [String: Int] = [:]
    var stale = 0

    mutating func add(_ state: Workplace.State, stale: Int) {
      states["\(state)", default: 0] += 1
      self.stale += stale
    }

    var description: String {
      "\(states["old", default: 0]) old, \(states["none", default: 0]) none, \(states["new", default: 0]) new; "
        + "\(stale) stale files removed by the next run"
    }
  }

  /// Checks what a killed run left, and that the next one puts everything right.
  private func check(_ workplace: Workplace, old: Bool, forcing: Bool, _ words: Comment, _ tally: inout Tally) throws {
    let state = try workplace.state()
    let aside = try workplace.names().contains { $0.hasSuffix(".old") }
    let stale = try workplace.temporaries().count
    if case .mixed = state { Issue.record(words) }
    if !old { #expect(state != .old, words) }
    // Only where files of a set were moved aside is an old output not in its place.
    if old, state == .none { #expect(aside, words) }
    tally.add(state, stale: stale)
    let outcome = try DecantCommand.run(workplace.arguments(force: forcing))
    let isThere = old || state == .new
    #expect(outcome.status == (forcing || !isThere ? 0 : 73), "\(words): \(outcome.errors)")
    let expected: Workplace.State = forcing || !isThere || state == .new ? .new : .old
    #expect(try workplace.state() == expected, words)
    #expect(try workplace.temporaries() == [], words)
    // A new set whose run was killed before it had removed the old one keeps that.
    if !(aside && state == .new) { #expect(try workplace.isExactly(expected), words) }
  }

  @Test(
    "by SIGKILL at any call leaves the old output, none or the whole new one, and the next run removes the rest",
    .enabled(if: FaultShim.shared != nil), arguments: OutputCase.all, [false, true])
  func killedAtCalls(row: OutputCase, old: Bool) throws {
    let shim = try #require(FaultShim.shared)
    let workplace = try Workplace(row)
    let log = workplace.directory.file("log")
    var tally = Tally()
    for nth in 1... {
      try workplace.reset(old: old)
      try? FileManager.default.removeItem(atPath: log)
      let environment = shim.environment(
        "kill-9", nth: nth, calls: FaultShim.changes + ["unlink"], under: workplace.out, log: log)
      let outcome = try DecantCommand.run(workplace.arguments(force: old), environment: environment)
      guard let call = try? String(contentsOfFile: log, encoding: .utf8) else { break }
      #expect(outcome.status == 137)
      let words = Comment(rawValue: "killed before call \(nth), \(call)")
      try check(workplace, old: old, forcing: nth % 2 == 0, words, &tally)
    }
    print("SIGKILL at each call: \(row.testDescription), \(old ? "replacing" : "new"): \(tally)")
  }

  @Test(
    "by SIGKILL at any moment leaves the old output, none or the whole new one, and the next run removes the rest",
    arguments: OutputCase.all)
  func killed(row: OutputCase) throws {
    let seed = ProcessInfo.processInfo.environment["FAULTS_SEED"].flatMap { UInt64($0) } ?? .random(in: 0 ... .max)
    var random = SeededRandom(seed: seed)
    let workplace = try Workplace(row, large: true)
    let seconds = try duration(workplace)
    var tally = Tally()
    for round in 0..<23 {
      let old = round % 2 == 0
      try workplace.reset(old: old)
      let run = try DecantCommand.start(workplace.arguments(force: old))
      usleep(UInt32(Double.random(in: 0...1.1, using: &random) * seconds * 1e6))
      run.send(SIGKILL)
      _ = try run.wait()
      try check(workplace, old: old, forcing: round % 4 < 2, "seed \(seed), round \(round)", &tally)
    }
    print("SIGKILL at 23 moments, seed \(seed): \(row.testDescription): \(tally)")
  }

  @Test(
    "by SIGKILL while it puts an old set back loses nothing of it", .enabled(if: FaultShim.shared != nil),
    arguments: [OutputCase.v2, .renaming], 1...2)
  func killedAgain(row: OutputCase, firstCall: Int) throws {
    let shim = try #require(FaultShim.shared)
    let workplace = try Workplace(row)
    let log = workplace.directory.file("log")
    var count = 0
    for nth in 1... {
      try workplace.reset(old: true)
      // Ended when the old files are aside and some of the new ones have their names.
      let first = shim.environment("kill-9", nth: firstCall, calls: ["link"], under: workplace.out, log: log)
      #expect(try DecantCommand.run(workplace.arguments(force: true), environment: first).status == 137)
      #expect(try workplace.state() == .none)
      try? FileManager.default.removeItem(atPath: log)
      let second = shim.environment("kill-9", nth: nth, calls: ["rename", "unlink"], under: workplace.out, log: log)
      _ = try DecantCommand.run(workplace.arguments(force: false), environment: second)
      let isEnd = !FileManager.default.fileExists(atPath: log)
      #expect(try DecantCommand.run(workplace.arguments(force: false)).status == 73)
      #expect(try workplace.isExactly(.old), "call \(nth)")
      if isEnd { break }
      count += 1
    }
    #expect(count > 3)
    print("SIGKILL while putting back: \(row.testDescription): whole after \(count) of \(count)")
  }

  /// How long a run takes now.
  private func duration(_ workplace: Workplace) throws -> Double {
    try workplace.reset(old: true)
    let start = ContinuousClock.now
    _ = try DecantCommand.run(workplace.arguments(force: true))
    return (ContinuousClock.now - start) / .seconds(1)
  }

  @Test("by SIGTERM, SIGINT or SIGHUP leaves nothing temporary", arguments: OutputCase.all)
  func told(row: OutputCase) throws {
    let seed = ProcessInfo.processInfo.environment["FAULTS_SEED"].flatMap { UInt64($0) } ?? .random(in: 0 ... .max)
    var random = SeededRandom(seed: seed)
    let workplace = try Workplace(row, large: true)
    let seconds = try duration(workplace)
    var ended = 0
    for round in 0..<12 {
      let old = round % 2 == 0
      try workplace.reset(old: old)
      let signal = [SIGTERM, SIGINT, SIGHUP][round % 3]
      let run = try DecantCommand.start(workplace.arguments(force: old))
      usleep(UInt32(Double.random(in: 0.1...1, using: &random) * seconds * 1e6))
      run.send(signal)
      let status = try run.wait().status
      let words = Comment(rawValue: "seed \(seed), round \(round), status \(status)")
      #expect([0, 128 + signal].contains(status), words)
      let state = try workplace.state()
      #expect(try workplace.isExactly(state), words)
      if status == 0 { #expect(state == .new, words) } else { ended += 1 }
      if old { #expect(state != .none, words) }
    }
    print("Signals at 12 moments, seed \(seed): \(row.testDescription): \(ended) ended, nothing temporary")
  }

  @Test(
    "by SIGTERM at any call leaves nothing temporary, and a set whole", .enabled(if: FaultShim.shared != nil),
    arguments: OutputCase.all)
  func toldAtCalls(row: OutputCase) throws {
    let shim = try #require(FaultShim.shared)
    let workplace = try Workplace(row)
    let log = workplace.directory.file("log")
    for nth in 1... {
      try workplace.reset(old: true)
      try? FileManager.default.removeItem(atPath: log)
      let environment = shim.environment(
        "kill-15", nth: nth, calls: FaultShim.changes, under: workplace.out, log: log)
      let outcome = try DecantCommand.run(workplace.arguments(force: true), environment: environment)
      guard let call = try? String(contentsOfFile: log, encoding: .utf8) else { break }
      #expect([0, 143].contains(outcome.status))
      let state = try workplace.state()
      #expect(state == .old || state == .new, "call \(nth), \(call)")
      #expect(try workplace.isExactly(state), "call \(nth), \(call)")
    }
  }

  @Test("goes on under nohup", .enabled(if: FaultShim.shared != nil))
  func ignored() throws {
    let shim = try #require(FaultShim.shared)
    let workplace = try Workplace(.safetensors)
    let log = workplace.directory.file("log")
    let environment = shim.environment("kill-1", nth: 1, calls: ["creat"], under: workplace.out, log: log)
    let run = try DecantCommand.start(
      workplace.arguments(force: false), environment: environment, script: "trap '' HUP")
    #expect(try run.wait().status == 0)
    #expect(FileManager.default.fileExists(atPath: log))
    #expect(try workplace.isExactly(.new))
  }
}
