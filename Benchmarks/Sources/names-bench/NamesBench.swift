import ArgumentParser
import Foundation
import ModelMapping
import Tensors

/// How long it takes to see which model a file has, from the names and shapes of its tensors.
@main
struct NamesBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "names-bench", abstract: "Times the recognition of a BERT with thousands of tensors.")

  @Option(help: "Layers; each has 16 tensors.")
  var layers = 620

  @Option(help: "Runs to take the median of.")
  var runs = 25

  func run() throws {
    let descriptors = try Self.bert(layers: layers)
    let catalog = milliseconds { _ = PackCatalog.builtIn.packs.count }
    print(String(format: "read the packs, once     %8.2f ms", catalog))
    var times: [Double] = []
    for _ in 0..<max(runs, 1) {
      var found: PackRecognition?
      times.append(milliseconds { found = PackCatalog.builtIn.recognize(descriptors) })
      guard found?.pack.family == "bert", found?.missing == [] else {
        throw ValidationError("The tensors were not recognized as BERT.")
      }
    }
    times.sort()
    print(
      String(
        format: "recognize %6d tensors %8.2f ms (%.2f)", descriptors.count, times[times.count / 2], times[0]))
  }

  private func milliseconds(_ body: () -> Void) -> Double {
    let time = ContinuousClock().measure(body)
    return Double(time.components.seconds) * 1e3 + Double(time.components.attoseconds) * 1e-15
  }

  /// The variables of google-research/bert's pretraining, in the order of a checkpoint.
  private static func bert(layers: Int) throws -> [TensorDescriptor] {
    let hidden = 64
    var shapes: [String: [Int]] = [
      "bert/embeddings/word_embeddings": [1000, hidden],
      "bert/embeddings/position_embeddings": [512, hidden],
      "bert/embeddings/token_type_embeddings": [2, hidden],
      "bert/embeddings/LayerNorm/beta": [hidden],
      "bert/embeddings/LayerNorm/gamma": [hidden],
    ]
    for layer in 0..<layers {
      let dense = [
        ("attention/self/query", hidden, hidden), ("attention/self/key", hidden, hidden),
        ("attention/self/value", hidden, hidden), ("attention/output/dense", hidden, hidden),
        ("intermediate/dense", hidden, 4 * hidden), ("output/dense", 4 * hidden, hidden),
      ]
      for (name, inputs, outputs) in dense {
        shapes["bert/encoder/layer_\(layer)/\(name)/kernel"] = [inputs, outputs]
        shapes["bert/encoder/layer_\(layer)/\(name)/bias"] = [outputs]
      }
      for name in ["attention/output", "output"] {
        shapes["bert/encoder/layer_\(layer)/\(name)/LayerNorm/beta"] = [hidden]
        shapes["bert/encoder/layer_\(layer)/\(name)/LayerNorm/gamma"] = [hidden]
      }
    }
    return try shapes.sorted { $0.key < $1.key }.map { name, dimensions in
      let shape = try Shape(dimensions)
      return TensorDescriptor(name: name, dtype: .float32, shape: shape, byteCount: shape.elementCount * 4)
    }
  }
}
