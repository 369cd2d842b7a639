import Engine
import Foundation
import Messages
import TestSupport
import Testing
import Vocabulary

@testable import Captioning

@Suite("Captions that a model is made to say")
struct ForcedCaptionTests {
  /// After `<S>` (1) the words 3, 4 and 5; after anything else mostly `</S>` (2).
  static var model: ScriptedModel {
    ScriptedModel { $0.count == 1 ? [0, 0, 0.125, 0.5, 0.25, 0.125] : [0, 0, 0.75, 0, 0, 0.25] }
  }

  static func traces(_ captions: [[Int]], alternatives: Int = 4) throws -> [CaptionTrace] {
    try ForcedCaption(model: model, alternativeCount: alternatives)
      .traces(of: captions, from: captions.map { _ in [] })
  }

  @Test("every word has its probability and the likeliest others, which never include it")
  func words() throws {
    let trace = try #require(Self.traces([[1, 4, 2]], alternatives: 2).first)
    #expect(trace.steps.map(\.said.id) == [4, 2])
    #expect(trace.steps.map(\.said.probability) == [0.25, 0.75])
    // Of 2 and 5, equally likely, the lower ID comes first and only two are asked for.
    #expect(trace.steps[0].alternatives.map(\.id) == [3, 2])
    #expect(trace.steps[1].alternatives.map(\.id) == [5, 0])
    #expect(trace.logprob == log(0.25) + log(0.75))
  }

  @Test("captions of different lengths go together and do not disturb each other, however many")
  func manyLengths() throws {
    let captions = (0..<300).map { [1] + Array(repeating: 5, count: $0 % 7) + [2] }
    let together = try Self.traces(captions)
    for (caption, trace) in zip(captions, together) {
      #expect(try Self.traces([caption]) == [trace])
      #expect(trace.steps.count == caption.count - 1)
    }
  }

  @Test("a caption of no words has no steps, and no captions have no traces")
  func empty() throws {
    #expect(try Self.traces([[], [1]]) == [CaptionTrace(steps: []), CaptionTrace(steps: [])])
    #expect(try Self.traces([]).isEmpty)
  }

  @Test("a word of no probability has a finite logarithm, that of the least which a search takes")
  func impossible() throws {
    let trace = try #require(Self.traces([[1, 0]]).first)
    #expect(trace.steps[0].said.probability == 0)
    #expect(trace.logprob == log(BeamSearch.smallestProbability))
  }

  @Test("a row of fewer words than alternatives gives those it has")
  func fewWords() throws {
    #expect(try Self.traces([[1, 3]], alternatives: 50)[0].steps[0].alternatives.count == 5)
  }

  @Test("a word that the model does not have is refused", arguments: [-1, 6, Int.max])
  func unknownWord(word: Int) throws {
    let error = #expect(throws: EngineError.self) { try Self.traces([[1, word]]) }
    #expect(error == EngineError(.wordOutOfRange(word, vocabularySize: 6)))
  }

  @Test("a probability that is not a number is an error with its place")
  func notANumber() {
    let model = ScriptedModel { $0.count == 2 ? [0, 0, .nan] : [0, 0, 1] }
    let error = #expect(throws: CaptionError.self) {
      try ForcedCaption(model: model, alternativeCount: 0).traces(of: [[1, 2, 2]], from: [[]])
    }
    #expect(error == CaptionError(.notANumber(wordCount: 2)))
  }

  @Test("the scenes model finds a caption as probable when it is made to say it as when it finds it, to the bit")
  func scenes() throws {
    let captioner = try ScenesTests.captioner()
    let names = try ScenesTests.goldenRuns()[0].images.map(\.file)
    let feed = captioner.feed(names.map { "\(ScenesTests.images)/\($0)" })
    var count = 0
    for batch in feed {
      let encoded = captioner.encoded(batch)
      let encodings = try encoded.map { try $0.encoding.get() }
      for (encoding, image) in zip(encodings, captioner.captions(of: encoded, options: .standard)) {
        for caption in try image.result.get() {
          let trace = try captioner.trace(of: caption.ids, after: encoding)
          #expect(trace.logprob == caption.logprob)
          #expect(trace.steps.map(\.said.id) == Array(caption.ids.dropFirst()))
          #expect(trace.steps.allSatisfy { $0.alternatives.count == 4 })
          let twice = try captioner.logprobs(of: caption.ids, after: [encoding, encoding])
          #expect(twice.last == trace.steps.map(\.logprob))
          count += 1
        }
      }
    }
    #expect(count == 3 * names.count)
  }
}
