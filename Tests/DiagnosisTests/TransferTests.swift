import Diagnosis
import Foundation
import TestSupport
import Testing

/// What programs do to files that they take for text.
enum Mangling: String, CaseIterable, Sendable {
  case returnsAdded, latin1, mark, latin1ThenReturns, returnsRemoved, lineFeedsToReturns, returnsToLineFeeds, replaced

  /// Whether the original follows from what comes of it.
  var isExact: Bool { Self.exact.contains(self) }
  static let exact: [Mangling] = [.returnsAdded, .latin1, .mark, .latin1ThenReturns]

  func callAsFunction(_ bytes: [UInt8]) -> [UInt8] {
    switch self {
    case .returnsAdded: bytes.flatMap { $0 == 0x0a ? [0x0d, 0x0a] : [$0] }
    case .latin1: Array(String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) })).utf8)
    case .mark: [0xef, 0xbb, 0xbf] + bytes
    case .latin1ThenReturns: Mangling.returnsAdded(Mangling.latin1(bytes))
    case .returnsRemoved:
      bytes.indices.compactMap { $0 + 1 < bytes.count && bytes[$0] == 0x0d && bytes[$0 + 1] == 0x0a ? nil : bytes[$0] }
    case .lineFeedsToReturns: bytes.map { $0 == 0x0a ? 0x0d : $0 }
    case .returnsToLineFeeds: Mangling.returnsRemoved(bytes).map { $0 == 0x0d ? 0x0a : $0 }
    case .replaced: Array(String(decoding: bytes, as: UTF8.self).utf8)
    }
  }
}

@Suite("Files that a program took for text")
struct TransferTests {
  /// Files that one program changes together, by the path of the directory.
  static let sets: [(folder: String, names: [String])] = [
    ("checkpoints/v1-small", ["model.ckpt"]),
    ("checkpoints/v2-small", ["model.ckpt.index", "model.ckpt.data-00000-of-00001"]),
    (
      "checkpoints/v2-shards",
      (try? FileManager.default.contentsOfDirectory(atPath: Fixture.path("checkpoints/v2-shards")))?.filter {
        $0.hasPrefix("model")
      }.sorted() ?? []
    ),
    ("checkpoints/tf2-keras", ["ckpt-1.index", "ckpt-1.data-00000-of-00001"]),
    ("hdf5", ["small.h5"]), ("npz", ["deflated.npz"]), ("npz", ["stored.npz"]),
    ("scenes/v2", ["model.ckpt-4222.index", "model.ckpt-4222.data-00000-of-00001"]),
  ]

  @Test("what is undone exactly is restored bit for bit, and only where it is proved", arguments: Mangling.exact)
  func restores(mangling: Mangling) throws {
    for (folder, names) in Self.sets {
      let scratch = try TemporaryDirectory()
      let output = try TemporaryDirectory()
      var changed = 0
      for name in names {
        let bytes = try Fixture.bytes("\(folder)/\(name)")
        if mangling(bytes) != bytes { changed += 1 }
        try scratch.write(mangling(bytes), to: name)
      }
      guard changed > 0 else { continue }
      let report = try Doctor.examine([scratch.path])
      let found = report.findings.filter { $0.kind == .translated }
      #expect(found.count == 1, "\(mangling) \(folder): \(report.findings.map(\.summary))")
      #expect(found.allSatisfy { $0.fix != nil }, "\(mangling) \(folder): \(found.map(\.explanation))")
      let plan = FixPlan(report)
      let written = try plan.write(to: output.path)
      #expect(written.count >= changed)
      for path in written {
        let name = (path as NSString).lastPathComponent
        let restored = try [UInt8](Data(contentsOf: URL(filePath: path)))
        #expect(try restored == Fixture.bytes("\(folder)/\(name)"), "\(mangling) \(folder)/\(name)")
      }
    }
  }

  @Test(
    "what cannot be undone is told with its cause, and nothing is offered",
    arguments: [
      Mangling.returnsRemoved, .lineFeedsToReturns, .returnsToLineFeeds, .replaced,
    ])
  func tells(mangling: Mangling) throws {
    let scratch = try TemporaryDirectory()
    try scratch.take("scenes/v2", "model.ckpt-4222.index")
    let name = "model.ckpt-4222.data-00000-of-00001"
    let bytes = try Fixture.bytes("scenes/v2/\(name)")
    try scratch.write(mangling(bytes), to: name)
    let report = try Doctor.examine([scratch.path])
    let found = report.findings.filter { $0.kind == .translated }
    #expect(found.count == 1, "\(report.findings.map(\.summary))")
    #expect(found.allSatisfy { $0.fix == nil && $0.explanation.contains("cannot be undone") })
    #expect(FixPlan(report).outputs.isEmpty)
  }

  @Test("nothing of the kind is said of sound files and of other damage")
  func falseAlarms() throws {
    for (folder, names) in Self.sets {
      for isDamaged in [false, true] {
        let scratch = try TemporaryDirectory()
        for name in names {
          var bytes = try Fixture.bytes("\(folder)/\(name)")
          if isDamaged { bytes[bytes.count / 2] ^= 0x10 }
          try scratch.write(bytes, to: name)
        }
        #expect(try Doctor.examine([scratch.path]).findings.allSatisfy { $0.kind != .translated }, "\(folder)")
      }
    }
  }
}
