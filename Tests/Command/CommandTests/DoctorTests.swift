import Foundation
import TestSupport
import Testing

@Suite("decant doctor")
struct DoctorCommandTests {
  @Test("ends with 0 where nothing is wrong and with 1 where something is")
  func status() throws {
    let healthy = try DecantCommand.run(["doctor", Scenes.v2])
    #expect(healthy.status == 0, "\(healthy.output)\(healthy.errors)")
    #expect(healthy.output.contains("Nothing is wrong"))
    let ill = try DecantCommand.run(["doctor", Fixture.path("checkpoints/bad/v2-data-lfs-pointer")])
    #expect(ill.status == 1)
    #expect(ill.output.contains("git lfs pull"))
    #expect(ill.errors.isEmpty)
    #expect(try DecantCommand.run(["doctor", "/nowhere/at-all"]).status == 66)
    #expect(try DecantCommand.run(["doctor", ".", "-o", "x"]).status == 64)
  }

  @Test("--fix says what it would do, does it elsewhere with -o, and refuses a directory that is in use")
  func fix() throws {
    let scratch = try TemporaryDirectory()
    let input = Fixture.path("checkpoints/v2-state-absolute")
    let offer = try DecantCommand.run(["doctor", input, "--fix"])
    #expect(offer.status == 1)
    #expect(offer.output.contains("With -o DIR, Decant writes these files"))
    let output = scratch.file("fixed")
    let outcome = try DecantCommand.run(["doctor", input, "--fix", "-o", output])
    #expect(outcome.output.contains("A second look at the new files found nothing wrong."), "\(outcome.output)")
    let state = try String(contentsOfFile: "\(output)/checkpoint", encoding: .utf8)
    #expect(state.hasPrefix("model_checkpoint_path: \"model.ckpt-10\"\n"))
    let again = try DecantCommand.run(["doctor", input, "--fix", "-o", output])
    #expect(again.status == 73)
    let json = try DecantCommand.run(["doctor", input, "--fix", "--json"])
    #expect(json.output.contains("\"state-absolute-path\"") && json.output.contains("\"offered\""))
  }
}
