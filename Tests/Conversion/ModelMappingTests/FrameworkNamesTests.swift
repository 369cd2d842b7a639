import Foundation
import Messages
import Tensors
import TestSupport
import Testing

@testable import ModelMapping

@Suite("Names and layouts of PyTorch and Keras")
struct FrameworkNamesTests {
  private func canonical(_ list: String = "show-and-tell-variables.tsv") throws -> any TensorSource {
    try CanonicalSource.make(InMemoryTensorSource(listing: VariableList(list).descriptors))
  }

  @Test("the exported encoder is torchvision's state dict, name by name and shape by shape")
  func torchvision() throws {
    let source = try NamingScheme.pytorch.show(canonical())
    let decoder = ["image_embedding.", "seq_embedding.", "lstm.", "logits.", "global_step"]
    let found = source.descriptors.filter { row in !decoder.contains { row.name.hasPrefix($0) } }
    // A module fills in its counts of batches, and captions need no classifier.
    let expected = try VariableList("torchvision-inception-v3.tsv").descriptors
      .filter { !$0.name.hasSuffix("num_batches_tracked") && !$0.name.hasPrefix("fc.") }
      .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    #expect(expected.count == 470)
    #expect(found.map { "\($0.name) \($0.shape)" } == expected.map { "\($0.name) \($0.shape)" })
    let shapes = ["lstm.weight_ih", "lstm.weight_hh", "lstm.bias_ih", "logits.weight", "image_embedding.weight"]
      .map { source.descriptor(named: $0)?.shape.dimensions }
    #expect(shapes == [[2048, 512], [2048, 512], [2048], [12000, 512], [512, 2048]])
  }

  @Test("the exported encoder is Keras' list of weights, name by name and shape by shape")
  func keras() throws {
    let source = try NamingScheme.keras.show(canonical())
    let expected = try VariableList("keras-inception-v3.tsv").descriptors
    #expect(expected.count == 376)
    for row in expected {
      let parts = row.name.split(separator: "/")
      let found = try source.requireDescriptor(named: "\(parts[0])/\(parts[0])/\(parts[1]):0")
      #expect(found.shape == row.shape)
    }
    #expect(source.descriptors.count == 376 + 5 + 2 + 1)
    // Convolutions have no bias and normalizations no scale; the list has what Keras calls weights, in its order.
    let layers = KerasLayers.encoder.flatMap { layer in layer.weights.map { "\(layer.name)/\($0)" } }
    #expect(layers.filter { !$0.hasSuffix("/bias") && !$0.hasSuffix("/gamma") } == expected.map(\.name))
  }

  struct Form: Sendable, CustomTestStringConvertible {
    let scheme: NamingScheme
    let list: String
    var testDescription: String { "\(scheme) \(list)" }
  }

  @Test(
    "what is exported is recognized and comes back under canonical names and shapes",
    arguments: [NamingScheme.pytorch, .keras].flatMap { scheme in
      ["show-and-tell-variables.tsv", "show-and-tell-narrow-variables.tsv"].map { Form(scheme: scheme, list: $0) }
    })
  func shapes(form: Form) throws {
    let canonical = try canonical(form.list)
    let exported = try form.scheme.show(canonical)
    #expect(NamingScheme.detect(in: exported.descriptors) == form.scheme)
    let back = try CanonicalSource.make(InMemoryTensorSource(listing: exported.descriptors))
    #expect(
      back.descriptors.map { "\($0.name) \($0.dtype) \($0.shape)" }
        == canonical.descriptors.map { "\($0.name) \($0.dtype) \($0.shape)" })
    #expect(KnownModel.showAndTell.examine(back.descriptors).isComplete)
  }

  @Test(
    "spellings of Keras' paths are one",
    arguments: [
      "conv2d/conv2d/kernel:0", "conv2d/conv2d/kernel", "conv2d/kernel:0", "conv2d/kernel",
      "model_weights/conv2d/conv2d/kernel:0",
    ])
  func kerasSpelling(name: String) {
    #expect(FrameworkNames.keras.normalize([name]) == ["conv2d/kernel"])
  }

  @Test("layers that Keras numbered from 1, or after those of another model, are numbered from the first")
  func kerasNumbers() {
    func paths(_ numbers: some Sequence<Int>, _ kind: String = "conv2d") -> [String] {
      numbers.map { "\(kind)\($0 == 0 ? "" : "_\($0)")/kernel" }
    }
    #expect(KerasPaths.of(paths(1...94)) == paths(0...93))
    #expect(KerasPaths.of(paths([12, 10, 11])) == paths([2, 0, 1]))
    #expect(
      KerasPaths.of(paths(1...2) + paths(5...6, "batch_normalization")) == paths(0...1)
        + paths(0...1, "batch_normalization"))
    #expect(
      KerasPaths.of(["conv2d_1/conv2d_1/kernel:0", "conv2d_2/conv2d_2/bias:0"]) == ["conv2d/kernel", "conv2d_1/bias"])
    // One that is missing leaves a gap; the numbers of layers with names of their own mean something.
    for kept in [
      paths([1, 2, 4]), paths(0...3), paths(1...2, "conv_pw"), paths(1...2, "conv2d_transpose"), ["conv2d_01x"],
    ] {
      #expect(KerasPaths.of(kept) == kept)
    }
  }

  @Test("another Keras model with layers of the same names is not taken for Inception v3")
  func otherKeras() throws {
    let layers = try (0..<94).map { index in
      try TensorDescriptor(.float32, "conv2d\(index == 0 ? "" : "_\(index)")/kernel:0", [3, 3, 8, 8])
    }
    #expect(NamingScheme.detect(in: layers) == nil)
    let source = InMemoryTensorSource(listing: layers)
    #expect(try CanonicalSource.make(source) is InMemoryTensorSource)
  }

  @Test("a source of canonical names is shown as it is, an old one under modern names")
  func eras() throws {
    let modern = try canonical()
    #expect(modern.descriptor(named: "lstm/basic_lstm_cell/kernel") != nil)
    #expect(NamingScheme.detect(in: modern.descriptors) == .modern)
    let old = try NamingScheme.tensorFlow0.show(modern)
    #expect(NamingScheme.detect(in: old.descriptors) == .tensorFlow0)
    #expect(old.descriptor(named: "lstm/BasicLSTMCell/Linear/Matrix") != nil)
    let middle = try NamingScheme.tensorFlow1_0.show(modern)
    #expect(middle.descriptor(named: "lstm/basic_lstm_cell/biases") != nil)
    #expect(try NamingScheme.modern.show(modern).descriptors == modern.descriptors)
    let plain = InMemoryTensorSource(listing: modern.descriptors)
    #expect(try CanonicalSource.make(plain) is InMemoryTensorSource)
  }

  @Test("every scheme has one name, and tensorflow-1.2 is another word for modern")
  func names() {
    for scheme in NamingScheme.allCases {
      #expect(NamingScheme(name: scheme.rawValue) == scheme)
      #expect(!scheme.title.isEmpty)
    }
    #expect(NamingScheme(name: "tensorflow-1.2") == .modern)
    #expect(NamingScheme(name: "Keras") == nil)
    for era in NamingEra.allCases { #expect(NamingScheme(era).era == era) }
  }

  @Test("names of another framework need a model that has them")
  func unknown() throws {
    let source = InMemoryTensorSource(listing: [try TensorDescriptor(.float32, "dense/kernel", [3, 4])])
    #expect(throws: MappingError(.nothingKnown(.pytorch))) { try NamingScheme.pytorch.show(source) }
  }

  @Test("a scale that is not all ones is kept, one that is changes nothing and goes")
  func scales() throws {
    let format = try #require(FloatFormat(.float32))
    func scale(_ module: String, _ values: [Double]) throws -> InMemoryTensorSource.Tensor {
      try .init("\(module).bn.weight", .float32, [2], bytes: format.bytes(of: values))
    }
    let kernels = try InceptionV3Layers.all.enumerated().map { index, layer in
      try InMemoryTensorSource.Tensor(
        "\(FrameworkNames.pyTorchLayers[index]).conv.weight", .float32, [1, 1, layer.kernelHeight, layer.kernelWidth],
        seed: UInt64(index))
    }
    let source = InMemoryTensorSource(
      kernels + [try scale("Conv2d_1a_3x3", [1, 1]), try scale("Conv2d_2a_3x3", [1, 2]), try scale("other", [1, 1])])
    let names = try CanonicalSource.make(source).descriptors.map(\.name).filter { !$0.hasSuffix("/weights") }
    #expect(names == ["InceptionV3/Conv2d_2a_3x3/BatchNorm/gamma", "other.bn.weight"])
  }
}
