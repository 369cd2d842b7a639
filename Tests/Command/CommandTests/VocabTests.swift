import Foundation
import TestSupport
import Testing

@Suite("Vocabularies from the command line")
struct VocabTests {
  @Test("the clean file has the same lines in the same order, without literals")
  func clean() throws {
    let scratch = try TemporaryDirectory()
    let dirty = "b'a' 969108\r\nb\"'s\" 2713\r\nb'<S>' 9\r\nb'</S>' 9\r\nb'\\xc3\\xa9t\\xc3\\xa9' 3"
    let input = try scratch.write(Array(dirty.utf8), to: "word_counts.txt")
    let output = scratch.file("words.txt")
    let outcome = try DecantCommand.run(["vocab", input, "-o", output])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try String(contentsOfFile: output, encoding: .utf8) == "a 969108\n's 2713\n<S> 9\n</S> 9\nété 3\n")
    let again = try DecantCommand.run(["vocab", input, "-o", output])
    #expect(again.status == 73)
  }

  @Test("nothing in a vocabulary is evaluated")
  func evaluation() throws {
    let scratch = try TemporaryDirectory()
    let marker = scratch.file("marker")
    let line = "__import__('os').system('touch \(marker)') 1\nb'a'+b'b' 1\n<S> 1\n</S> 1\n"
    let input = try scratch.write(Array(line.utf8), to: "words.txt")
    _ = try DecantCommand.run(["vocab", input])
    #expect(!FileManager.default.fileExists(atPath: marker))
  }

  @Test("the embedded vocabulary fits its model, as text and as JSON", arguments: [[], ["--json"]])
  func check(flags: [String]) throws {
    let outcome = try DecantCommand.run(["vocab", Scenes.vocabulary, "--check", Scenes.checkpoint] + flags)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("40"))
  }
}
