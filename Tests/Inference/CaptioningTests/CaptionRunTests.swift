import Foundation
import Messages
import Testing
import Vocabulary

@testable import Captioning

@Suite("Captions in files")
struct CaptionRunTests {
  static let vocabulary = try? Vocabulary(words: ["a", "<S>", "</S>", "cat", "."])

  static let caption = Caption(ids: [1, 0, 3, 4, 2], logprob: -2.5, score: -0.5, isComplete: true)

  @Test("the original's lines come out to the last blank")
  func originalLines() throws {
    let vocabulary = try #require(Self.vocabulary)
    let captions = [
      Self.caption, Caption(ids: [1, 99, 2], logprob: log(0.0000004), score: -1, isComplete: true),
      Caption(ids: [1, 2], logprob: 0, score: 0, isComplete: true),
    ]
    #expect(
      OriginalOutput.lines(image: "x.jpg", captions: captions, vocabulary: vocabulary) == """
        Captions for image x.jpg:
          0) a cat . (p=0.082085)
          1) <UNK> (p=0.000000)
          2)  (p=1.000000)

        """)
    #expect(OriginalOutput.lines(image: "x.jpg", captions: [], vocabulary: vocabulary) == "Captions for image x.jpg:\n")
    // A name may pose as a caption, or speak to the terminal.
    #expect(
      OriginalOutput.lines(image: "a\n  0) b\u{1b}[m", captions: [], vocabulary: vocabulary)
        == "Captions for image a\\n  0) b\\u{1b}[m:\n")
  }

  @Test("what is written reads back")
  func roundTrip() throws {
    let vocabulary = try #require(Self.vocabulary)
    let options = try CaptionOptions(beamSize: 5, maximumLength: 9, lengthNormalization: 0.7)
    let images = [
      CaptionedImage(path: "photos/a \"b\"/é.jpg", result: .success([Self.caption, Self.caption])),
      CaptionedImage(path: "c.jpg", result: .failure(CaptionError(.noImages, file: "c"))),
      CaptionedImage(path: "d.jpg", result: .success([])),
    ]
    let run = CaptionRun(options: options, images: images, vocabulary: vocabulary)
    let json = CaptionRun.json([run, run], model: "m/model.safetensors").text
    let file = FileManager.default.temporaryDirectory.appending(path: "decant-run-\(UUID()).json")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(json.utf8).write(to: file)
    let runs = try CaptionRun.read(path: file.path(percentEncoded: false))
    #expect(runs == [run, run])
    #expect(runs[0].images[0].file == "é.jpg")
    #expect(runs[0].images[0].captions?[0].text == "a cat .")
    #expect(runs[0].images[1].error?.contains("no JPEG or PNG") == true)
    let object = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]
    #expect(object?["model"] as? String == "m/model.safetensors")
  }

  @Test(
    "a file of other content is refused with the place",
    arguments: [
      ("", "not JSON"), ("[]", "the wrong type"), ("{\"runs\": [{}]}", "beam_size"),
      (
        "{\"runs\": [{\"beam_size\": 3, \"max_length\": 20, \"length_normalization\": 0, \"images\": [{\"file\": \"a\", \"captions\": [{\"ids\": [\"x\"]}]}]}]}",
        "runs.0.images.0.captions.0.ids.0"
      ),
    ])
  func damaged(text: String, says: String) throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "decant-run-\(UUID()).json")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(text.utf8).write(to: file)
    let error = #expect(throws: CaptionError.self) { try CaptionRun.read(path: file.path(percentEncoded: false)) }
    #expect(error?.category == .badData)
    #expect(error?.description.contains(says) == true, "\(error?.description ?? "")")
  }

  @Test("settings in a file are checked like others")
  func settings() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "decant-run-\(UUID()).json")
    defer { try? FileManager.default.removeItem(at: file) }
    let text =
      #"{"runs": [{"beam_size": 9223372036854775807, "max_length": 20, "length_normalization": 0, "images": []}]}"#
    try Data(text.utf8).write(to: file)
    #expect(throws: CaptionError(.beamSize(.max))) { try CaptionRun.read(path: file.path(percentEncoded: false)) }
  }

  @Test("comparison tells words, log-probabilities, numbers and failures apart")
  func comparison() {
    let expected = PrintedCaption(caption: Self.caption, text: "a cat .")
    var close = expected
    close.caption.logprob -= 0.0009
    var far = expected
    far.caption.logprob -= 0.002
    var broken = expected
    broken.caption.logprob = .nan
    var other = expected
    other.caption.ids[2] = 0
    var renamed = expected
    renamed.text = "a dog ."

    var comparison = CaptionComparison()
    comparison.compare(file: "a", expected: [expected], found: [close])
    #expect(comparison.isEqual && comparison.captionCount == 1 && comparison.imageCount == 1)
    #expect(abs(comparison.largestLogprobDifference - 0.0009) < 1e-9)
    comparison.compare(file: "b", expected: [expected, expected], found: [far, other])
    comparison.compare(file: "c", expected: [expected], found: [renamed, renamed])
    comparison.compare(file: "d", expected: [expected], found: [broken])
    comparison.fail(file: "e", reason: "gone")
    let kinds = comparison.differences.map(\.kind)
    #expect(kinds.count == 6)
    #expect(kinds[0] == .logprob(expected: -2.5, found: far.caption.logprob))
    #expect(kinds[1] == .words(expected: expected, found: other))
    #expect(kinds[2] == .count(expected: 1, found: 2))
    #expect(kinds[3] == .words(expected: expected, found: renamed))
    #expect(kinds[5] == .failed("gone"))
    #expect(comparison.differences.map(\.file) == ["b", "b", "c", "c", "d", "e"])
    #expect(comparison.differences.map(\.rank) == [0, 1, nil, 0, 0, nil])
  }
}
