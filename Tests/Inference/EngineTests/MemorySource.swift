import Kernels

@testable import Engine
@testable import Tensors

/// Tensors in memory, with what tests change about them.
struct MemorySource: TensorSource {
  var tensors: [String: (dtype: DType, shape: [Int], bytes: [UInt8])] = [:]
  /// Bytes per piece, where smaller than what is asked for; multiples of 8.
  var pieceByteCount = 1 << 20
  /// A tensor that loses its last piece on the way.
  var truncated: String?

  let format = "memory"
  let files = [SourceFile(path: "model.test", byteCount: 0)]
  var metadata: [String: String] { [:] }

  var descriptors: [TensorDescriptor] {
    tensors.sorted { $0.key < $1.key }.map { name, tensor in
      TensorDescriptor(
        name: name, dtype: tensor.dtype, shape: (try? Shape(tensor.shape)) ?? .scalar, byteCount: tensor.bytes.count)
    }
  }

  subscript(name: String) -> [Float] {
    get { unsafe tensors[name]?.bytes.withUnsafeBytes { unsafe Array($0.bindMemory(to: Float.self)) } ?? [] }
    set {
      tensors[name]?.dtype = .float32
      tensors[name]?.bytes = Self.bytes(newValue)
    }
  }

  mutating func set(_ name: String, _ shape: [Int], _ values: [Float]) {
    tensors[name] = (.float32, shape, Self.bytes(values))
  }

  mutating func rename(_ name: String, to other: String) {
    tensors[other] = tensors.removeValue(forKey: name)
  }

  static func bytes<T>(_ values: [T]) -> [UInt8] {
    unsafe values.withUnsafeBytes { unsafe Array($0) }
  }

  func read(_ descriptor: TensorDescriptor, maximumByteCount: Int, _ body: (RawSpan) throws -> Void) throws {
    var bytes = tensors[descriptor.name]?.bytes ?? []
    if truncated == descriptor.name { bytes.removeLast(8) }
    for start in stride(from: 0, to: bytes.count, by: pieceByteCount) {
      let piece = Array(bytes[start..<min(start + pieceByteCount, bytes.count)])
      try unsafe body(piece.span.bytes)
    }
  }

  func readStrings(_ descriptor: TensorDescriptor) throws -> [[UInt8]] { [] }
}

/// Numbers that a seed repeats: SplitMix64.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// Floats in `range`.
  mutating func floats(_ count: Int, in range: ClosedRange<Float> = -1...1) -> [Float] {
    (0..<count).map { _ in .random(in: range, using: &self) }
  }
}

/// The smallest model with every layer of im2txt: two to five channels a layer, and images of 75x75 pixels.
enum TinyModel {
  static let imageSize = 75
  /// The widths of the last module's outputs, added up.
  static let pooledSize = 20
  static let (embeddingSize, unitCount, vocabularySize) = (5, 7, 19)

  /// Its weights, seeded and scaled so that activations neither vanish nor grow.
  static let source: MemorySource = {
    var generator = SeededGenerator(seed: 2017)
    var source = MemorySource()
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
    source.tensors["global_step"] = (.int64, [], MemorySource.bytes([Int64(7)]))
    return source
  }()

  /// Images of seeded noise.
  static func images(_ count: Int) -> [Float] {
    var generator = SeededGenerator(seed: 5)
    return generator.floats(count * imageSize * imageSize * 3)
  }

  static func load(_ source: MemorySource = source, threads: Int = 2, reference: Bool = false) throws -> ShowAndTell {
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
