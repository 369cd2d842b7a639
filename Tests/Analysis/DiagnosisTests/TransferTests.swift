import Diagnosis
import Foundation
import Messages
import TestSupport
import Testing

@Suite("Files that a program took for text")
struct TransferTests {
  /// Files that one program changes together, by the path of the directory.
  static let sets: [(folder: String, names: [String])] = [
    ("checkpoints/v1-small", ["model.ckpt"]),
    ("checkpoints/v2-small", ["model.ckpt.index", "model.ckpt.data-00000-of-00001"]),
    (
      "checkpoints/v2-shards",
      (try? FileManager.default.contentsOfDirectory(atPath: Fixture.path("checkpoints/v2-shards")))?.filter {
        $0.hasPrefix("model") && !$0.hasSuffix(".meta")
      }.sorted() ?? []
    ),
    ("checkpoints/tf2-keras", ["ckpt-1.index", "ckpt-1.data-00000-of-00001"]),
    ("hdf5", ["small.h5"]), ("npz", ["deflated.npz"]), ("npz", ["stored.npz"]),
    ("scenes/v2", ["model.ckpt-4222.index", "model.ckpt-4222.data-00000-of-00001"]),
  ]

  @Test(
    "what can be undone is restored bit for bit, and only where it is proved",
    arguments: Mangling.exact + Mangling.provable)
  func restores(mangling: Mangling) throws {
    // Of HDF5 and npz nothing is proved that loses a byte.
    let sets = Self.sets.filter { Mangling.exact.contains(mangling) || !["hdf5", "npz"].contains($0.folder) }
    for (folder, names) in sets {
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
        let restored = try Fixture.bytes(at: path)
        let isWhole = try restored == Fixture.bytes("\(folder)/\(name)")
        #expect(isWhole, "\(mangling) \(folder)/\(name)")
      }
    }
  }

  @Test(
    "what cannot be undone is told with its cause, and nothing is offered",
    arguments: [Mangling.lineFeedsToReturns, .returnsToLineFeeds, .replaced])
  func tells(mangling: Mangling) throws {
    let scratch = try TemporaryDirectory()
    try scratch.take("scenes/v2", "model.ckpt-4222.index")
    let name = "model.ckpt-4222.data-00000-of-00001"
    let bytes = try Fixture.bytes("scenes/v2/\(name)")
    try scratch.write(mangling(bytes), to: name)
    let report = try Doctor.examine([scratch.path])
    let found = report.findings.filter { $0.kind == .translated }
    #expect(found.count == 1, "\(report.findings.map(\.summary))")
    #expect(found.allSatisfy { $0.fix == nil && $0.explanation.text.contains("cannot be undone") })
    #expect(FixPlan(report).outputs.isEmpty)
  }

  @Test("a graph whose bytes are lost does not keep the weights from being restored")
  func lostGraph() throws {
    let scratch = try TemporaryDirectory()
    let output = try TemporaryDirectory()
    let names = ["model.ckpt-7.index", "model.ckpt-7.data-00002-of-00003", "model.ckpt-7.meta"]
    for name in names {
      try scratch.write(Mangling.returnsAddedToLineFeeds(Fixture.bytes("checkpoints/v2-shards/\(name)")), to: name)
    }
    for name in ["model.ckpt-7.data-00000-of-00003", "model.ckpt-7.data-00001-of-00003"] {
      try scratch.take("checkpoints/v2-shards", name)
    }
    let report = try Doctor.examine([scratch.path])
    let found = report.findings.filter { $0.kind == .translated }
    #expect(found.count == 2, "\(report.findings.map(\.summary))")
    #expect(found.count { $0.fix == nil && $0.files.allSatisfy { $0.hasSuffix(".meta") } } == 1)
    let written = try FixPlan(report).write(to: output.path).map { ($0 as NSString).lastPathComponent }
    #expect(Set(written).isSuperset(of: names.dropLast()))
    for name in names.dropLast() {
      let restored = try Fixture.bytes(at: output.file(name))
      let isWhole = try restored == Fixture.bytes("checkpoints/v2-shards/\(name)")
      #expect(isWhole, "\(name)")
    }
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
