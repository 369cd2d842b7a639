import Messages
import ModelMapping
import TestSupport
import Testing

@testable import Engine
@testable import Tensors

@Suite("Loading a model")
struct LoadingTests {
  private func encoding(of source: InMemoryTensorSource) throws -> Encoding {
    try TinyModel.load(source).encode(TinyModel.images(1), count: 1)[0]
  }

  @Test(
    "the LSTM's variables are found under the names of every era",
    arguments: [
      ("lstm/basic_lstm_cell/weights", "lstm/basic_lstm_cell/biases"),
      ("lstm/BasicLSTMCell/Linear/Matrix", "lstm/BasicLSTMCell/Linear/Bias"),
    ])
  func eras(kernel: String, bias: String) throws {
    var source = TinyModel.source
    source.rename("lstm/basic_lstm_cell/kernel", to: kernel)
    source.rename("lstm/basic_lstm_cell/bias", to: bias)
    #expect(try encoding(of: source) == encoding(of: TinyModel.source))
  }

  @Test("a model whose normalizations were folded gives the same bits")
  func folded() throws {
    var source = TinyModel.source
    let folded = try BatchNormFolding.fold(source)
    let names = folded.descriptors.map(\.name)
    #expect(!names.contains { $0.contains("BatchNorm") } && names.count == TinyModel.source.descriptors.count - 2 * 94)
    source = InMemoryTensorSource(try folded.descriptors.map { try .init($0, of: folded) })
    #expect(try encoding(of: source) == encoding(of: TinyModel.source))
  }

  @Test("every missing tensor is named, with the nearest that are there")
  func missing() throws {
    var source = TinyModel.source
    source.rename("lstm/basic_lstm_cell/kernel", to: "lstm/basic_lstm_cell/kernels")
    source["logits/biases"] = nil
    source["InceptionV3/Mixed_5c/Branch_1/Conv_1_0c_5x5/BatchNorm/beta"] = nil
    let error = try #require(throws: MissingTensorError.self) { try TinyModel.load(source) }
    #expect(
      error.names == [
        "InceptionV3/Mixed_5c/Branch_1/Conv_1_0c_5x5/BatchNorm/beta", "lstm/basic_lstm_cell/kernel", "logits/biases",
      ])
    #expect(error.nearest[1].first == "lstm/basic_lstm_cell/kernels")
    #expect(error.file == "model.test")
  }

  struct WrongShape: Sendable, CustomTestStringConvertible {
    var tensor: String
    var found: [Int]
    var expected: [Int?]
    var testDescription: String { tensor }
  }

  @Test(
    "tensors that do not fit each other are refused, with what was expected",
    arguments: [
      WrongShape(tensor: "InceptionV3/Conv2d_1a_3x3/weights", found: [3, 3, 4, 2], expected: [3, 3, 3, nil]),
      // As PyTorch lays it out.
      WrongShape(tensor: "InceptionV3/Conv2d_2a_3x3/weights", found: [3, 2, 3, 3], expected: [3, 3, 2, nil]),
      WrongShape(tensor: "InceptionV3/Conv2d_2a_3x3/weights", found: [3, 3, 2], expected: [3, 3, 2, nil]),
      WrongShape(tensor: "InceptionV3/Conv2d_2a_3x3/weights", found: [3, 3, 2, 0], expected: [3, 3, 2, nil]),
      WrongShape(tensor: "InceptionV3/Conv2d_1a_3x3/BatchNorm/beta", found: [3], expected: [2]),
      WrongShape(tensor: "image_embedding/weights", found: [7, 5], expected: [TinyModel.pooledSize, 5]),
      WrongShape(tensor: "seq_embedding/map", found: [18, 5], expected: [19, nil]),
      WrongShape(tensor: "lstm/basic_lstm_cell/kernel", found: [28, 12], expected: [12, 28]),
      WrongShape(tensor: "lstm/basic_lstm_cell/bias", found: [7], expected: [28]),
      WrongShape(tensor: "logits/weights", found: [19], expected: [nil, nil]),
      WrongShape(tensor: "logits/biases", found: [1], expected: [19]),
    ])
  func wrongShape(row: WrongShape) throws {
    var source = TinyModel.source
    source.set(row.tensor, row.found, Array(repeating: 0, count: row.found.reduce(1, *)))
    let error = try #require(throws: EngineError.self) { try TinyModel.load(source) }
    #expect(error.reason == .shape(expected: row.expected, found: try Shape(row.found)))
    #expect(error.tensor == row.tensor)
    #expect(error.file == "model.test")
    #expect(error.category == .badData)
  }

  @Test("the error says where, what was found, what was expected")
  func message() throws {
    let error = EngineError(.shape(expected: [3, nil], found: try Shape([4, 5])), file: "a.ckpt", tensor: "b/c")
    #expect(error.description.hasPrefix("a.ckpt: tensor 'b/c': has shape [4, 5], but an im2txt model needs [3, any]."))
  }

  @Test("integers are no weights")
  func wrongType() throws {
    var source = TinyModel.source
    source["logits/biases"]?.dtype = .int32
    let error = try #require(throws: EngineError.self) { try TinyModel.load(source) }
    #expect(error == EngineError(.dtype(.int32), file: "model.test", tensor: "logits/biases"))
  }

  @Test("a width beyond any model's is refused before its layers are laid out")
  func absurdWidth() throws {
    var source = TinyModel.source
    let width = InceptionV3Plan.maximumChannelCount + 1
    source.set("InceptionV3/Conv2d_1a_3x3/weights", [3, 3, 3, width], Array(repeating: 0, count: 27 * width))
    let error = try #require(throws: EngineError.self) { try TinyModel.load(source) }
    #expect(error.reason == .activationsTooLarge(byteCount: nil))
    #expect(error.tensor == "InceptionV3/Conv2d_1a_3x3/weights")
  }

  @Test(
    "a source that hands out too few bytes is an error, whatever the tensor is for",
    arguments: ["InceptionV3/Conv2d_4a_3x3/weights", "logits/weights", "seq_embedding/map"])
  func shortRead(name: String) throws {
    var source = TinyModel.source
    let byteCount = try #require(source[name]).bytes.count
    source.damage(name, keeping: byteCount - 8, throwing: nil)
    let error = try #require(throws: EngineError.self) { try TinyModel.load(source) }
    #expect(error.reason == .byteCount(expected: byteCount, found: byteCount - 8))
    #expect(error.tensor == name)
  }

  @Test("a declared byte count that the shape does not have is refused before anything is read")
  func wrongByteCount() throws {
    var source = TinyModel.source
    source["logits/biases"]?.bytes.append(0)
    let error = try #require(throws: EngineError.self) { try TinyModel.load(source) }
    #expect(error.reason == .byteCount(expected: 76, found: 77))
  }

  @Test("pieces of any size make the same model", arguments: [8, 64, 1000])
  func pieces(byteCount: Int) throws {
    var source = TinyModel.source
    source.pieceByteCount = byteCount
    #expect(try encoding(of: source) == encoding(of: TinyModel.source))
  }

  @Test("weights of other floating-point types are widened or narrowed")
  func otherTypes() throws {
    var wide = TinyModel.source
    var half = TinyModel.source
    var halfTruth = TinyModel.source
    var brain = TinyModel.source
    var brainTruth = TinyModel.source
    for tensor in TinyModel.source.descriptors where tensor.dtype == .float32 {
      let (name, shape) = (tensor.name, tensor.shape.dimensions)
      let values = try TinyModel.source.readArray(of: Float.self, named: name)
      wide[name]?.dtype = .float64
      wide[name]?.bytes = packed(values.map(Double.init))
      // Cut to ten and to seven bits of fraction, so that the types hold the values exactly.
      let tenBits = values.map { Float(bitPattern: $0.bitPattern & 0xffff_e000) }
      half[name]?.dtype = .float16
      half[name]?.bytes = packed(tenBits.map(Self.half))
      halfTruth.set(name, shape, tenBits.map { Float(halfBits: Self.half($0)) })
      brain[name]?.dtype = .bfloat16
      brain[name]?.bytes = packed(values.map { UInt16($0.bitPattern >> 16) })
      brainTruth.set(name, shape, values.map { Float(bitPattern: $0.bitPattern & 0xffff_0000) })
    }
    #expect(try encoding(of: wide) == encoding(of: TinyModel.source))
    #expect(try encoding(of: half) == encoding(of: halfTruth))
    #expect(try encoding(of: brain) == encoding(of: brainTruth))
  }

  /// A half of a float whose fraction fits ten bits; what is below its normal numbers becomes 0.
  private static func half(_ value: Float) -> UInt16 {
    let sign = UInt16(value.bitPattern >> 16) & 0x8000
    guard abs(value) >= 0x1p-14 else { return sign }
    return sign | UInt16((value.bitPattern >> 13 & 0x3ffff) - (112 << 10))
  }
}

@Suite("Batch normalization")
struct BatchNormTests {
  @Test("folding is TensorFlow's formula with an epsilon of 0.001")
  func formula() {
    let (beta, mean, variance): ([Float], [Float], [Float]) = ([0.5, -1, 0], [0.25, 3, 0], [0.999, 0.249, 0])
    let plain = BatchNorm(beta: beta, mean: mean, variance: variance, gamma: nil)
    // 1 / sqrt(variance + 0.001) is 1, 2 and sqrt(1000).
    #expect(distance(plain.scale ?? [], [1, 2, 31.622776]) < 1e-5)
    #expect(distance(plain.bias, [0.25, -7, 0]) < 1e-5)
    let scaled = BatchNorm(beta: beta, mean: mean, variance: variance, gamma: [2, 0.5, 1])
    #expect(distance(scaled.scale ?? [], [2, 1, 31.622776]) < 1e-5)
    #expect(distance(scaled.bias, [0, -4, 0]) < 1e-5)
  }

  @Test("a gamma in the file is used")
  func gamma() throws {
    // Doubling gamma and beta doubles the layer's output, ReLU included, exactly.
    let scope = "InceptionV3/Conv2d_1a_3x3/BatchNorm"
    var source = TinyModel.source
    source.set("\(scope)/gamma", [2], [2, 2])
    source.set("\(scope)/beta", [2], try source.readArray(of: Float.self, named: "\(scope)/beta").map { $0 * 2 })
    func first(_ source: InMemoryTensorSource) throws -> [Float] {
      struct Done: Error { var values: [Float] }
      do {
        _ = try TinyModel.load(source).encode(TinyModel.images(1), count: 1) { throw Done(values: $0.values) }
        return []
      } catch let done as Done {
        return done.values
      }
    }
    let plain = try first(TinyModel.source)
    #expect(try first(source) == plain.map { $0 * 2 })
    #expect(plain.contains { $0 > 0 })
  }
}
