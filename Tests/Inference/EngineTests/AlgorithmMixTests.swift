import Messages
import Testing

@testable import Engine
@testable import Kernels

@Suite("Algorithm mix")
struct AlgorithmMixTests {
  private func plan(_ mix: AlgorithmMix) throws -> InceptionV3Plan {
    try InceptionV3Plan(mix: mix) { index, _, _ throws(EngineError) in
      VariableTable.shapes["InceptionV3/\(Architecture.convolutionNames[index])/weights"]?.last ?? 1
    }
  }

  /// Million multiplications that are left of 5711, and the tiles.
  static let rows: [(mix: AlgorithmMix, left: Int, tiles: Set<String>)] = [
    (.direct, 5711, []),
    (.smallTiles, 4476, ["F(2x2, 3x3)", "F(4, 3)"]),
    (.shortTiles, 3001, ["F(2x2, 3x3)", "F(4x4, 3x3)", "F(4x4, 5x5)", "F(4, 3)", "F(4, 7)"]),
    (.standard, 2825, ["F(2x2, 3x3)", "F(4x4, 3x3)", "F(4x4, 5x5)", "F(4, 3)", "F(6, 7)"]),
    (.largeTiles, 2727, ["F(6x6, 3x3)", "F(4x4, 5x5)", "F(4, 3)", "F(6, 7)"]),
    (.exactSplit, 3049, ["F(4x4, 3x3)", "F(4x4, 5x5)", "F(6, 7)"]),
    (.fastSplit, 5711, []),
  ]

  @Test("each mix has its tiles, and larger ones leave fewer multiplications")
  func tiles() throws {
    #expect(Self.rows.map(\.mix) == AlgorithmMix.allCases)
    for row in Self.rows {
      let layers = try plan(row.mix).layers
      let tiles = layers.compactMap { $0.algorithm.split(separator: "Winograd ").last.map(String.init) }
      #expect(Set(tiles.filter { $0.hasPrefix("F(") }) == row.tiles, "\(row.mix)")
      #expect(layers.reduce(0) { $0 + $1.remainingMultiplicationCount } / 1_000_000 == row.left, "\(row.mix)")
      #expect(layers.allSatisfy { !$0.reason.isEmpty })
    }
  }

  @Test("every mix makes the features that the definition makes", arguments: AlgorithmMix.allCases)
  func features(mix: AlgorithmMix) throws {
    let images = TinyModel.images(1)
    let expected = try TinyModel.load(reference: true).encode(images, count: 1)[0].pooled
    let options = EngineOptions(threadCount: 2, algorithms: mix)
    let model = try ShowAndTell(source: TinyModel.source, options: options, imageSize: TinyModel.imageSize)
    #expect(distance(try model.encode(images, count: 1)[0].pooled, expected) < 1e-4)
  }

  @Test("a source tells the plan that a model made of it runs, without its weights being read")
  func planOfSource() throws {
    let plan = try InceptionV3Plan(of: TinyModel.source, count: 3)
    #expect(plan.input == MapShape(count: 3, height: 299, width: 299, channels: 3))
    #expect(plan.layers.map(\.name) == (try TinyModel.load().plan.layers.map(\.name)))
  }
}
