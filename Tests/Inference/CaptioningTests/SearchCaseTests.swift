import Foundation
import TestSupport
import Testing

@testable import Captioning

/// Beam searches over made-up models full of ties, against what the original's rules give;
/// `Fixtures/make/captioning/search_cases.py` says how the models are made.
@Suite("Beam search against recorded searches")
struct SearchCaseTests {
  struct Case: Decodable {
    struct Expected: Decodable {
      var ids: [Int]
      var logprob: Double
      var score: Double
    }

    var seed: Int
    var words: Int
    var beamSize: Int
    var maximumLength: Int
    var lengthNormalization: Double
    var captions: [Expected]

    enum CodingKeys: String, CodingKey {
      case seed, words, captions
      case beamSize = "beam_size"
      case maximumLength = "max_length"
      case lengthNormalization = "length_normalization"
    }
  }

  /// A model whose probabilities depend on a small state and the last word.
  struct TableModel: WordPredictor {
    static let stateCount = 5
    let wordCount: Int
    /// `[stateCount, wordCount, wordCount]`
    let table: [Float]

    init(seed: Int, wordCount: Int) {
      var state = UInt64(seed)
      func below(_ limit: UInt64) -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return (state >> 33) % limit
      }
      self.wordCount = wordCount
      table = (0..<Self.stateCount * wordCount * wordCount).map { _ in
        switch below(20) {
        case 0: 0
        case 1: 1e-12
        case 2: 1.5e-12
        default: exp2(-Float(1 + below(6)))
        }
      }
    }

    func predict(after words: [Int], states: [Int]) throws -> WordPrediction<Int> {
      WordPrediction(
        probabilities: zip(words, states).flatMap { word, state in
          let start = (state * wordCount + word) * wordCount
          return Array(table[start..<start + wordCount])
        },
        states: zip(words, states).map { word, state in (3 * state + word + 1) % Self.stateCount })
    }
  }

  @Test("words, order, log-probabilities and scores are equal, ties included")
  func recorded() throws {
    let cases = try JSONDecoder().decode([Case].self, from: Data(Fixture.bytes("captioning/searches.json")))
    #expect(cases.count == 400)
    #expect(cases.contains { Set($0.captions.map(\.score)).count < $0.captions.count }, "some have ties")
    for row in cases {
      let options = try CaptionOptions(
        beamSize: row.beamSize, maximumLength: row.maximumLength, lengthNormalization: row.lengthNormalization)
      let model = TableModel(seed: row.seed, wordCount: row.words)
      let captions = try BeamSearch(options: options, startID: 1, endID: 2)
        .captions(from: row.seed % TableModel.stateCount, model)
      #expect(captions.map(\.ids) == row.captions.map(\.ids), "seed \(row.seed)")
      #expect(captions.map(\.logprob) == row.captions.map(\.logprob), "seed \(row.seed)")
      #expect(captions.map(\.score) == row.captions.map(\.score), "seed \(row.seed)")
    }
  }
}
