import Foundation
import TestSupport
import Testing

/// What the article saw: a vocabulary with the lines of `<S>` and `</S>` exchanged.
@Suite("Exchanged markers from the command line")
struct MarkersTests {
  private static let image = Scenes.images + "/scene-05.jpg"
  private static let truth = "a small red star ."
  private static let verdict = "<S> and </S> of word_counts.txt are exchanged for the model model.ckpt-4222."

  /// The scenes model and its vocabulary with both lines exchanged, in a directory of its own.
  private struct Exchanged {
    let scratch: TemporaryDirectory
    let model: String
    let words: String

    init() throws {
      scratch = try TemporaryDirectory()
      model = scratch.file("model.ckpt-4222")
      try FileManager.default.copyItem(atPath: Scenes.checkpoint, toPath: model)
      var lines = try String(contentsOfFile: Scenes.vocabulary, encoding: .utf8).split(separator: "\n")
      lines.swapAt(1, 2)
      words = try scratch.write(Array((lines.joined(separator: "\n") + "\n").utf8), to: "word_counts.txt")
    }
  }

  @Test("every command that can tells it in the same words, and mends it or says how")
  func everywhere() throws {
    let exchanged = try Exchanged()
    let scratch = exchanged.scratch
    let check = try DecantCommand.run(["vocab", exchanged.words, "--check", exchanged.model])
    #expect(check.status == 1)
    #expect(check.output.contains(Self.verdict) && !check.output.contains("Nothing is wrong"))
    let doctor = try DecantCommand.run(["doctor", exchanged.model, "--json"])
    #expect(doctor.status == 1)
    #expect(doctor.output.contains(Self.verdict) && doctor.output.contains("\"confidence\" : 0.99"))
    #expect(try JSONSchema(named: "doctor.schema.json").violations(in: doctor.output).isEmpty)
    // Nothing differs, so that the comparison with the original stays what it is.
    let verify = try DecantCommand.run(["verify", exchanged.model])
    #expect(verify.status == 0, "\(verify.errors)")
    #expect(verify.output.contains("markers: " + Self.verdict))
    let converted = scratch.file("m.safetensors")
    let convert = try DecantCommand.run(["convert", exchanged.model, "--vocab", exchanged.words, "-o", converted])
    #expect(convert.status == 0)
    #expect(convert.errors.contains("decant: " + Self.verdict))
    for commands in [check.output, verify.output, convert.errors] {
      #expect(commands.contains("--exchange-markers -o words.txt"))
    }
    // The words inside a converted file are judged and mended too.
    let inside = "<S> and </S> of the vocabulary inside m.safetensors are exchanged for the model m.safetensors."
    for arguments in [["verify", converted], ["doctor", converted], ["vocab", converted, "--check", converted]] {
      let outcome = try DecantCommand.run(arguments)
      let text = outcome.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      #expect(text.contains(inside), "\(arguments)")
    }
    let mended = scratch.file("words.txt")
    let vocab = try DecantCommand.run(["vocab", converted, "--exchange-markers", "-o", mended, "--check", converted])
    #expect(vocab.status == 0, "\(vocab.output)\(vocab.errors)")
    #expect(try String(contentsOfFile: mended, encoding: .utf8).hasPrefix("a\n<S>\n</S>\n.\n"))
  }

  @Test("caption puts it right where it is certain and says so, or leaves it where asked")
  func caption() throws {
    let exchanged = try Exchanged()
    let right = try DecantCommand.run(["caption", exchanged.model, Self.image, "--beam-size", "1"])
    #expect(right.status == 0)
    #expect(PrintedCaptions.parse(right.output).first?.texts == [Self.truth])
    #expect(right.errors.contains("decant: " + Self.verdict) && right.errors.contains("corrected order"))
    let given = try DecantCommand.run(
      ["caption", exchanged.model, Self.image, "--beam-size", "1", "--markers", "as-given"])
    #expect(given.output.contains(". <S> <S>"))
    #expect(given.errors.contains("decant: " + Self.verdict) && given.errors.contains("order of the file"))
    let json = try DecantCommand.run(["caption", exchanged.model, Self.image, "--beam-size", "1", "--json"])
    #expect(json.output.contains(#""verdict": "exchanged""#) && json.output.contains(#""used": "exchanged""#))
    #expect(json.output.contains(Self.truth))
    #expect(try JSONSchema(named: "caption.schema.json").violations(in: json.output).isEmpty)
    let wrong = try DecantCommand.run(["caption", exchanged.model, Self.image, "--markers", "swapped"])
    #expect(wrong.status == 64)
  }

  @Test("of a right vocabulary nothing is said, whatever is asked for exactly is done")
  func right() throws {
    let outcome = try DecantCommand.run(
      ["caption", Scenes.checkpoint, Self.image, "--vocab", Scenes.vocabulary, "--beam-size", "1"])
    #expect(outcome.errors.isEmpty)
    let turned = try DecantCommand.run(
      [
        "caption", Scenes.checkpoint, Self.image, "--vocab", Scenes.vocabulary, "--beam-size", "1", "--markers",
        "exchanged",
      ]
    )
    #expect(turned.output.contains(". <S> <S>"))
    #expect(turned.errors.contains("are where the model") && turned.errors.contains("exchanged order"))
    let doctor = try DecantCommand.run(["doctor", Fixture.path("scenes")])
    #expect(doctor.status == 0, "\(doctor.output)")
  }

  @Test("run_inference leaves the captions as they are, says it on standard error, and logs as TensorFlow 0.12.1 did")
  func runInference() throws {
    let exchanged = try Exchanged()
    let arguments = [
      "run_inference", "--checkpoint_path=\(exchanged.scratch.path)", "--vocab_file=\(exchanged.words)",
      "--input_files=\(Self.image),\(Scenes.images)/none-*.jpg",
    ]
    let outcome = try DecantCommand.run(arguments)
    #expect(outcome.status == 0)
    #expect(outcome.output.hasPrefix("Captions for image scene-05.jpg:\n  0) a small red star . <S> <S>"))
    let lines = outcome.errors.split(separator: "\n").map(String.init)
    #expect(
      Array(lines.prefix(6)) == [
        "INFO:tensorflow:Building model.",
        "INFO:tensorflow:Initializing vocabulary from file: \(exchanged.words)",
        "INFO:tensorflow:Created vocabulary with 26 words",
        "INFO:tensorflow:Running caption generation on 1 files matching \(Self.image),\(Scenes.images)/none-*.jpg",
        "INFO:tensorflow:Loading model from checkpoint: \(exchanged.model)",
        "INFO:tensorflow:Successfully loaded checkpoint: model.ckpt-4222",
      ])
    #expect(lines.count > 6 && lines[6].contains("are exchanged for the model"))
    let quiet = try DecantCommand.run(arguments + ["--quiet"])
    #expect(quiet.output == outcome.output)
    #expect(!quiet.errors.contains("INFO") && quiet.errors.contains("are exchanged for the model"))
  }

  @Test("captions with a marker inside are worth a line where nothing can be proved")
  func remark() throws {
    // <S> is on the line of 'star' too, so that which of the two is meant cannot be known.
    let scratch = try TemporaryDirectory()
    let lines = try String(contentsOfFile: Scenes.vocabulary, encoding: .utf8).split(separator: "\n").map {
      $0.hasPrefix("b'star'") ? "b'<S>' 9" : String($0)
    }
    let words = try scratch.write(Array((lines.joined(separator: "\n") + "\n").utf8), to: "words.txt")
    let outcome = try DecantCommand.run(
      ["caption", Scenes.checkpoint, Self.image, Self.image, "--vocab", words, "--beam-size", "1"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let remarks = outcome.errors.split(separator: "\n").filter { $0.contains("a caption contains") }
    #expect(remarks.count == 1, "\(outcome.output)\(outcome.errors)")
  }

  @Test("doctor --fix writes the two lines in each other's place, in bare words, and nothing else changes")
  func fix() throws {
    let exchanged = try Exchanged()
    let output = exchanged.scratch.file("fixed")
    let outcome = try DecantCommand.run(["doctor", exchanged.model, "--fix", "-o", output])
    #expect(outcome.status == 1)
    #expect(outcome.output.contains("with <S> and </S> exchanged"))
    let words = try String(contentsOfFile: output + "/word_counts.txt", encoding: .utf8)
    #expect(words.hasPrefix("a 128701\n<S> 100000\n</S> 100000\n. 100000\n"))
    #expect(words.split(separator: "\n").count == 25)
    let check = try DecantCommand.run(["vocab", output + "/word_counts.txt", "--check", exchanged.model])
    #expect(check.status == 0 && check.output.contains("are where the model"))
  }

  @Test(
    "a vocabulary that cannot be used or mended says why",
    arguments: [
      ("a 9\n", 1, "no line has the word <S>", 65, "no line has the word <S>"),
      ("a 9\n</S> 8\nb 7\n", 1, "no line has the word <S>", 65, "no line has the word <S>"),
      ("<S> 9\n</S> 8\n<S> 7\n", 0, "'<S>' is already on line 1", 65, "<S> is on several lines"),
      ("<S> 9\n</S> 8\n", 0, "Nothing is wrong", 0, ""),
    ])
  func unusable(text: String, status: Int32, report: String, mendingStatus: Int32, error: String) throws {
    let scratch = try TemporaryDirectory()
    let words = try scratch.write(Array(text.utf8), to: "words.txt")
    for flags in [[], ["--json"]] {
      let outcome = try DecantCommand.run(["vocab", words] + flags)
      #expect(outcome.status == status)
      #expect(!flags.isEmpty || outcome.output.contains(report), "\(outcome.output)")
    }
    let output = scratch.file("out.txt")
    let mended = try DecantCommand.run(["vocab", words, "--exchange-markers", "-o", output])
    #expect(mended.status == mendingStatus)
    #expect(error.isEmpty ? mended.errors.isEmpty : mended.errors.contains(error))
    #expect(FileManager.default.fileExists(atPath: output) == (mendingStatus == 0))
  }
}
