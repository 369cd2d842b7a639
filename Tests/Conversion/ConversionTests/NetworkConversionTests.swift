import Comparison
import Foundation
import Messages
import ModelMapping
import TensorFiles
import Tensors
import TestSupport
import Testing

@testable import Conversion

@Suite("Converting im2txt to a network in ONNX")
struct NetworkConversionTests {
  @discardableResult
  private func convert(
    _ path: String, to output: String, _ change: (inout ConversionOptions) -> Void = { _ in }
  ) throws -> ConversionReport {
    var options = ConversionOptions()
    options.vocabulary = ["<S>", "</S>", "a"]
    change(&options)
    return try Converter(options: options).convert(path, to: output)
  }

  @Test("every tensor of the network is in the file under its modern name, to the bit, and nothing else is")
  func tensors() throws {
    let directory = try TemporaryDirectory()
    let report = try convert(Scenes.checkpoint, to: directory.file("a.onnx"))
    #expect(report.skipped.map(\.name) == ["global_step"])
    #expect(report.wasReadBack && report.descriptors.count == 382)
    let source = try TensorFile.open(Scenes.v2)
    let initializers = try ParsedModel(path: directory.file("a.onnx")).initializers
    #expect(Set(initializers.keys) == Set(source.descriptors.map(\.name)).subtracting(["global_step"]))
    for descriptor in source.descriptors where descriptor.name != "global_step" {
      let found = try #require(initializers[descriptor.name])
      #expect(found.type == 1 && found.shape == descriptor.shape.dimensions && found.external.isEmpty)
      #expect(try found.elements == source.readAll(descriptor), "\(descriptor.name)")
    }
    let comparison = try SourceComparison(source, TensorFile.open(directory.file("a.onnx")))
    #expect(comparison.isEqual && comparison.leftoversOnlyInLeft.map(\.name) == ["global_step"])
  }

  @Test("a node reads only what is there before it, and every value is written once")
  func order() throws {
    let directory = try TemporaryDirectory()
    try convert(Scenes.checkpoint, to: directory.file("a.onnx"))
    let model = try ParsedModel(path: directory.file("a.onnx"))
    #expect(model.version == 7 && model.operatorSet == 13)
    #expect(model.inputs == ["images", "words", "state"])
    #expect(model.outputs == ["features", "initial_state", "probabilities", "next_state"])
    var values = Set(model.inputs).union(model.initializers.keys)
    var read: Set<String> = []
    for node in model.nodes {
      #expect(values.isSuperset(of: node.inputs), "\(node)")
      for output in node.outputs { #expect(values.insert(output).inserted, "\(output)") }
      read.formUnion(node.inputs)
    }
    #expect(values.isSuperset(of: model.outputs) && read.isSuperset(of: model.initializers.keys))
  }

  @Test("the network has the layers of its one table, with their windows, strides and borders")
  func layers() throws {
    let directory = try TemporaryDirectory()
    try convert(Scenes.checkpoint, to: directory.file("a.onnx"))
    let nodes = try ParsedModel(path: directory.file("a.onnx")).nodes
    let byOutput = Dictionary(uniqueKeysWithValues: nodes.map { ($0.outputs[0], $0) })
    for layer in InceptionV3Layers.all {
      let node = try #require(byOutput["\(layer.scope)/Conv2D"])
      #expect(node.attributes["kernel_shape"] == [layer.kernelHeight, layer.kernelWidth])
      #expect(node.attributes["strides"] == [layer.stride, layer.stride])
      let border = layer.padding == .same ? [layer.kernelHeight / 2, layer.kernelWidth / 2] : [0, 0]
      #expect(node.attributes["pads"] == border + border, "\(layer.scope)")
      let normalization = try #require(byOutput["\(layer.scope)/BatchNorm/normalized"])
      #expect(normalization.attributes["epsilon"] == [Int(Float(0.001).bitPattern)])
      #expect(Array(normalization.inputs[2...]) == layer.normalizationNames)
    }
    func count(_ operation: String) -> Int { nodes.count { $0.operation == operation } }
    #expect(count("Conv") == 94 && count("BatchNormalization") == 94 && count("Relu") == 94)
    #expect(count("MaxPool") == 4 && count("AveragePool") == 9 && count("ReduceMean") == 1 && count("Softmax") == 1)
    #expect(nodes.allSatisfy { $0.operation != "Constant" && $0.operation != "Cast" })
  }

  @Test("equal sources make equal bytes, and another framework's names or an older era's make the same network")
  func determinism() throws {
    let directory = try TemporaryDirectory()
    for name in ["a.onnx", "b.onnx"] { try convert(Scenes.checkpoint, to: directory.file(name)) }
    let first = try Data(contentsOf: URL(filePath: directory.file("a.onnx")))
    #expect(try first == Data(contentsOf: URL(filePath: directory.file("b.onnx"))))
    let model = try ParsedModel(path: directory.file("a.onnx"))
    for scheme in [NamingScheme.pytorch, .tensorFlow1_0] {
      let path = directory.file("\(scheme).safetensors")
      try convert(Scenes.checkpoint, to: path) { $0.names = scheme }
      try convert(path, to: directory.file("\(scheme).onnx"))
      let other = try ParsedModel(path: directory.file("\(scheme).onnx"))
      #expect(other.nodes == model.nodes && other.initializers == model.initializers)
    }
  }

  @Test("a network goes to safetensors and back, with its words")
  func back() throws {
    let directory = try TemporaryDirectory()
    try convert(Scenes.checkpoint, to: directory.file("a.onnx"))
    try convert(directory.file("a.onnx"), to: directory.file("a.safetensors")) { $0.vocabulary = nil }
    try convert(directory.file("a.safetensors"), to: directory.file("b.onnx")) { $0.vocabulary = nil }
    let models = try ["a.onnx", "b.onnx"].map { try ParsedModel(path: directory.file($0)) }
    #expect(models[0].nodes == models[1].nodes && models[0].initializers == models[1].initializers)
    #expect(models[1].metadata["decant.vocabulary"] == #"["<S>","</S>","a"]"#)
    #expect(models[1].metadata.keys.allSatisfy { !$0.hasPrefix("onnx.") })
  }

  @Test("large tensors go into a file beside the model, at the starts of pages, and the two appear together")
  func besideTheModel() throws {
    let directory = try TemporaryDirectory()
    // An older file of that name must not be taken for the new one while it is read back.
    try directory.write([1, 2, 3], to: "a.onnx.data")
    #expect(throws: (any Error).self) {
      try convert(Scenes.checkpoint, to: directory.file("a.onnx")) { $0.sink.keepsDataBeside = true }
    }
    #expect(try directory.entries() == ["a.onnx.data"])
    let report = try convert(Scenes.checkpoint, to: directory.file("a.onnx")) {
      $0.sink.keepsDataBeside = true
      $0.sink.replacesExisting = true
    }
    #expect(try directory.entries().sorted() == ["a.onnx", "a.onnx.data"])
    let source = try TensorFile.open(directory.file("a.onnx"))
    #expect(try SourceComparison(TensorFile.open(Scenes.v2), source).isEqual)
    #expect(source.files.compactMap(\.byteCount).reduce(0, +) == report.outputByteCount)
    let initializers = try ParsedModel(path: directory.file("a.onnx")).initializers
    for (name, tensor) in initializers {
      let isLarge = 4 * tensor.shape.reduce(1, *) >= 1024
      #expect(tensor.external.isEmpty != isLarge && tensor.elements.isEmpty == isLarge, "\(name)")
      if isLarge {
        #expect(tensor.external["location"] == "a.onnx.data")
        #expect(try #require(tensor.external["offset"].flatMap { Int($0) }) % 4096 == 0)
      }
    }
  }

  @Test("weights in another floating-point dtype are turned into float32 by the network")
  func casts() throws {
    let directory = try TemporaryDirectory()
    try convert(Scenes.checkpoint, to: directory.file("a.onnx")) { $0.dtype = .float16 }
    let model = try ParsedModel(path: directory.file("a.onnx"))
    #expect(model.initializers.values.allSatisfy { $0.type == 10 })
    let casts = model.nodes.filter { $0.operation == "Cast" }
    #expect(Set(casts.flatMap(\.inputs)) == Set(model.initializers.keys) && casts.count == model.initializers.count)
    #expect(casts.allSatisfy { $0.attributes["to"] == [1] })
  }

  @Test("folded normalizations are biases of convolutions")
  func folding() throws {
    let directory = try TemporaryDirectory()
    try convert(Scenes.checkpoint, to: directory.file("a.onnx")) { $0.foldsBatchNorm = true }
    let nodes = try ParsedModel(path: directory.file("a.onnx")).nodes
    #expect(nodes.allSatisfy { $0.operation != "BatchNormalization" })
    let convolutions = nodes.filter { $0.operation == "Conv" }
    #expect(
      convolutions.count == 94 && convolutions.allSatisfy { $0.inputs.count == 3 && $0.inputs[2].hasSuffix("/biases") })
  }

  @Test("what is not a complete im2txt model, or has other names, is refused with the reason, and nothing is left")
  func refusals() throws {
    let directory = try TemporaryDirectory()
    func reason(_ path: String, _ change: (inout ConversionOptions) -> Void = { _ in }) -> ConversionDefect? {
      let error = #expect(throws: ConversionError.self) {
        try convert(path, to: directory.file("a.onnx")) { options in
          options.vocabulary = nil
          change(&options)
        }
      }
      return error?.reason
    }
    #expect(reason(Fixture.path("checkpoints/v1-small")) == .noGraph("most of its variables are missing"))
    #expect(reason(Scenes.checkpoint) { $0.drop = "^logits/biases$" } == .noGraph("logits/biases is missing"))
    for scheme in [NamingScheme.keep, .tensorFlow0, .pytorch] {
      #expect(reason(Scenes.checkpoint) { $0.names = scheme } == .graphNames("lstm/basic_lstm_cell/bias"))
    }
    #expect(try directory.entries().isEmpty)
  }

  @Test("only a conversion makes a network, and only ONNX has data beside it")
  func outputs() throws {
    let error = #expect(throws: TensorFileError.self) { try TensorOutput("a.onnx") }
    #expect(error?.reason == .noGraph)
    var options = SinkOptions()
    options.keepsDataBeside = true
    let other = #expect(throws: TensorFileError.self) { try TensorOutput("a.npz", options: options) }
    #expect(other?.reason == .cannotKeepDataBeside(.npz))
  }
}
