import Foundation
import TestSupport
import Testing

@Suite("decant report")
struct ReportCommandTests {
  @Test("writes one page, says how large it is, and replaces one only if told to")
  func writes() throws {
    let scratch = try TemporaryDirectory()
    let output = scratch.file("report.html")
    let run = try DecantCommand.run([
      "report", Scenes.v2, "-o", output, "--details", "2", "--tensor", "lstm/basic_lstm_cell/bias",
    ])
    #expect(run.status == 0, "\(run.output)\(run.errors)")
    #expect(run.output.hasPrefix("\(output): ") && run.errors.isEmpty)
    let page = try String(contentsOfFile: output, encoding: .utf8)
    #expect(page.hasPrefix("<!DOCTYPE html>") && page.hasSuffix("</html>\n"))
    #expect(page.components(separatedBy: "<article class=\"detail\"").count - 1 == 3)
    #expect(try DecantCommand.run(["report", Scenes.v2, "-o", output]).status == 73)
    #expect(try DecantCommand.run(["report", Scenes.v2, "-o", output, "--force", "--details", "0"]).status == 0)
    #expect(try String(contentsOfFile: output, encoding: .utf8) != page)
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["report.html"])
  }

  @Test("writes a page of what is damaged too, and ends with 1")
  func damaged() throws {
    let scratch = try TemporaryDirectory()
    for name in ["v2-flip-tensor", "v1-truncated/model.ckpt"] {
      let output = scratch.file("\(name.split(separator: "/")[0]).html")
      let run = try DecantCommand.run(["report", Fixture.path("checkpoints/bad/\(name)"), "-o", output])
      #expect(run.status == 1 && run.errors.contains("the page says what is wrong"), "\(run.errors)")
      #expect(FileManager.default.fileExists(atPath: output))
    }
  }

  @Test("leaves nothing where there is nothing to show")
  func refused() throws {
    let scratch = try TemporaryDirectory()
    let output = scratch.file("report.html")
    #expect(try DecantCommand.run(["report", Scenes.v2]).status == 64)
    #expect(try DecantCommand.run(["report", "/nowhere/at-all", "-o", output]).status == 66)
    let graph = try DecantCommand.run(["report", Scenes.checkpoint + ".meta", "-o", output])
    #expect(graph.status == 64 && graph.errors.contains("is a graph"), "\(graph.errors)")
    let missing = try DecantCommand.run(["report", Scenes.v2, "-o", output, "--tensor", "lstm/basic_lstm_cell/bais"])
    #expect(missing.status != 0 && missing.errors.contains("lstm/basic_lstm_cell/bias"), "\(missing.errors)")
    #expect(try DecantCommand.run(["report", Scenes.v2, "-o", output, "--details", "-1"]).status == 64)
    let copy = scratch.file("m.ckpt")
    try FileManager.default.copyItem(atPath: Scenes.checkpoint, toPath: copy)
    let over = try DecantCommand.run(["report", copy, "-o", copy, "--force"])
    #expect(over.status == 73 && over.errors.contains("would replace"), "\(over.errors)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["m.ckpt"])
    #expect(FileManager.default.contentsEqual(atPath: copy, andPath: Scenes.checkpoint))
  }
}
