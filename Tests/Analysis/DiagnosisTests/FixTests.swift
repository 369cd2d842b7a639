import Diagnosis
import Foundation
import Messages
import TestSupport
import Testing

private let small = "checkpoints/v2-small"
private let data = "model.ckpt.data-00000-of-00001"

/// Something that can be put right, and the files that are then there.
struct FixCase: Sendable, CustomTestStringConvertible {
  let name: String
  let writes: [String]
  let build: @Sendable (TemporaryDirectory) throws -> Void

  var testDescription: String { name }

  static let all: [FixCase] = [
    FixCase(name: "a name that a browser numbered", writes: [data, "model.ckpt.index"]) {
      try $0.take(small, [("model.ckpt.index", "model.ckpt (1).index"), (data, data)])
    },
    FixCase(name: "a V1 checkpoint named as an index", writes: ["model.ckpt"]) {
      try $0.take("checkpoints/v1-small", [("model.ckpt", "model.ckpt.index")])
    },
    FixCase(name: "a byte behind the end", writes: ["model.ckpt"]) {
      try $0.take("checkpoints/bad/v1-one-byte-more", "model.ckpt")
    },
    FixCase(name: "data in parts", writes: [data, "model.ckpt.index"]) { scratch in
      try scratch.take(small, "model.ckpt.index")
      let bytes = try Fixture.bytes("\(small)/\(data)")
      try scratch.write(bytes[..<50], to: data + ".aa")
      try scratch.write(bytes[50...], to: data + ".ab")
    },
    FixCase(
      name: "a checkpoint file of another machine",
      writes: ["checkpoint", "model.ckpt-10.data-00000-of-00001", "model.ckpt-10.index"]
    ) {
      try $0.take(
        "checkpoints/v2-state-absolute", "checkpoint", "model.ckpt-10.index", "model.ckpt-10.data-00000-of-00001")
    },
    FixCase(
      name: "data under the name of an earlier save",
      writes: ["model.ckpt-30.data-00000-of-00001", "model.ckpt-30.index"]
    ) { scratch in
      try scratch.take("checkpoints/v2-kept", "model.ckpt-20.index", "model.ckpt-30.index")
      try scratch.take(
        "checkpoints/v2-kept", [("model.ckpt-30.data-00000-of-00001", "model.ckpt-20.data-00000-of-00001")])
    },
    FixCase(name: "words as literals", writes: ["word_counts.txt"]) { try $0.take("scenes", "word_counts.txt") },
  ]
}

@Suite("What --fix does")
struct FixTests {
  @Test("is whole and sound afterwards, and nothing given has changed", arguments: FixCase.all)
  func fixes(sample: FixCase) throws {
    let scratch = try TemporaryDirectory()
    let output = try TemporaryDirectory()
    try sample.build(scratch)
    let before = try Snapshot(scratch)
    let plan = FixPlan(try Doctor.examine([scratch.path]))
    let written = try plan.write(to: output.file("fixed"))
    #expect(written.map { ($0 as NSString).lastPathComponent }.sorted() == sample.writes)
    let report = try Doctor.examine([output.file("fixed")])
    #expect(report.isHealthy, "\(DoctorText.render(report))")
    #expect(try Snapshot(scratch) == before)
    #expect(FixText.render(plan, directory: output.file("fixed"), check: report).text.contains("found nothing wrong"))
    // A second run finds its directory taken and writes nothing.
    #expect(throws: (any Error).self) { try plan.write(to: output.file("fixed")) }
  }

  @Test(
    "refuses with a reason what would lose or guess something",
    arguments: [
      ("v2-data-cut", "decant recover"), ("v1-html", "not here"), ("v2-index-without-data", "not here"),
      ("v1-zip", "unpacking"),
    ])
  func refuses(folder: String, reason: String) throws {
    let plan = FixPlan(try Doctor.examine([Fixture.path("checkpoints/bad/\(folder)")]))
    #expect(plan.outputs.isEmpty)
    #expect(plan.refusals.contains { $0.reason.text.contains(reason) }, "\(plan.refusals.map(\.reason))")
    #expect(FixText.render(plan, directory: nil, check: nil).text.hasPrefix("Nothing here can be fixed"))
  }

  @Test(
    "nothing of a path inside a state file decides what is written or copied", arguments: ["/", "/../", "/./", "\\"])
  func statePaths(separator: String) throws {
    let scratch = try TemporaryDirectory()
    let output = try TemporaryDirectory()
    try scratch.take(small, [("model.ckpt.index", "model/m.index"), (data, "model/m.data-00000-of-00001")])
    try scratch.take(small, [("model.ckpt.index", "outside/m.index"), (data, "outside/m.data-00000-of-00001")])
    let paths = ["m", "..", "../outside/m"].map { "\(scratch.file("outside"))\(separator)\($0)" }
    let lines =
      ["model_checkpoint_path: \"\(paths[0].replacing("\\", with: "\\\\"))\""]
      + paths.map { "all_model_checkpoint_paths: \"\($0.replacing("\\", with: "\\\\"))\"" }
    try scratch.write(Array(lines.joined(separator: "\n").utf8), to: "model/checkpoint")
    let plan = FixPlan(try Doctor.examine([scratch.file("model")]))
    let written = try plan.write(to: output.file("fixed"))
    #expect(
      Set(written) == Set(["checkpoint", "m.index", "m.data-00000-of-00001"].map { output.file("fixed/\($0)") }))
    #expect(
      try String(contentsOfFile: output.file("fixed/checkpoint"), encoding: .utf8).contains("/") == false)
    #expect(try output.entries() == ["fixed"])
  }

  @Test("two files that would take one name are not both written")
  func collision() throws {
    let scratch = try TemporaryDirectory()
    for folder in ["a", "b"] {
      try scratch.take("scenes", [("word_counts.txt", "\(folder)/word_counts.txt")])
    }
    let plan = FixPlan(try Doctor.examine([scratch.path]))
    #expect(plan.outputs.count == 1)
    #expect(plan.refusals.contains { $0.reason.text.contains("already has the name") })
  }
}
