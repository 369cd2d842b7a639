import Captioning
import Foundation
import TensorFiles
import Tensors

/// What TensorFlow made of some images, as `Fixtures/make/golden.py` writes it.
struct GoldenFolder {
  /// The images, in the order they were captioned in.
  let files: [String]
  /// Captions under several settings of the beam search.
  let runs: [CaptionRun]
  /// The standard output of the original program.
  let printedLines: [String]
  /// The program that made them, such as `0.12.1`.
  let tensorFlow: String
  /// All values of the maps; nil where only samples were stored.
  private let maps: (any TensorSource)?
  private let activations: Activations

  private struct Activations: Decodable {
    var tensorflow: String
    var images: [Image]
  }

  private struct Image: Decodable {
    var file: String
    var endpoints: [Endpoint]
    var pooled: [Float]
  }

  private struct Endpoint: Decodable {
    var name: String
    var samples: [Sample]
  }

  private struct Sample: Decodable {
    var index: Int
    var value: Float
  }

  /// One image: its maps by stage, in order, and its features.
  struct Stored {
    var maps: [(stage: String, map: Map)]
    var pooled: [Float]
  }

  /// A map, whole or as samples of it.
  struct Map {
    /// Where the values lie; nil for all of them.
    var indices: [Int]?
    var values: [Float]
  }

  init(_ path: String) throws {
    let folder = URL(filePath: path)
    activations = try JSONDecoder().decode(
      Activations.self, from: Data(contentsOf: folder.appending(path: "activations.json")))
    files = activations.images.map(\.file)
    tensorFlow = activations.tensorflow
    runs = try CaptionRun.read(path: folder.appending(path: "captions.json").path())
    let printed = try String(contentsOf: folder.appending(path: "run_inference.txt"), encoding: .utf8)
    printedLines = printed.split(separator: "\n").map(String.init)
    let mapsPath = folder.appending(path: "maps.npz").path()
    maps = FileManager.default.fileExists(atPath: mapsPath) ? try TensorFile.open(mapsPath) : nil
  }

  /// Whether every value of a map is compared.
  var hasWholeMaps: Bool { maps != nil }

  /// The number of values stored for a map where it is not whole.
  var sampleCount: Int { activations.images.first?.endpoints.first?.samples.count ?? 0 }

  func image(_ file: String) throws -> Stored {
    guard let image = activations.images.first(where: { $0.file == file }) else {
      return Stored(maps: [], pooled: [])
    }
    let stored = try image.endpoints.map { endpoint in
      (stage: endpoint.name, map: try map(endpoint, of: file))
    }
    return Stored(maps: stored, pooled: image.pooled)
  }

  private func map(_ endpoint: Endpoint, of file: String) throws -> Map {
    guard let maps else {
      return Map(indices: endpoint.samples.map(\.index), values: endpoint.samples.map(\.value))
    }
    let bytes = try maps.readAll(maps.requireDescriptor(named: "\(file)/\(endpoint.name)"))
    return Map(indices: nil, values: bytes.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) })
  }
}
