import Foundation
import TestSupport
import Testing

@Suite("Captioning from the command line")
struct CaptionTests {
  /// One picture, so that the suite stays short in debug builds too.
  private static let image = Scenes.images + "/scene-05.jpg"
  private static let truth = "a small red star ."

  @Test("the original's flags give the original's lines: words and order, probabilities within its arithmetic")
  func runInference() throws {
    let outcome = try DecantCommand.run([
      "run_inference", "--checkpoint_path=\(Scenes.checkpoint)", "--vocab_file=\(Scenes.vocabulary)",
      "--input_files=\(Scenes.images)/scene-05.jpg,\(Scenes.images)/scene-1[12].jpg",
    ])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let golden = try String(contentsOfFile: Scenes.golden("run_inference.txt"), encoding: .utf8)
    let blocks = PrintedCaptions.parse(golden)
    let printed = PrintedCaptions.parse(outcome.output)
    #expect(printed.map(\.image) == ["scene-05.jpg", "scene-11.jpg", "scene-12.jpg"])
    for block in printed {
      let expected = try #require(blocks.first { $0.image == block.image })
      #expect(block.texts == expected.texts)
      for (found, wanted) in zip(block.probabilities, expected.probabilities) { #expect(abs(found - wanted) <= 2e-4) }
    }
  }

  @Test("a V1 checkpoint, a V2 checkpoint and both conversions say the same", arguments: ["v1", "v2", "st", "h5"])
  func sources(kind: String) throws {
    let scratch = try TemporaryDirectory()
    var model = kind == "v2" ? Scenes.v2 : Scenes.checkpoint
    var arguments = ["--vocab", Scenes.vocabulary]
    if kind == "st" || kind == "h5" {
      let output = scratch.file(kind == "st" ? "model.safetensors" : "model.h5")
      let conversion = try DecantCommand.run(["convert", model, "-o", output, "--inference-only"] + arguments)
      #expect(conversion.status == 0, "\(conversion.errors)")
      #expect(conversion.output.contains("global_step: counts training steps"))
      // A converted file carries its words.
      (model, arguments) = (output, [])
    }
    let outcome = try DecantCommand.run(["caption", model, Self.image] + arguments)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(PrintedCaptions.parse(outcome.output).first?.texts.first == Self.truth)
  }

  struct OtherNames: Sendable, CustomTestStringConvertible {
    let title: String
    let rules: String
    var testDescription: String { title }
  }

  @Test(
    "a model under names that differ by a rule captions as im2txt's does, and the rule it says leads to im2txt's names",
    arguments: [
      OtherNames(title: "a prefix", rules: #"{"match":"^","replace":"show.and+tell/"}"#),
      OtherNames(
        title: "prefix, averages and LSTMCell",
        rules: #"{"match":"^lstm/basic_lstm_cell","replace":"lstm/lstm_cell"},{"match":"^","replace":"model/"},"#
          + #"{"match":"$","replace":"/ExponentialMovingAverage"}"#),
      OtherNames(
        title: "no scope around the network",
        rules: #"{"match":"^InceptionV3/","replace":""},{"match":"^lstm/","replace":"rnn/"}"#),
    ])
  func otherNames(row: OtherNames) throws {
    let scratch = try TemporaryDirectory()
    let rules = try scratch.write(Array("{\"rules\":[\(row.rules)]}".utf8), to: "there.json")
    let (model, words) = (scratch.file("model.ckpt"), ["--vocab", Scenes.vocabulary])
    let conversion = try DecantCommand.run(["convert", Scenes.checkpoint, "-o", model, "--rename", rules])
    #expect(conversion.status == 0, "\(conversion.errors)")
    let expected = try DecantCommand.run(["caption", Scenes.checkpoint, Self.image] + words)
    let outcome = try DecantCommand.run(["caption", model, Self.image] + words)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output == expected.output)
    #expect(outcome.errors.contains("all of im2txt's 382 variables are there under other names"))
    let line = try #require(outcome.errors.split(separator: "\n").first { $0.contains("{\"rules\"") })
    let back = try scratch.write(Array(line.utf8), to: "back.json")
    let file = scratch.file("back.safetensors")
    #expect(try DecantCommand.run(["convert", model, "-o", file, "--rename", back] + words).status == 0)
    let proof = try DecantCommand.run(["verify", Scenes.checkpoint, file])
    #expect(proof.status == 0, "\(proof.output)\(proof.errors)")
    let again = try DecantCommand.run(["caption", file, Self.image])
    #expect(again.output == expected.output)
    #expect(!again.errors.contains("other names"))
    #expect(try DecantCommand.run(["verify", model]).output.contains("model: show_and_tell, all 382 variables fit"))
  }

  @Test("one bad image is reported, the others are captioned, and the status is 65")
  func badImage() throws {
    let scratch = try TemporaryDirectory()
    let bad = try scratch.write(Array("no picture".utf8), to: "bad.jpg")
    let outcome = try DecantCommand.run(["caption", Scenes.checkpoint, bad, Self.image, "--beam-size", "1"])
    #expect(outcome.status == 65)
    #expect(outcome.errors.contains("bad.jpg"))
    #expect(PrintedCaptions.parse(outcome.output).map(\.image) == ["scene-05.jpg"])
  }

  @Test("run_inference stops at a bad image and takes no PNG")
  func stops() throws {
    let scratch = try TemporaryDirectory()
    let png: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
    for (name, bytes) in [("a.jpg", Array("no picture".utf8)), ("a.png", png)] {
      let bad = try scratch.write(bytes, to: name)
      let outcome = try DecantCommand.run([
        "run_inference", "--checkpoint_path", Scenes.checkpoint, "--vocab_file", Scenes.vocabulary, "--input_files",
        "\(bad),\(Self.image)",
      ])
      #expect(outcome.status == 65)
      #expect(outcome.errors.contains(name))
      #expect(outcome.output.isEmpty)
    }
  }

  @Test(
    "many images come in the order given, with errors in their places, and run_inference prints those before the bad one"
  )
  func order() throws {
    let scratch = try TemporaryDirectory()
    let bad = try scratch.write(Array("no picture".utf8), to: "bad.jpg")
    let other = Scenes.images + "/scene-11.jpg"
    let outcome = try DecantCommand.run([
      "caption", Scenes.checkpoint, Self.image, bad, other, Self.image, "--beam-size", "1",
    ])
    #expect(outcome.status == 65)
    #expect(PrintedCaptions.parse(outcome.output).map(\.image) == ["scene-05.jpg", "scene-11.jpg", "scene-05.jpg"])
    #expect(outcome.errors.split(separator: "\n").filter { $0.contains("bad.jpg") }.count == 1)
    let original = try DecantCommand.run([
      "run_inference", "--checkpoint_path", Scenes.checkpoint, "--vocab_file", Scenes.vocabulary, "--input_files",
      "\(other),\(Self.image),\(bad),\(other)",
    ])
    #expect(original.status == 65)
    #expect(PrintedCaptions.parse(original.output).map(\.image) == ["scene-11.jpg", "scene-05.jpg"])
  }

  @Test("JSON of a run is an expectation that verify accepts, and other words fail it")
  func roundTrip() throws {
    let scratch = try TemporaryDirectory()
    let json = try DecantCommand.run(["caption", Scenes.checkpoint, Self.image, "--json"])
    #expect(json.status == 0)
    let expected = try scratch.write(Array(json.output.utf8), to: "expected.json")
    let arguments = ["verify", Scenes.checkpoint, "--images", Scenes.images, "--expect"]
    let same = try DecantCommand.run(arguments + [expected])
    #expect(same.status == 0, "\(same.output)\(same.errors)")
    let wrong = try scratch.write(
      Array(json.output.replacingOccurrences(of: "small red star", with: "large blue fish").utf8), to: "wrong.json")
    let differs = try DecantCommand.run(arguments + [wrong])
    #expect(differs.status == 1)
    #expect(differs.output.contains("large blue fish"))
  }

  @Test("a vocabulary of more words than the model has rows is refused with 65")
  func wrongVocabulary() throws {
    let scratch = try TemporaryDirectory()
    let lines = (["<S> 9", "</S> 9"] + (0..<50).map { "word\($0) 1" }).joined(separator: "\n")
    let vocabulary = try scratch.write(Array(lines.utf8), to: "words.txt")
    for arguments in [
      ["caption", Scenes.checkpoint, Self.image, "--vocab", vocabulary],
      ["vocab", vocabulary, "--check", Scenes.checkpoint],
      ["convert", Scenes.checkpoint, "--vocab", vocabulary, "-o", scratch.file("out.safetensors")],
    ] {
      let outcome = try DecantCommand.run(arguments)
      #expect(outcome.status == 65, "\(arguments)")
      #expect(outcome.errors.contains("40"), "\(outcome.errors)")
    }
    #expect(try scratch.entries() == ["words.txt"])
  }

  @Test("a checkpoint that is not a captioning model names the missing tensors and the nearest present")
  func otherModel() throws {
    let outcome = try DecantCommand.run([
      "caption", Fixture.path("checkpoints/v2-lstm-kernel"), Self.image, "--vocab", Scenes.vocabulary,
    ])
    #expect(outcome.status == 65)
    #expect(outcome.errors.contains("missing"), "\(outcome.errors)")
    #expect(outcome.errors.contains("InceptionV3/Conv2d_1a_3x3/weights"), "\(outcome.errors)")
  }
}

/// What the original program prints, taken apart.
struct PrintedCaptions {
  var image: String
  var texts: [String] = []
  var probabilities: [Double] = []

  static func parse(_ output: String) -> [PrintedCaptions] {
    var blocks: [PrintedCaptions] = []
    for line in output.split(separator: "\n") {
      if let match = line.wholeMatch(of: /Captions for image (.*):/) {
        blocks.append(PrintedCaptions(image: String(match.1)))
      } else if let match = line.wholeMatch(of: /\ \ \d+\) (.*) \(p=(.*)\)/), !blocks.isEmpty {
        blocks[blocks.count - 1].texts.append(String(match.1))
        blocks[blocks.count - 1].probabilities.append(Double(match.2) ?? .nan)
      }
    }
    return blocks
  }
}
