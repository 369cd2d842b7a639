import Foundation
import Messages
import TestSupport
import Testing

@testable import Captioning

@Suite("Beam search")
struct BeamSearchTests {
  /// `<S>` is 1 and `</S>` is 2, as in most published vocabularies.
  static func search(
    _ model: ScriptedModel, beamSize: Int = 3, maximumLength: Int = 20, lengthNormalization: Double = 0
  ) throws -> [Caption] {
    let options = try CaptionOptions(
      beamSize: beamSize, maximumLength: maximumLength, lengthNormalization: lengthNormalization)
    return try BeamSearch(options: options, startID: 1, endID: 2).captions(from: [], model)
  }

  @Test("equally probable words are taken in the order of their IDs")
  func ties() throws {
    // Words 3, 4, 5 and 6 are equally likely at first; then every caption ends.
    let model = ScriptedModel { $0.count == 1 ? [0, 0, 0, 0.25, 0.25, 0.25, 0.25] : [0, 0, 1, 0, 0, 0, 0] }
    #expect(try Self.search(model).map(\.ids) == [[1, 3, 2], [1, 4, 2], [1, 5, 2]])
  }

  @Test("an earlier caption stays where a later one has the same score")
  func laterTies() throws {
    // After 3 comes 5, after 4 comes 6, with equal products; one place.
    let model = ScriptedModel { words in
      switch words {
      case [1]: [0, 0, 0, 0.5, 0.5, 0, 0]
      case [1, 3]: [0, 0, 0.5, 0, 0, 0.5, 0]
      case [1, 4]: [0, 0, 0.5, 0, 0, 0, 0.5]
      default: [0, 0, 1, 0, 0, 0, 0]
      }
    }
    let captions = try Self.search(model, beamSize: 2)
    #expect(captions.map(\.ids) == [[1, 3, 2], [1, 4, 2]])
    #expect(captions.allSatisfy { $0.isComplete && $0.logprob == log(0.25) && $0.score == $0.logprob })
  }

  @Test(
    "words below 1e-12 are never taken",
    arguments: [
      (Float(1e-12), [[1, 2]]),  // As a float32 this is less.
      (Float(1.1e-12), [[1, 2], [1, 3, 2]]),
      (Float(0), [[1, 2]]),
    ])
  func improbable(probability: Float, expected: [[Int]]) throws {
    let model = ScriptedModel { $0.count == 1 ? [0, 0, 0.5, probability] : [0, 0, 1, 0] }
    #expect(try Self.search(model).map(\.ids) == expected)
  }

  @Test("without a complete caption the cut-off ones are returned, which lose their last word in print")
  func cutOff() throws {
    let model = ScriptedModel { _ in [0, 0, 0, 0.75, 0.25] }
    let captions = try Self.search(model, beamSize: 2, maximumLength: 4)
    #expect(captions.map(\.ids) == [[1, 3, 3, 3], [1, 4, 3, 3]])
    #expect(captions.allSatisfy { !$0.isComplete })
    #expect(captions.map { Array($0.printedIDs) } == [[3, 3], [4, 3]])
  }

  @Test("complete captions are returned alone, though fewer than the beam size and less probable")
  func neverMixed() throws {
    let model = ScriptedModel { $0.count == 1 ? [0, 0, 0.01, 0.99] : [0, 0, 0, 1] }
    #expect(try Self.search(model).map(\.ids) == [[1, 2]])
  }

  @Test("the search goes on after the first complete caption")
  func goesOn() throws {
    let model = ScriptedModel { words in
      switch words.count {
      case 1: [0, 0, 0.25, 0.5]
      case 2: [0, 0, 0.125, 0.75]
      default: [0, 0, 1, 0]
      }
    }
    let captions = try Self.search(model, beamSize: 2)
    #expect(captions.map(\.ids) == [[1, 3, 3, 2], [1, 2]])
  }

  @Test("all captions complete early end the search")
  func early() throws {
    let steps = Counter()
    let model = ScriptedModel { _ in
      steps.count += 1
      return [0, 0, 1, 0]
    }
    #expect(try Self.search(model).map(\.ids) == [[1, 2]])
    #expect(steps.count == 1)
  }

  @Test("a model that gives nothing a probability gives no captions")
  func nothing() throws {
    #expect(try Self.search(ScriptedModel { _ in [0, 0, 0, 0] }).isEmpty)
  }

  @Test("a beam wider than the vocabulary takes all words")
  func wide() throws {
    let model = ScriptedModel { $0.count < 3 ? [0.25, 0.25, 0.25, 0.25] : [0, 0, 1, 0] }
    let captions = try Self.search(model, beamSize: 50, maximumLength: 4)
    // One after <S>, three after its continuations, nine after theirs.
    #expect(captions.count == 13)
    #expect(Set(captions.map(\.ids)).count == 13)
  }

  @Test("a maximum length of 1 leaves <S> alone, and of 2 one word")
  func shortest() throws {
    let model = ScriptedModel { _ in [0, 0, 0.25, 0.75] }
    #expect(try Self.search(model, maximumLength: 1) == [Caption(ids: [1], logprob: 0, score: 0, isComplete: false)])
    #expect(try Self.search(model, maximumLength: 1)[0].printedIDs.isEmpty)
    #expect(try Self.search(model, maximumLength: 2).map(\.ids) == [[1, 2]])
  }

  @Test("twenty words at most, <S> included")
  func longest() throws {
    let captions = try Self.search(ScriptedModel { _ in [0, 0, 0, 1] })
    #expect(captions.map(\.ids.count) == [20])
  }

  @Test("normalization divides complete captions by a power of their whole length")
  func normalization() throws {
    let model = ScriptedModel { words in
      switch words.count {
      case 1: [0, 0, 0.5, 0.5]
      case 2, 3: [0, 0, 0, 0.75]
      default: [0, 0, 1, 0]
      }
    }
    let plain = try Self.search(model, beamSize: 2)
    #expect(plain.map(\.ids) == [[1, 2], [1, 3, 3, 3, 2]])
    let normalized = try Self.search(model, beamSize: 2, lengthNormalization: 1)
    #expect(normalized.map(\.ids) == [[1, 3, 3, 3, 2], [1, 2]])
    #expect(normalized[0].score == normalized[0].logprob / 5)
    #expect(normalized[0].logprob == plain[1].logprob)
    #expect(normalized[1].score == log(0.5) / 2)
  }

  @Test("a probability that is not a number is an error with its place")
  func notANumber() {
    let model = ScriptedModel { $0.count == 3 ? [0, 0, 0, .nan] : [0, 0, 0, 1] }
    let error = #expect(throws: CaptionError.self) { try Self.search(model) }
    #expect(error == CaptionError(.notANumber(wordCount: 3)))
  }

  @Test("an answer of another size is an error")
  func sizes() {
    let error = #expect(throws: CaptionError.self) { try Self.search(ScriptedModel { _ in [] }) }
    #expect(error == CaptionError(.predictionSize(rows: 1, probabilities: 0, states: 1)))
  }

  @Test("settings that make no sense are refused")
  func settings() {
    #expect(throws: CaptionError(.beamSize(0))) { try CaptionOptions(beamSize: 0) }
    #expect(throws: CaptionError(.beamSize(1001))) { try CaptionOptions(beamSize: 1001) }
    #expect(throws: CaptionError(.maximumLength(0))) { try CaptionOptions(maximumLength: 0) }
    #expect(throws: CaptionError(.lengthNormalization(-1))) { try CaptionOptions(lengthNormalization: -1) }
    #expect(throws: CaptionError.self) { try CaptionOptions(lengthNormalization: .nan) }
    #expect(throws: Never.self) { try CaptionOptions(beamSize: 1, maximumLength: 1000, lengthNormalization: 0.7) }
  }
}

/// A number that a closure may change.
final class Counter {
  var count = 0
}
