import Foundation
import TestSupport
import Testing

@Suite("decant report A B")
struct ReportComparisonTests {
  @Test("writes a page of what changed, and says it in a sentence")
  func writes() throws {
    let scratch = try TemporaryDirectory()
    let (half, output) = (scratch.file("half.safetensors"), scratch.file("report.html"))
    #expect(try DecantCommand.run(["convert", Scenes.v2, "--dtype", "f16", "-o", half]).status == 0)
    let run = try DecantCommand.run(["report", Scenes.v2, half, "-o", output, "--details", "3"])
    #expect(run.status == 0, "\(run.output)\(run.errors)")
    #expect(run.output.contains("The largest change is in "))
    let page = try String(contentsOfFile: output, encoding: .utf8)
    #expect(page.hasPrefix("<!DOCTYPE html>") && page.hasSuffix("</html>\n"))
    #expect(page.components(separatedBy: "<article class=\"detail\"").count - 1 == 3)
    #expect(page.contains("float32 → float16"))
    #expect(try DecantCommand.run(["report", Scenes.v2, half, "-o", output]).status == 73)
    #expect(try DecantCommand.run(["report", Scenes.v2, half, "-o", half, "--force"]).status == 73)
    // As the conversion wrote it, nothing differs.
    let same = try DecantCommand.run(["report", Scenes.v2, half, "-o", output, "--force", "--dtype", "f16"])
    #expect(same.status == 0 && same.output.contains("tensors are bit-equal."), "\(same.output)\(same.errors)")
  }

  @Test(
    "a page also where something cannot be read, with status 1; options of one kind of report do not suit the other")
  func damaged() throws {
    let scratch = try TemporaryDirectory()
    let output = scratch.file("report.html")
    let (good, bad) = (Fixture.path("checkpoints/v2-small"), Fixture.path("checkpoints/bad/v2-flip-tensor"))
    let run = try DecantCommand.run(["report", good, bad, "-o", output])
    #expect(run.status == 1, "\(run.output)\(run.errors)")
    #expect(try String(contentsOfFile: output, encoding: .utf8).contains("id=\"failures\""))
    #expect(try DecantCommand.run(["report", good, "-o", output, "--force", "--tolerance", "1"]).status == 64)
    #expect(try DecantCommand.run(["report", good, good, "-o", output, "--force", "--tensor", "x"]).status == 64)
    #expect(try DecantCommand.run(["report", good, good, "-o", output, "--force", "--match", "("]).status == 64)
  }
}
