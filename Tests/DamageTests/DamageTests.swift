import Foundation
import TestSupport
import Testing

/// Every bit and every length of small files of every format: nothing traps, hangs or takes memory that a length asked for, and
/// where checksums or digests are, no value is wrong in silence. `make damage` tries all of it, an ordinary run a part.
@Suite(
  "Damage at every place", .serialized, DamageTable())
struct DamageTests {
  /// A chunk of HDF5 that a damaged file declares may be this large.
  private static let memoryByteCount = 1 << 30

  @Test("is an error of ours, or changes nothing", arguments: DamageTable.wantedFixtures)
  func everyPlace(index: Int) async throws {
    let fixture = DamageFixture.all[index]
    let scratch = try TemporaryDirectory()
    let start = ContinuousClock.now
    await withTaskGroup { group in
      for share in 0..<DamageRun.shareCount {
        group.addTask { await Self.run(index, share, scratch.file("\(share).json")) }
      }
    }
    let outcomes = try (0..<DamageRun.shareCount).map { share in
      try JSONDecoder().decode(
        DamageRun.Outcome.self, from: Data(contentsOf: URL(filePath: scratch.file("\(share).json"))))
    }
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let crashes = outcomes.flatMap(\.crashes)
    let rows = outcomes[0].groups.enumerated().map { number, group in
      let counts = Verdict.allCases.map { verdict in outcomes.reduce(0) { $0 + $1.counts[number][verdict.rawValue] } }
      let ended = crashes.filter { $0.group == number }
      let hangs = ended.count { $0.signal == SIGALRM }
      let isFirst = number == 0
      return [
        isFirst ? fixture.title : "", group.kind.rawValue + (group.isRepaired ? ", repaired" : ""),
        "\(counts.reduce(ended.count, +))",
      ] + counts.map(String.init) + [
        "\(ended.count - hangs)", "\(hangs)",
        isFirst ? "\((outcomes.map(\.peakByteCount).max() ?? 0) >> 20)" : "",
        isFirst ? String(format: "%.1f", seconds) : "",
      ]
    }
    DamageTable.add(rows)
    let findings = outcomes.flatMap(\.findings)
    #expect(findings.isEmpty, "\(fixture.title): \(findings.joined(separator: "\n"))")
    let ends = crashes.map { "signal \($0.signal): \($0.damage)" }
    #expect(crashes.isEmpty, "\(fixture.title): \(ends.joined(separator: "\n"))")
    #expect(outcomes.allSatisfy { $0.peakByteCount <= Self.memoryByteCount }, "\(fixture.title)")
  }

  private static func run(_ index: Int, _ share: Int, _ path: String) async {
    await #expect(processExitsWith: .success) { [index, share, path] in
      try DamageRun.write(index: index, share: share, to: path)
    }
  }

  @Test(
    "repairing what is sound changes nothing",
    arguments: DamageFixture.all.indices.filter { DamageFixture.all[$0].repair != nil })
  func repairOfSoundFiles(index: Int) throws {
    let fixture = DamageFixture.all[index]
    let sound = try fixture.files()
    var files = sound
    fixture.repair?(&files)
    #expect(files == sound, "\(fixture.title)")
  }
}
