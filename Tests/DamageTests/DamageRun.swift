import Foundation
import Messages
import TestSupport

/// Tries every damage of one fixture, or every n-th, in processes that may crash.
///
/// It belongs in a process of its own, from which it forks: a worker goes from case to case and says in shared memory where it is.
/// Where it dies, the case is noted and another one goes on behind it.
struct DamageRun {
  /// Damages of one kind, with checksums as they are or repaired.
  struct Group: Codable, Hashable {
    let kind: DamageKind
    let isRepaired: Bool
    let caseCount: Int
  }

  /// A case that ended its process.
  struct Crash: Codable {
    let group: Int
    let damage: String
    let signal: Int32
  }

  /// What came of it.
  struct Outcome: Codable {
    var groups: [Group]
    /// For each group, how often each verdict came.
    var counts: [[Int]]
    var crashes: [Crash] = []
    /// Cases that should not have come out as they did.
    var findings: [String] = []
    /// The most memory that a worker had beyond what it started with.
    var peakByteCount = 0
  }

  /// Processes among which the cases are divided.
  static let shareCount = 2

  /// Runs one share of a fixture's cases, and writes the outcome to a file: the whole life of a process.
  static func write(index: Int, share: Int, to path: String) throws {
    let outcome = try DamageRun(DamageFixture.all[index], share: share).run()
    try JSONEncoder().encode(outcome).write(to: URL(filePath: path))
  }

  let fixture: DamageFixture
  private let share: Int
  private let step: Int
  private let sound: DamageFixture.Files
  private let groups: [Group]
  private let directory: TemporaryDirectory

  private static let secondsPerCase: UInt32 = 5
  /// More would say nothing new.
  private static let findingCount = 20
  /// What a worker may take beyond what it has; a length that a file declares must not ask for more.
  private static let memoryByteCount = 2 << 30

  /// One of `shareCount` equal parts of the cases that are tried.
  init(_ fixture: DamageFixture, share: Int) throws {
    self.fixture = fixture
    self.share = share
    step = Self.shareCount * DamageTable.stride
    sound = try fixture.files()
    directory = try TemporaryDirectory(inMemory: true)
    let byteCount = sound[fixture.damaged]?.count ?? 0
    groups = fixture.kinds.flatMap { kind in
      [false, true].filter { !$0 || fixture.repair != nil }.map {
        Group(kind: kind, isRepaired: $0, caseCount: kind.count(byteCount: byteCount))
      }
    }
  }

  /// Runs all cases.
  func run() throws -> Outcome {
    for (name, bytes) in sound { try directory.write(bytes, to: name) }
    let expected = try fixture.read(directory.path)
    guard expected.errors.isEmpty else { throw Said(message: "the sound file is not read: \(expected.errors)") }
    let total = groups.reduce(0) { $0 + $1.caseCount }
    let shared = SharedNumbers(count: 1 + groups.count * Verdict.allCases.count)
    var outcome = Outcome(groups: groups, counts: [])
    var next = share * DamageTable.stride
    while next < total {
      shared[0] = next
      let end = Worker.run(memoryByteCount: Self.memoryByteCount) {
        work(from: next, to: total, expected.parts, shared)
      }
      outcome.peakByteCount = max(outcome.peakByteCount, end.peakByteCount)
      next = shared[0]
      if end.signal != 0 {
        let (group, _, damage) = place(of: next)
        outcome.crashes.append(Crash(group: group, damage: "\(damage)", signal: end.signal))
        next += step
      }
      // Files may have been left damaged, or half written.
      for (name, bytes) in sound { try directory.write(bytes, to: name) }
    }
    outcome.counts = groups.indices.map { group in Verdict.allCases.map { shared[Self.place(of: $0, in: group)] } }
    outcome.findings = directory.lines(of: "findings")
    return outcome
  }

  /// Where the count of a verdict stands, behind the number of the case that is being tried.
  private static func place(of verdict: Verdict, in group: Int) -> Int {
    1 + Verdict.allCases.count * group + verdict.rawValue
  }

  /// The group of a case and its damage.
  private func place(of index: Int) -> (group: Int, isRepaired: Bool, damage: Damage) {
    var rest = index
    for (number, group) in groups.enumerated() {
      if rest < group.caseCount {
        let damage = group.kind.damage(rest, byteCount: sound[fixture.damaged]?.count ?? 0)
        return (number, group.isRepaired, damage)
      }
      rest -= group.caseCount
    }
    preconditionFailure("a case lies in a group")
  }

  /// In a worker: goes through the cases until the last.
  private func work(from start: Int, to total: Int, _ expected: [String: [UInt8]], _ shared: SharedNumbers) {
    var onDisk = sound
    var index = start
    while index < total {
      shared[0] = index
      alarm(Self.secondsPerCase)
      let (group, isRepaired, damage) = place(of: index)
      var files = sound
      var bytes = files.removeValue(forKey: fixture.damaged) ?? []
      damage.apply(to: &bytes)
      files[fixture.damaged] = bytes
      if isRepaired { fixture.repair?(&files) }
      for (name, bytes) in files where onDisk[name] != bytes { _ = try? directory.write(bytes, to: name) }
      onDisk = files
      let found: Observation
      do { found = try fixture.read(directory.path) } catch { found = Observation(errors: [error]) }
      let verdict = Verdict(found, sound: expected)
      shared[Self.place(of: verdict, in: group)] += 1
      let isProved = isRepaired ? fixture.isProvedWhenRepaired : fixture.isProved
      if verdict == .untyped || (verdict == .other && isProved),
        shared[Self.place(of: verdict, in: group)] <= Self.findingCount
      {
        let names = found.parts.keys.filter { found.parts[$0] != expected[$0] }.sorted()
        let missing = expected.keys.filter { found.parts[$0] == nil }.sorted()
        directory.append(
          "\(damage)\(isRepaired ? ", repaired" : ""): \(verdict) \(names) missing \(missing) \(found.errors)",
          to: "findings")
      }
      index += step
    }
    shared[0] = index
  }
}
