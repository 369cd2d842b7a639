import Messages
import Testing

@testable import Captioning

@Suite("Beam search for several images")
struct ManyImagesSearchTests {
  /// A model that writes down how many rows it is asked about.
  final class CountingModel: WordPredictor {
    let base: SearchCaseTests.TableModel
    private(set) var rowCounts: [Int] = []

    init(_ base: SearchCaseTests.TableModel) {
      self.base = base
    }

    func predict(after words: [Int], states: [Int]) throws -> WordPrediction<Int> {
      rowCounts.append(words.count)
      return try base.predict(after: words, states: states)
    }
  }

  static func search(beamSize: Int, maximumLength: Int = 20) throws -> BeamSearch {
    BeamSearch(
      options: try CaptionOptions(beamSize: beamSize, maximumLength: maximumLength), startID: 1, endID: 2)
  }

  @Test("each image has the captions that it has alone, ties included", arguments: [1, 3, 5, 40], [3, 12, 50])
  func alone(beamSize: Int, wordCount: Int) throws {
    let search = try Self.search(beamSize: beamSize, maximumLength: 8)
    for seed in 0..<10 {
      let model = SearchCaseTests.TableModel(seed: seed, wordCount: wordCount)
      let states = [0, 3, 1, 1, 4, 2, 0, 4, 3]
      let together = try search.captions(fromEach: states, model)
      #expect(try together.map { try $0.get() } == states.map { try search.captions(from: $0, model) })
    }
  }

  @Test("no images need no model")
  func none() throws {
    let captions = try Self.search(beamSize: 3).captions(fromEach: [], ScriptedModel { _ in [] })
    #expect(captions.isEmpty)
  }

  @Test("all images go into one step, and one that has ended leaves")
  func leaves() throws {
    // The state begins with the image's number, which is the number of its steps.
    var rows: [[Int]] = []
    let model = ScriptedModel { words in
      rows.append(words)
      return words.count - 1 >= words[0] ? [0, 0, 1, 0, 0] : [0, 0, 0, 0.5, 0.5]
    }
    let found = try Self.search(beamSize: 2).captions(fromEach: [[1], [3], [2]], model)
    #expect(try found.map { try $0.get().map(\.ids.count) } == [[2], [4, 4], [3, 3]])
    // One row each after <S>; then the second and third image with two beams; then the second alone.
    #expect(rows.map { $0[0] } == [1, 3, 2, 3, 3, 2, 2, 3, 3])
  }

  @Test("wide beams of many images are asked for in turns")
  func turns() throws {
    let model = CountingModel(SearchCaseTests.TableModel(seed: 7, wordCount: 60))
    let search = try Self.search(beamSize: 50, maximumLength: 5)
    let states = Array(repeating: 2, count: 9)
    let alone = try search.captions(from: 2, model.base)
    #expect(try search.captions(fromEach: states, model).allSatisfy { try $0.get() == alone })
    #expect(model.rowCounts.max() == 100)
    #expect(BeamSearch.maximumRowCount == 128)
  }

  @Test("a beam wider than all rows is searched alone")
  func widest() throws {
    let model = CountingModel(SearchCaseTests.TableModel(seed: 3, wordCount: 30))
    _ = try Self.search(beamSize: 200, maximumLength: 5).captions(fromEach: [0, 1], model)
    #expect(try #require(model.rowCounts.max()) > BeamSearch.maximumRowCount)
    #expect(try #require(model.rowCounts.max()) <= 200)
  }

  @Test("no number in one image's row takes no captions from the others")
  func notANumber() throws {
    let model = ScriptedModel { words in
      words.count == 3 && words[0] == 9 ? [0, 0, .nan, 0] : words.count < 4 ? [0, 0, 0, 1] : [0, 0, 1, 0]
    }
    let search = try Self.search(beamSize: 3)
    let found = try search.captions(fromEach: [[8], [9], [7]], model)
    #expect(found[1] == .failure(CaptionError(.notANumber(wordCount: 2))))
    #expect(found[0] == .success(try search.captions(from: [8], model)))
    #expect(found[2] == found[0])
  }

  @Test("a model that answers too few rows is an error for all")
  func sizes() throws {
    struct Short: WordPredictor {
      func predict(after words: [Int], states: [Int]) throws -> WordPrediction<Int> {
        WordPrediction(probabilities: [0.5, 0.5], states: [0])
      }
    }
    let error = #expect(throws: CaptionError.self) {
      try Self.search(beamSize: 3).captions(fromEach: [0, 0], Short())
    }
    #expect(error == CaptionError(.predictionSize(rows: 2, probabilities: 2, states: 1)))
  }
}
