import Checkpoints
import Messages
import Recovery
import Tensors
import TestSupport
import Testing

@Suite("Recovery of checkpoints that a program took for text")
struct TextChangeTests {
  static let sets = [
    ("checkpoints/v1-shapes", ["model.ckpt"], "model.ckpt"),
    ("scenes/v2", ["model.ckpt-4222.index", "model.ckpt-4222.data-00000-of-00001"], "model.ckpt-4222"),
  ]

  @Test(
    "line ends that were translated are undone, and everything is salvaged",
    arguments: sets, [Mangling.returnsAdded, .returnsAddedToLineFeeds, .returnsRemoved])
  func lineEnds(_ files: (folder: String, names: [String], prefix: String), mangling: Mangling) throws {
    let (folder, names, prefix) = files
    let scratch = try TemporaryDirectory()
    for name in names {
      let bytes = try Fixture.bytes("\(folder)/\(name)")
      try scratch.write(mangling(bytes), to: name)
    }
    let report = try RecoveryReport(recovering: scratch.file(prefix), to: scratch.file("out.safetensors"))
    let whole = try RecoveryReport(
      recovering: Fixture.path("\(folder)/\(prefix)"), to: scratch.file("whole.safetensors"))
    // What the output cannot hold is left out of either.
    #expect(report.outcome == whole.outcome)
    #expect(report.notes.contains { $0.text.contains(" as text, which is undone here") }, "\(report.notes)")
    #expect(whole.notes.allSatisfy { !$0.text.contains(" as text, which is undone here") })
    #expect(report.salvage.source.descriptors.count == whole.salvage.source.descriptors.count)
  }
}
