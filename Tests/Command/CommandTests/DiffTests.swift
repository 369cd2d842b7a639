import Foundation
import TestSupport
import Testing

@Suite("Differences from the command line")
struct DiffTests {
  static let small = Fixture.path("checkpoints/v2-small")

  @Test("a model and its conversion differ in nothing")
  func equal() throws {
    let scratch = try TemporaryDirectory()
    let output = scratch.file("a.h5")
    #expect(try DecantCommand.run(["convert", Self.small, "-o", output]).status == 0)
    let outcome = try DecantCommand.run(["diff", Self.small, output])
    #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    #expect(outcome.output.contains("tensors equal.\n"))
  }

  @Test("two models differ, as text and as JSON, with status 1")
  func different() throws {
    let (left, right) = (Fixture.path("checkpoints/v2-lstm-kernel"), Fixture.path("checkpoints/v2-lstm-matrix"))
    let outcome = try DecantCommand.run(["diff", left, right])
    #expect(outcome.status == 1)
    #expect(outcome.output.contains("Only in A: 14"))
    #expect(outcome.output.contains("training only: optimizer state"))
    let selected = try DecantCommand.run(["diff", left, right, "--match", "^logits/biases$", "--json"])
    #expect(selected.status == 1)
    let document = try JSONSerialization.jsonObject(with: Data(selected.output.utf8)) as? [String: Any]
    #expect((document?["value_changes"] as? [[String: Any]])?.compactMap { $0["name"] as? String } == ["logits/biases"])
    #expect((document?["only_in_a"] as? [Any])?.isEmpty == true)
    let near = try DecantCommand.run(["diff", left, right, "--match", "^logits/biases$", "--tolerance", "2"])
    #expect(near.status == 0, "\(near.output)")
  }

  @Test("a tensor that cannot be read is said, the others are compared, and the status is that of bad data")
  func damaged() throws {
    let bad = Fixture.path("checkpoints/bad/v2-flip-tensor")
    let path = try #require(
      FileManager.default.contentsOfDirectory(atPath: bad).first { $0.hasSuffix(".index") })
    let outcome = try DecantCommand.run(["diff", "\(bad)/\(path)", "\(bad)/\(path)"])
    #expect(outcome.status == 65)
    #expect(outcome.output.contains("Cannot be read: 1"))
    #expect(try DecantCommand.run(["diff", bad + "/none", bad]).status == 66)
    #expect(try DecantCommand.run(["diff", bad, bad, "--tolerance", "-1"]).status == 64)
  }
}
