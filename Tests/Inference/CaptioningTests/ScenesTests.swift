import Checkpoints
import Engine
import Foundation
import Images
import Messages
import Tensors
import TestSupport
import Testing
import Vocabulary

@testable import Captioning

/// The embedded model against what TensorFlow 0.12.1 said of the same pictures; `Fixtures/make/golden.py` wrote it down.
@Suite("The scenes model")
struct ScenesTests {
  /// How a checkpoint of the model is stored.
  enum Stored: CaseIterable {
    case v1, v2

    var path: String {
      get throws {
        let folder = Fixture.path(self == .v1 ? "scenes" : "scenes/v2")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        let name = try #require(names.first { $0.hasPrefix("model.ckpt-") && ($0.hasSuffix(".index") || self == .v1) })
        return "\(folder)/\(name)"
      }
    }
  }

  static let vocabularyPath = Fixture.path("scenes/word_counts.txt")
  static let images = Fixture.path("scenes/images")

  static func captioner(_ stored: Stored = .v1) throws -> Captioner {
    try Captioner(
      source: Checkpoint.open(stored.path).source, vocabulary: VocabularyFile(path: vocabularyPath).vocabulary(),
      vocabularyPath: vocabularyPath)
  }

  static func goldenRuns() throws -> [CaptionRun] {
    let runs = try CaptionRun.read(path: Fixture.path("scenes/golden/captions.json"))
    #if DEBUG
      // Kernels without optimization take seconds for an image; the suite of record runs in release.
      return runs.map { CaptionRun(options: $0.options, images: Array($0.images.prefix(1))) }
    #else
      return runs
    #endif
  }

  @Test("captions equal TensorFlow's word for word, beam for beam, under every setting", arguments: Stored.allCases)
  func captions(stored: Stored) throws {
    let runs = try Self.goldenRuns()
    #expect(runs.count == 8)
    #expect(Set(runs.map(\.options.beamSize)) == [1, 3, 5])
    #expect(runs.contains { $0.options.lengthNormalization > 0 })
    let comparison = try Self.captioner(stored).comparison(with: runs, imagesIn: Self.images)
    #expect(comparison.differences == [])
    #expect(comparison.imageCount == runs.reduce(0) { $0 + $1.images.count })
    #expect(comparison.captionCount > comparison.imageCount)
    // TensorFlow's exp and tanh are approximations; so close to them are ours over a whole caption.
    #expect(comparison.largestLogprobDifference < 1e-4)
  }

  @Test("a comparison notices every kind of difference")
  func differences() throws {
    var run = try #require(Self.goldenRuns().first)
    run.images = Array(run.images.prefix(1))
    run.images[0].captions?[0].caption.ids[1] += 1
    run.images[0].captions?[1].caption.logprob += 0.01
    run.images.append(CaptionRun.Image(file: "missing.jpg", path: nil, captions: [], error: nil))
    run.images.append(CaptionRun.Image(file: "refused.jpg", path: nil, captions: nil, error: "refused"))
    let comparison = try Self.captioner().comparison(with: [run], imagesIn: Self.images)
    #expect(comparison.differences.count == 3)
    #expect(comparison.differences.map(\.rank) == [0, 1, nil])
    #expect(comparison.differences.map(\.file) == [run.images[0].file, run.images[0].file, "missing.jpg"])
  }

  @Test("a file of expectations names images in their directory and nowhere else")
  func imagesElsewhere() throws {
    var run = try #require(Self.goldenRuns().first)
    let image = run.images[0]
    run.images = ["../images/\(image.file)", "../word_counts.txt", "/etc/passwd", "sub/../../word_counts.txt"].map {
      CaptionRun.Image(file: $0, path: nil, captions: image.captions, error: nil)
    }
    let comparison = try Self.captioner().comparison(with: [run], imagesIn: Self.images)
    #expect(comparison.differences.map(\.file) == run.images.dropFirst().map(\.file))
    for difference in comparison.differences {
      guard case .failed(let reason) = difference.kind, reason.text.contains("leads out") else {
        Issue.record("\(difference)")
        continue
      }
    }
  }

  @Test("printed lines are the original program's but for the last digit of p")
  func printed() throws {
    let captioner = try Self.captioner()
    let golden = try String(decoding: Fixture.bytes("scenes/golden/run_inference.txt"), as: UTF8.self)
    let files = try #require(Self.goldenRuns().first).images.map(\.file)
    let lines = files.map { file in
      let image = captioner.captions(ofImageAt: "\(Self.images)/\(file)")
      return OriginalOutput.lines(
        image: image.name, captions: (try? image.result.get()) ?? [], vocabulary: captioner.vocabulary)
    }.joined().text
    // In debug builds, as many images as were captioned.
    let expected = golden.split(separator: "\n").prefix(lines.split(separator: "\n").count).joined(separator: "\n")
    let pattern = /\(p=([0-9.]+)\)\n?/
    #expect(lines.replacing(pattern, with: "\n") == expected.replacing(pattern, with: "\n"))
    let probabilities = lines.matches(of: pattern).compactMap { Double($0.1) }
    let goldenProbabilities = expected.matches(of: pattern).compactMap { Double($0.1) }
    #expect(probabilities.count == goldenProbabilities.count && !probabilities.isEmpty)
    #expect(zip(probabilities, goldenProbabilities).allSatisfy { abs($0 - $1) <= 2e-4 })
  }

  @Test("one bad image does not stop the others")
  func badImage() throws {
    let captioner = try Self.captioner()
    let missing = captioner.captions(ofImageAt: "/nowhere/x.jpg")
    #expect(throws: ImageError.self) { try missing.result.get() }
    let text = captioner.captions(ofImageAt: Fixture.path("images/bad-is-text.jpg"))
    #expect((text.result.failure as? any DecantError)?.category == .badData)
    let good = captioner.captions(ofImageAt: Fixture.path("images/odd-bytes-before-end.jpg"))
    #expect(try !good.result.get().isEmpty)
    #expect(good.warning?.contains("extraneous") == true)
    #expect(good.name == "odd-bytes-before-end.jpg")
  }

  @Test("many images have the captions of each alone, in their order and to the bit, bad ones among them")
  func manyImages() throws {
    let scenes = try Self.goldenRuns()[0].images.map { "\(Self.images)/\($0.file)" }
    let bad = Fixture.path("images/bad-is-text.jpg")
    let paths = [scenes[0], bad, "/nowhere/x.jpg"] + scenes + [Fixture.path("images/odd-bytes-before-end.jpg"), bad]
    var alone: [String: [Caption]] = [:]
    #if DEBUG
      let threadCounts = [2]
    #else
      let threadCounts = [2, 1, 16]
    #endif
    for threadCount in threadCounts {
      let captioner = try Captioner(
        source: Checkpoint.open(Stored.v1.path).source,
        vocabulary: VocabularyFile(path: Self.vocabularyPath).vocabulary(),
        options: EngineOptions(threadCount: threadCount))
      var images: [CaptionedImage] = []
      captioner.captions(ofImagesAt: paths) { images.append($0) }
      #expect(images.map(\.path) == paths)
      for image in images {
        if alone[image.path] == nil { alone[image.path] = try? captioner.captions(ofImageAt: image.path).result.get() }
        #expect((try? image.result.get()) == alone[image.path])
        #expect((image.warning != nil) == (image.name == "odd-bytes-before-end.jpg"))
      }
      #expect(images.filter { $0.result.failure is ImageError }.map(\.path) == [bad, "/nowhere/x.jpg", bad])
    }
  }

  @Test("an error of the caller's own ends the work")
  func stops() throws {
    struct Enough: Error {}
    let captioner = try Self.captioner()
    let bad = Array(repeating: Fixture.path("images/bad-is-text.jpg"), count: 100)
    var count = 0
    #expect(throws: Enough.self) {
      try captioner.captions(ofImagesAt: bad) { _ in
        count += 1
        if count == 11 { throw Enough() }
      }
    }
    #expect(count == 11)
    captioner.captions(ofImagesAt: []) { _ in count += 1 }
    #expect(count == 11)
  }

  @Test("the vocabulary inside the weights is used where none is given")
  func vocabularyInside() throws {
    let words = try VocabularyFile(path: Self.vocabularyPath).vocabulary()
    let bare = try Checkpoint.open(Stored.v1.path).source
    let missing = #expect(throws: CaptionError.self) { try Captioner(source: bare) }
    #expect(missing?.reason == .noVocabulary)
    let source = InMemoryTensorSource(
      try bare.descriptors.map { try .init($0, of: bare) }, metadata: [Vocabulary.metadataKey: words.json])
    #expect(try Captioner(source: source).vocabulary == words)
  }

  @Test("a vocabulary of more words than the model has rows is refused")
  func vocabularyOfAnotherModel() throws {
    let words = ["<S>", "</S>"] + (0..<12_000).map { "word\($0)" }
    let source = try Checkpoint.open(Stored.v1.path).source
    let rows = try #require(source.descriptor(named: "logits/biases")).shape.elementCount
    let error = #expect(throws: VocabularyError.self) {
      try Captioner(source: source, vocabulary: Vocabulary(words: words), vocabularyPath: "v.txt")
    }
    #expect(error == VocabularyError(.tooManyWords(12_003, rows: rows), file: "v.txt"))
  }
}

extension Result {
  fileprivate var failure: Failure? {
    if case .failure(let error) = self { error } else { nil }
  }
}
