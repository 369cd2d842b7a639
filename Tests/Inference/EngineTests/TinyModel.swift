import Kernels
import TestSupport

@testable import Engine
@testable import Tensors

extension InMemoryTensorSource {
  /// Puts floats in place of a tensor, or adds one.
  mutating func set(_ name: String, _ shape: [Int], _ values: [Float]) {
    self[name] = try? Tensor(name, .float32, shape, bytes: packed(values))
  }

  mutating func rename(_ name: String, to other: String) {
    guard var tensor = self[name] else { return }
    self[name] = nil
    tensor.name = other
    self[other] = tensor
  }
}

/// The smallest model with every layer of im2txt: two to five channels a layer, and images of 75x75 pixels.
enum TinyModel {
  static let imageSize = 75
  /// The widths of the last module's outputs, added up.
  static let pooledSize = 20
  static let (embeddingSize, unitCount, vocabularySize) = (5, 7, 19)

  /// Its weights, seeded and scaled so that activations neither vanish nor grow.
  static let source: InMemoryTensorSource = {
    var generator = SeededRandom(seed: 2017)
    var source = InMemoryTensorSource()
    source.files = [SourceFile(path: "model.test", byteCount: 0)]
    _ = try? InceptionV3Plan(imageSize: imageSize) { index, window, channels throws(EngineError) in
      let (width, depth) = (2 + index % 4, window.tapCount * channels)
      let bound = (6 / Float(depth)).squareRoot()
      let scope = "InceptionV3/\(Architecture.convolutionNames[index])"
      let weights = generator.floats(depth * width, in: -bound...bound)
      source.set("\(scope)/weights", [window.height, window.width, channels, width], weights)
      source.set("\(scope)/BatchNorm/beta", [width], generator.floats(width, in: 0.5...1))
      source.set("\(scope)/BatchNorm/moving_mean", [width], generator.floats(width, in: -0.1...0.1))
      source.set("\(scope)/BatchNorm/moving_variance", [width], generator.floats(width, in: 0.5...2))
      return width
    }
    let (e, u, v) = (embeddingSize, unitCount, vocabularySize)
    source.set("image_embedding/weights", [pooledSize, e], generator.floats(pooledSize * e))
    source.set("seq_embedding/map", [v, e], generator.floats(v * e))
    source.set("lstm/basic_lstm_cell/kernel", [e + u, 4 * u], generator.floats((e + u) * 4 * u))
    source.set("lstm/basic_lstm_cell/bias", [4 * u], generator.floats(4 * u))
    source.set("logits/weights", [u, v], generator.floats(u * v, in: -4...4))
    source.set("logits/biases", [v], generator.floats(v))
    source["global_step"] = try? .init("global_step", .int64, [], bytes: packed([Int64(7)]))
    return source
  }()

  /// Images of seeded noise.
  static func images(_ count: Int) -> [Float] {
    var generator = SeededRandom(seed: 5)
    return generator.floats(count * imageSize * imageSize * 3)
  }

  static func load(_ source: InMemoryTensorSource = source, threads: Int = 2, reference: Bool = false) throws
    -> ShowAndTell
  {
    let options = EngineOptions(threadCount: threads, usesReferenceKernels: reference)
    return try ShowAndTell(source: source, options: options, imageSize: imageSize)
  }
}

/// The greatest difference; NaN and different counts are infinitely far.
func distance(_ left: [Float], _ right: [Float]) -> Float {
  guard left.count == right.count else { return .infinity }
  return zip(left, right).reduce(0) { worst, pair in
    let difference = abs(pair.0 - pair.1)
    return difference.isNaN ? .infinity : max(worst, difference)
  }
}
