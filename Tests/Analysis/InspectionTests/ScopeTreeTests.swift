import Inspection
import Messages
import Tensors
import Testing

@Suite("Tensors by scope")
struct ScopeTreeTests {
  static func descriptor(
    _ name: String, _ shape: [Int], _ dtype: DType = .float32, file: Int? = 0, offset: Int = 0, slices: Int = 1
  ) throws -> TensorDescriptor {
    let shape = try Shape(shape)
    return TensorDescriptor(
      name: name, dtype: dtype, shape: shape, byteCount: shape.byteCount(of: dtype) ?? 9,
      location: file.map { TensorLocation(file: $0, offset: offset) }, sliceCount: slices)
  }

  static func sample() throws -> [TensorDescriptor] {
    [
      try descriptor("InceptionV3/Conv2d_1a_3x3/BatchNorm/beta", [32], offset: 900),
      try descriptor("InceptionV3/Conv2d_1a_3x3/weights", [3, 3, 3, 32], offset: 1000),
      try descriptor("global_step", [], .int64, offset: 8000),
      try descriptor("logits/biases", [12000], file: 1),
      try descriptor("lstm/basic_lstm_cell/bias", [2048], file: nil, slices: 2),
      try descriptor("lstm/basic_lstm_cell/kernel", [1024, 2048], file: 1, offset: 48000),
      try descriptor("words", [2], .string, offset: 100),
    ]
  }

  @Test("are summed per scope")
  func sums() throws {
    let root = ScopeTree(try Self.sample()).root
    #expect(root.tensorCount == 7)
    #expect(root.parameterCount == 32 + 864 + 1 + 12000 + 2048 + 1024 * 2048)
    #expect(root.byteCount == 4 * (root.parameterCount - 1) + 8 + 9)
    #expect(root.scopes.map(\.name) == ["InceptionV3", "logits", "lstm"])
    #expect(root.tensors.map(\.name) == ["global_step", "words"])
    #expect(root.scopes[0].scopes[0].path == "InceptionV3/Conv2d_1a_3x3")
    #expect(root.scopes[0].scopes[0].parameterCount == 896)
  }

  @Test("are ordered by name, by size or by place")
  func orders() throws {
    let descriptors = try Self.sample()
    #expect(
      TensorOrder.size.sorted(descriptors).map(\.name).prefix(3)
        == ["lstm/basic_lstm_cell/kernel", "logits/biases", "lstm/basic_lstm_cell/bias"])
    #expect(
      TensorOrder.offset.sorted(descriptors).map(\.name) == [
        "words", "InceptionV3/Conv2d_1a_3x3/BatchNorm/beta", "InceptionV3/Conv2d_1a_3x3/weights", "global_step",
        "logits/biases", "lstm/basic_lstm_cell/kernel", "lstm/basic_lstm_cell/bias",
      ])
    #expect(ScopeTree(descriptors, order: .size).root.scopes.map(\.name) == ["lstm", "logits", "InceptionV3"])
    #expect(ScopeTree(descriptors, order: .offset).root.scopes.map(\.name) == ["InceptionV3", "logits", "lstm"])
    #expect(ScopeTree(descriptors.reversed(), order: .name).root == ScopeTree(descriptors).root)
  }

  @Test("with dots in their names are summed per module, unless as many names have slashes")
  func dots() throws {
    let names = ["encoder.layers.0.weight", "encoder.layers.0.bias", "encoder.norm.weight", "step"]
    let tree = ScopeTree(try names.map { try Self.descriptor($0, [2]) })
    #expect(tree.separator == "." && tree.root.scopes.map(\.name) == ["encoder"])
    #expect(tree.root.scopes[0].scopes[0].scopes.map(\.path) == ["encoder.layers.0"])
    #expect(tree.root.scopes[0].parameterCount == 6 && tree.root.tensors.map(\.name) == ["step"])
    let text = TensorText.tree(tree).text
    #expect(text.contains("\n  layers.0.  ") && text.contains("\n    weight  "), "\(text)")
    let mixed = try ["a.b/c", "d.e", "f/g"].map { try Self.descriptor($0, [2]) }
    #expect(ScopeTree(mixed).root.scopes.map(\.name) == ["a.b", "f"])
  }

  @Test("with names of any depth, empty parts and extreme sizes do no harm")
  func extremes() throws {
    let deep = String(repeating: "a/", count: 20_000) + "x"
    let huge = TensorDescriptor(name: "h", dtype: .float32, shape: try Shape([1 << 60]), byteCount: .max)
    let tree = ScopeTree([try Self.descriptor(deep, [1]), try Self.descriptor("//", [1]), huge, huge])
    #expect(tree.root.byteCount == .max)
    #expect(tree.root.tensorCount == 4)
    #expect(TensorText.tree(tree).text.split(separator: "\n").count > 3)
    #expect(ScopeTree([]).root.tensorCount == 0)
  }
}
