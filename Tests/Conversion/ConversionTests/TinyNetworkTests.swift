import Foundation
import Messages
import ModelMapping
import TensorFiles
import Tensors
import TestSupport
import Testing

@testable import Conversion

@Suite("Networks in ONNX of models as small as they can be")
struct TinyNetworkTests {
  private static let scope = "InceptionV3/Conv2d_1a_3x3"

  /// A complete model in which every convolution has one channel, and every size is 2.
  private static func model(_ dtype: DType, adding more: [InMemoryTensorSource.Tensor] = []) throws
    -> InMemoryTensorSource
  {
    func channels(_ source: ChannelSource) -> Int {
      switch source {
      case .image: 3
      case .layer: 1
      case .concatenation(let sources): sources.reduce(0) { $0 + channels($1) }
      }
    }
    func extent(_ extent: KnownModel.Extent) -> Int {
      switch extent {
      case .exactly(let count): count
      case .size: 2
      case .multiple(let factor, _): 2 * factor
      case .sum: 4
      case .channels(let source): channels(source)
      case .output: 1
      }
    }
    let tensors = try KnownModel.showAndTell.requirements.map { requirement in
      let shape = try Shape(requirement.shape.map(extent))
      let byteCount = try #require(shape.byteCount(of: dtype))
      return try InMemoryTensorSource.Tensor(
        requirement.name, dtype, shape.dimensions, bytes: [UInt8](repeating: 0, count: byteCount))
    }
    return InMemoryTensorSource(
      (tensors + more).sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) })
  }

  private func reason(_ source: InMemoryTensorSource) throws -> ConversionDefect? {
    let directory = try TemporaryDirectory()
    let error = #expect(throws: ConversionError.self) {
      try Converter().convert(source, to: directory.file("a.onnx"))
    }
    #expect(try directory.entries().isEmpty)
    return error?.reason
  }

  @Test("a model of any width has a network of that width")
  func width() throws {
    let directory = try TemporaryDirectory()
    let report = try Converter().convert(Self.model(.float32), to: directory.file("a.onnx"))
    #expect(report.wasReadBack && report.descriptors.count == 382)
    let metadata = try TensorFile.open(directory.file("a.onnx")).metadata
    // The last module joins one channel of each of its branches, and of both ends of two.
    #expect(metadata["onnx.outputs"]?.contains("features float [pictures, 6]") == true)
    #expect(metadata["onnx.inputs"]?.contains("state float [captions, 4]") == true)
  }

  @Test("a normalization that has a scale is computed with it, if it fits")
  func scale() throws {
    let directory = try TemporaryDirectory()
    let name = "\(Self.scope)/BatchNorm/gamma"
    let fitting = try InMemoryTensorSource.Tensor(name, .float32, [1], bytes: [0, 0, 0, 64])
    _ = try Converter().convert(Self.model(.float32, adding: [fitting]), to: directory.file("a.onnx"))
    let model = try ParsedModel(path: directory.file("a.onnx"))
    #expect(model.initializers[name]?.elements == [0, 0, 0, 64])
    #expect(model.nodes.filter { $0.inputs.contains(name) }.map(\.operation) == ["BatchNormalization"])
    let wide = try InMemoryTensorSource.Tensor(name, .float32, [2], bytes: [0, 0, 0, 64, 0, 0, 0, 64])
    #expect(try reason(Self.model(.float32, adding: [wide])) == .noGraph("\(name) has shape [2]"))
  }

  @Test("a dtype that ONNX cannot turn into float32 is refused before anything is written")
  func dtypes() throws {
    let first = "lstm/basic_lstm_cell/bias"
    #expect(try reason(Self.model(.float8e5m2)) == .noGraph("\(first) has dtype float8_e5m2; add --dtype f32"))
    let scale = try InMemoryTensorSource.Tensor("\(Self.scope)/BatchNorm/gamma", .int8, [1], bytes: [1])
    #expect(
      try reason(Self.model(.float32, adding: [scale])) == .noGraph("\(scale.name) has dtype int8; add --dtype f32"))
    let directory = try TemporaryDirectory()
    _ = try Converter().convert(Self.model(.bfloat16), to: directory.file("a.onnx"))
    #expect(try ParsedModel(path: directory.file("a.onnx")).nodes.count { $0.operation == "Cast" } == 382)
  }
}
