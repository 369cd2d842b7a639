import Foundation
import TestSupport

/// What TensorFlow made of some images at every stage: `activations.json` as `Fixtures/make/golden.py` writes it.
struct GoldenActivations: Decodable, Sendable {
  var tensorflow: String
  var checkpoint: String
  var images: [Image]

  struct Image: Decodable, Sendable {
    var file: String
    var endpoints: [Endpoint]
    var pooled: [Float]
    var imageEmbedding: [Float]
    /// c, then h.
    var initialState: [Float]
    var firstSoftmaxTop: [Word]
    var firstLogits: Values
    var stateAfterStart: [Float]
  }

  /// One `[height, width, channels]` map.
  struct Endpoint: Decodable, Sendable {
    var name: String
    var shape: [Int]
    var mean: Double
    var min: Float
    var max: Float
    var samples: [Sample]
  }

  struct Sample: Decodable, Sendable {
    var index: Int
    var value: Float
  }

  struct Word: Decodable, Sendable {
    var id: Int
    var p: Float
  }

  /// A vector, whole where it is short and as samples where it is long.
  struct Values: Decodable, Sendable {
    var samples: [Sample]

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let whole = try? container.decode([Float].self) {
        samples = whole.enumerated().map { Sample(index: $0, value: $1) }
      } else {
        samples = try container.decode([Sample].self)
      }
    }
  }

  /// The folder of the model and its golden files, below `Fixtures`.
  static let folder = "scenes"

  static let isPresent = FileManager.default.fileExists(atPath: Fixture.path("\(folder)/golden/activations.json"))

  static func load() throws -> Self {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(Self.self, from: Data(Fixture.bytes("\(folder)/golden/activations.json")))
  }

  /// The ID of `<S>`: what every golden caption starts with.
  static func startWord() throws -> Int {
    struct Captions: Decodable {
      struct Run: Decodable { var images: [Image] }
      struct Image: Decodable { var captions: [Caption] }
      struct Caption: Decodable { var ids: [Int] }
      var runs: [Run]
    }
    let captions = try JSONDecoder().decode(Captions.self, from: Data(Fixture.bytes("\(folder)/golden/captions.json")))
    return captions.runs.first?.images.first?.captions.first?.ids.first ?? -1
  }
}
