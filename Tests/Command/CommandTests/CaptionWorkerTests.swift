import Foundation
import TestSupport
import Testing

@Suite("A worker that captions what another program sends")
struct CaptionWorkerTests {
  private static let arguments = ["caption", Scenes.checkpoint, "--vocab", Scenes.vocabulary]
  private static let names = ["scene-05.jpg", "scene-09.jpg", "scene-11.jpg", "scene-12.jpg"]

  private static func path(_ name: String) -> String { "\(Scenes.images)/\(name)" }
  private static func request(_ id: String, _ name: String) -> String {
    #"{"id":"\#(id)","path":"\#(path(name))"}"#
  }

  private static func start(_ further: String...) throws -> WorkerProcess {
    try WorkerProcess(arguments + ["--worker"] + further)
  }

  /// Each caption's text and numbers as `decant caption --json` prints them, in order.
  private static func printed(_ line: String) -> [String] {
    line.matches(of: /"text": .*?"ids": \[[^\]]*\]/).map { String($0.output) }
  }

  private static func code(_ answer: [String: Any]) -> String? {
    (answer["error"] as? [String: Any])?["code"] as? String
  }

  @Test("captions are byte for byte those of caption --json, whatever they are captioned together with")
  func sameBytes() throws {
    let json = try DecantCommand.run(Self.arguments + Self.names.map(Self.path) + ["--json"])
    #expect(json.status == 0, "\(json.errors)")
    let expected = Self.printed(json.output.replacing("\n", with: " "))
    #expect(expected.count == 12)
    // All at once: one batch, and batches of every other make-up.
    let together = try Self.start("--linger", "500ms")
    let order = [0, 1, 2, 3, 3, 1, 0, 2, 2, 0, 1]
    _ = try together.answer()
    together.send(Array(order.map { Self.request("\($0)", Self.names[$0]) + "\n" }.joined().utf8))
    together.close()
    let lines = together.rest()
    #expect(lines.count == order.count)
    #expect(lines.flatMap(Self.printed) == order.flatMap { expected[3 * $0..<3 * $0 + 3] })
    #expect(together.wait() == 0)
    // One by one: each is alone in its batch.
    let alone = try Self.start("--linger", "0ms", "--threads", "1")
    _ = try alone.answer()
    for (index, name) in Self.names.enumerated() {
      alone.send(Self.request("\(index)", name))
      #expect(Self.printed(alone.line() ?? "") == Array(expected[3 * index..<3 * index + 3]))
    }
    alone.close()
    #expect(alone.wait() == 0)
    #expect(alone.errors.isEmpty, "\(alone.errors)")
  }

  @Test("answers come in the order of the requests, each with its ID or a code, and fit the schema")
  func answers() throws {
    let scratch = try TemporaryDirectory()
    let whole = try Fixture.bytes("scenes/images/scene-05.jpg")
    let cut = try scratch.write(whole.prefix(whole.count / 2), to: "cut.jpg")
    let worker = try Self.start()
    let ready = try #require(worker.line())
    let answerSchema = try JSONSchema(named: "worker-answer.schema.json")
    #expect(try answerSchema.violations(in: ready) == [])
    let rows: [(line: String, code: String?)] = [
      (Self.request("a", "scene-05.jpg"), nil), ("no JSON", "bad-request"), ("", "blank"),
      (#"{"id":2,"path":"\#(scratch.file("none.jpg"))"}"#, "no-such-file"),
      (#"{"id":3,"path":"\#(scratch.path)"}"#, "cannot-read"), (#"{"id":4,"path":"a\u0000b"}"#, "bad-request"),
      (#"{"id":5,"path":"\#(Scenes.vocabulary)"}"#, "not-a-picture"),
      (#"{"id":6,"path":"\#(cut)"}"#, "damaged-picture"),
      (#"{"id":7,"bytes":"\#(Data(whole).base64EncodedString())","later":{}}"#, nil),
      (#"{"id":8,"bytes":"not base64!"}"#, "bad-request"), (#"{"id":9,"bytes":""}"#, "not-a-picture"),
      (#"{"id":10}"#, "bad-request"), (#"{"id":11,"path":"a","bytes":"b"}"#, "bad-request"),
      (#"{"id":12,"path":""}"#, "no-such-file"), (#"{"path":"a"}"#, "bad-request"),
      (#"{"id":13,"path":"/dev/zero"}"#, "cannot-read"),
    ]
    worker.sendInBackground(Array(rows.map { $0.line + "\n" }.joined().utf8))
    let lines = worker.rest()
    let wanted = rows.filter { $0.code != "blank" }
    #expect(lines.count == wanted.count)
    for (line, row) in zip(lines, wanted) {
      #expect(try answerSchema.violations(in: line) == [], "\(line)")
      let answer = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
      #expect(Self.code(answer) == row.code, "\(row.line.prefix(80)): \(line)")
      #expect((answer["captions"] != nil) == (row.code == nil))
    }
    #expect(lines[0].hasPrefix(#"{"id": "a", "captions": [{"text": "a small red star .","#), "\(lines[0])")
    #expect(lines[1].hasPrefix(#"{"id": null, "error""#))
    #expect(lines[2].hasPrefix(#"{"id": 2, "error""#))
    #expect(worker.wait() == 0)
  }

  @Test("a line of more than 64 MiB is answered without being kept, and the next one is captioned")
  func longLine() throws {
    let worker = try Self.start("--threads", "1")
    _ = try worker.answer()
    let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
    for _ in 0..<80 { worker.send(piece) }
    worker.send("", Self.request("next", "scene-05.jpg"))
    #expect(Self.code(try worker.answer()) == "line-too-long")
    #expect(try worker.answer()["id"] as? String == "next")
    #if os(Linux)
      let status = try String(contentsOfFile: "/proc/\(worker.identifier)/status", encoding: .utf8)
      let peak = status.firstMatch(of: /VmHWM:\s+(\d+)/).flatMap { Int($0.1) } ?? .max
      #expect(peak < 400 << 10, "\(peak) KiB")
    #endif
    worker.close()
    #expect(worker.wait() == 0)
  }

  @Test("a driver that never reads the answers stops the reading of requests, and its end ends the worker quietly")
  func neverReads() throws {
    let worker = try Self.start("--beam-size", "1", "--max-length", "2")
    let line = Array((#"{"id":"\#(String(repeating: "i", count: 60_000))","path":"none"}"# + "\n").utf8)
    // Writing waits as soon as pipes and queue are full, so another thread writes.
    worker.sendInBackground(Array((0..<200).map { _ in line }.joined()))
    usleep(1_500_000)
    #if os(Linux)
      let status = try String(contentsOfFile: "/proc/\(worker.identifier)/status", encoding: .utf8)
      let peak = status.firstMatch(of: /VmHWM:\s+(\d+)/).flatMap { Int($0.1) } ?? .max
      #expect(peak < 300 << 10, "\(peak) KiB")
    #endif
    worker.closeOutput()
    #expect(worker.wait() == 0)
    #expect(worker.errors.split(separator: "\n").count <= 1, "\(worker.errors)")
  }

  @Test("SIGTERM: what was read is answered, what has only begun is not, and the status is 0")
  func terminated() throws {
    let worker = try Self.start()
    _ = try worker.answer()
    worker.send(Self.request("first", "scene-05.jpg"))
    #expect(try worker.answer()["id"] as? String == "first")
    worker.send(Self.request("a", "scene-05.jpg"), Self.request("b", "scene-09.jpg"))
    worker.send(Array(#"{"id":"begun","#.utf8))
    #expect(try worker.answer()["id"] as? String == "a")
    kill(worker.identifier, SIGTERM)
    let rest = worker.rest()
    #expect(rest.count == 1)
    #expect(rest.first?.hasPrefix(#"{"id": "b", "captions""#) == true)
    #expect(worker.wait() == 0)
    #expect(worker.errors.isEmpty)
  }

  @Test("an end at once, and an end in the middle of a line, are ends", arguments: ["", "{\"id\": 1"])
  func earlyEnd(bytes: String) throws {
    let worker = try Self.start()
    worker.send(Array(bytes.utf8))
    worker.close()
    #expect(try worker.answer()["ready"] as? Bool == true)
    let rest = worker.rest()
    #expect(rest.count == (bytes.isEmpty ? 0 : 1))
    #expect(rest.allSatisfy { $0.contains("bad-request") })
    #expect(worker.wait() == 0)
  }

  @Test("a tar stream as tar writes it: pictures are requests, and their names are their IDs")
  func tar() throws {
    let scratch = try TemporaryDirectory()
    let archive = scratch.file("pictures.tar")
    let tar = Process()
    tar.executableURL = URL(filePath: "/usr/bin/env")
    let files = ["scene-05.jpg", "scene-09.jpg"]
    tar.arguments = ["tar", "cf", archive, "-C", Fixture.path("scenes"), "word_counts.txt", "-C", "images"] + files
    try tar.run()
    tar.waitUntilExit()
    let bytes = try Fixture.bytes(at: archive)
    let worker = try WorkerProcess(Self.arguments + ["--worker=tar"])
    worker.sendInBackground(bytes)
    #expect(try worker.answer()["ready"] as? Bool == true)
    #expect(try worker.answer()["id"] as? String == files[0])
    #expect(try worker.answer()["id"] as? String == files[1])
    #expect(worker.line() == nil)
    #expect(worker.wait() == 0)
    let cut = try WorkerProcess(Self.arguments + ["--worker=tar"])
    cut.sendInBackground(Array(bytes.prefix(bytes.count / 2)))
    _ = cut.rest()
    #expect(cut.wait() == 65)
    #expect(cut.errors.contains("ends in the middle of a member"))
  }

  @Test("standard input that the parent closed is not the first file that is opened, but an error")
  func closedInput() throws {
    let outcome = try DecantCommand.start(Self.arguments + ["--worker"], script: "exec <&-").wait()
    #expect(outcome.status == 74)
    #expect(outcome.errors.contains("standard input"))
    #expect(outcome.output.split(separator: "\n").count == 1)
  }

  @Test("a model that is none ends with a status and a message, and nothing is ready")
  func noModel() throws {
    let outcome = try DecantCommand.run(["caption", Scenes.vocabulary, "--worker"])
    #expect(outcome.status == 65)
    #expect(outcome.output.isEmpty)
    #expect(!outcome.errors.isEmpty)
  }

  @Test(
    "options that make no sense together are usage errors",
    arguments: [
      ["--worker", "--json"], ["--worker", "--show"], ["--worker", "--html", "a.html"], ["--worker=zip"],
      ["--worker", "--linger", "5"], ["a.jpg", "--linger", "5ms"], ["a.jpg", "--worker"], [],
    ])
  func usage(options: [String]) throws {
    let outcome = try DecantCommand.run(["caption", "model"] + options)
    #expect(outcome.status == 64, "\(outcome.errors)")
    #expect(outcome.output.isEmpty)
  }
}
