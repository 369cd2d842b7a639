import Foundation
import TestSupport
import Testing

@Suite("Workers that convert and inspect what another program sends")
struct FileWorkerTests {
  private static func code(_ answer: [String: Any]) -> String? {
    (answer["error"] as? [String: Any])?["code"] as? String
  }

  private static func convert(_ requests: [String], _ options: [String] = []) throws -> [[String: Any]] {
    let worker = try WorkerProcess(["convert", "--worker"] + options)
    worker.sendInBackground(Array(requests.map { $0 + "\n" }.joined().utf8))
    let schema = try JSONSchema(named: "worker-answer.schema.json")
    let lines = worker.rest()
    #expect(worker.wait() == 0)
    #expect(worker.errors.isEmpty, "\(worker.errors)")
    for line in lines { #expect(try schema.violations(in: line) == [], "\(line)") }
    return try lines.dropFirst().map {
      try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] ?? [:]
    }
  }

  private static func request(_ id: Int, _ source: String, _ output: String) -> String {
    #"{"id":\#(id),"source":"\#(source)","output":"\#(output)"}"#
  }

  @Test("a conversion is made once; the same options recognize it, others do not replace it")
  func once() throws {
    let scratch = try TemporaryDirectory()
    let output = scratch.file("a.safetensors")
    let request = Self.request(1, Scenes.checkpoint, output)
    let answers = try Self.convert([request, request])
    #expect(answers.map { $0["skipped"] as? Bool } == [false, true])
    #expect(answers[0]["tensors"] as? Int == 383)
    #expect(answers[0]["digest"] as? String == "sha256:" + Digest.sha256(of: try Fixture.bytes(at: output)))
    #expect(answers[1]["digest"] as? String == answers[0]["digest"] as? String)
    // Another run of the command, and the same tensors as without a worker.
    #expect(try Self.convert([request])[0]["skipped"] as? Bool == true)
    #expect(try DecantCommand.run(["verify", Scenes.checkpoint, output]).status == 0)
    #expect(Self.code(try Self.convert([request], ["--inference-only"])[0]) == "cannot-write")
    let replaced = try Self.convert([request], ["--inference-only", "--force"])[0]
    #expect(replaced["skipped"] as? Bool == false)
    #expect(replaced["tensors"] as? Int == 382)
  }

  @Test("a bad request is answered, and the next one is converted")
  func bad() throws {
    let scratch = try TemporaryDirectory()
    let broken = try scratch.write(Array("nothing".utf8), to: "broken.ckpt")
    let answers = try Self.convert([
      "garbage", #"{"id":2,"source":"x"}"#, Self.request(3, scratch.file("none"), scratch.file("c.npz")),
      Self.request(4, broken, scratch.file("d.npz")),
      Self.request(5, Scenes.checkpoint, scratch.file("missing/e.npz")),
      Self.request(6, Scenes.checkpoint, scratch.file("f.npz")),
    ])
    #expect(
      answers.map(Self.code) == ["bad-request", "bad-request", "no-such-file", "bad-data", "cannot-write", nil])
    #expect(try scratch.entries() == ["broken.ckpt", "f.npz"])
  }

  @Test("a report is the document of inspect --json")
  func inspect() throws {
    let worker = try WorkerProcess(["inspect", "--worker", "--flat", "--match", "logits"])
    worker.send(#"{"id":"a","source":"\#(Scenes.checkpoint)"}"#, #"{"id":"b","source":"none"}"#)
    worker.close()
    #expect(try worker.answer()["ready"] as? Bool == true)
    let answer = try worker.answer()
    let json = try DecantCommand.run(["inspect", Scenes.checkpoint, "--flat", "--match", "logits", "--json"])
    let document = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? NSDictionary
    #expect(answer["report"] as? NSDictionary == document)
    #expect(Self.code(try worker.answer()) == "no-such-file")
    #expect(worker.wait() == 0)
  }

  @Test(
    "options that make no sense together are usage errors",
    arguments: [
      ["convert", "--worker", "a"], ["convert", "--worker", "-o", "b.npz"], ["convert", "--worker", "--json"],
      ["convert", "--worker", "--dry-run"], ["convert", "a"], ["convert", "-o", "b.npz"], ["inspect"],
      ["inspect", "--worker", "a"], ["inspect", "--worker", "--json"], ["inspect", "--worker", "--plan"],
      ["inspect", "--worker", "--values", "x"], ["inspect", "--worker", "--verify"],
    ])
  func usage(arguments: [String]) throws {
    let outcome = try DecantCommand.run(arguments)
    #expect(outcome.status == 64, "\(outcome.errors)")
    #expect(outcome.output.isEmpty)
  }
}
