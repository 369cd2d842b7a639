import GraphProof
import Messages
import MetaGraph
import Testing
import TestSupport

@Suite("An odd graph")
struct OddGraphTests {
  private let path = "scenes/v2/model.ckpt-4222.meta"
  private let convolution = "InceptionV3/InceptionV3/Conv2d_2a_3x3/Conv2D"
  private let before = "InceptionV3/InceptionV3/Conv2d_1a_3x3/Relu"

  @Test("with 2 x 10⁴ nodes between two layers that change nothing agrees")
  func longWay() throws {
    var graph = try EditedGraph(path)
    graph.add("way0", "Identity", inputs: [before])
    for number in 1..<20_000 { graph.add("way\(number)", "Identity", inputs: ["way\(number - 1)"]) }
    try graph.edit(convolution) { $0.setInput(0, "way19999") }
    #expect(try graph.comparison().agrees)
  }

  @Test("whose joins double 40 times over is a difference and ends")
  func doubling() throws {
    var graph = try EditedGraph(path)
    let axis = "InceptionV3/InceptionV3/Mixed_5b/concat/axis"
    graph.add("join0", "ConcatV2", inputs: [before, before, axis])
    for number in 1..<40 {
      graph.add("join\(number)", "ConcatV2", inputs: ["join\(number - 1)", "join\(number - 1)", axis])
    }
    try graph.edit(convolution) { $0.setInput(0, "join39") }
    let comparison = try graph.comparison()
    #expect(comparison.differences.map(\.node) == ["join39"])
    #expect(comparison.differences.map(\.graph) == ["more maps than 1"])
  }

  @Test("with names twice, inputs from nowhere or a cycle is an error")
  func errors() throws {
    func reason(_ change: (inout EditedGraph) throws -> Void) throws -> MetaGraphDefect? {
      var graph = try EditedGraph(path)
      try change(&graph)
      return #expect(throws: MetaGraphError.self) { try graph.comparison() }?.reason
    }
    #expect(try reason { $0.add("softmax", "NoOp", inputs: []) } == .duplicateNode("softmax"))
    #expect(
      try reason { try $0.edit("softmax") { $0.setInput(0, "nowhere") } }
        == .missingInput(node: "softmax", input: "nowhere"))
    #expect(
      try reason { try $0.edit(before) { $0.setInput(0, "InceptionV3/InceptionV3/Conv2d_2a_3x3/Relu") } }
        == .cycle([
          before, "InceptionV3/InceptionV3/Conv2d_2a_3x3/Relu",
          "InceptionV3/InceptionV3/Conv2d_2a_3x3/BatchNorm/FusedBatchNormV3", convolution,
        ]))
  }

  @Test("whose convolutions lack what they need is told what is missing", arguments: [0, -3, 1_000_000_000])
  func widths(width: Int64) throws {
    var graph = try EditedGraph(path)
    try graph.edit("InceptionV3/Mixed_7c/Branch_0/Conv2d_0a_1x1/weights") {
      try $0.setAttribute("shape", WireMessage.shape([1, 1, 512, width]))
    }
    let comparison = try graph.comparison()
    #expect(comparison.differences.first?.node == "InceptionV3/Mixed_7c/Branch_0/Conv2d_0a_1x1/weights")
    #expect(!comparison.agrees)
  }

  @Test("of training is compared as far as captioning shares it, and the rest is noted")
  func training() throws {
    var graph = try EditedGraph(path)
    graph.add("loss", "SparseSoftmaxCrossEntropyWithLogits", inputs: ["logits/BiasAdd", "input_feed"])
    try graph.edit("softmax") { $0.setOp("Identity") }
    try graph.edit("InceptionV3/InceptionV3/Conv2d_2a_3x3/BatchNorm/FusedBatchNormV3") {
      try $0.setAttribute("is_training", [WireMessage.varint(5, 1)])
    }
    let comparison = try graph.comparison()
    #expect(comparison.kind == .training(node: "loss"))
    #expect(comparison.agrees)
    #expect(comparison.notes.map(\.text) == ["normalization: by the statistics of the batch"])
  }

  @Test("that leaves the decoder's method to TensorFlow agrees, with a note")
  func method() throws {
    var graph = try EditedGraph(path)
    try graph.edit("decode/DecodeJpeg") { try $0.setAttribute("dct_method", [WireMessage.text(2, "")]) }
    let comparison = try graph.comparison()
    #expect(comparison.agrees)
    #expect(comparison.notes.map(\.node) == ["decode/DecodeJpeg"])
  }

  @Test("that takes pictures in place of files agrees, with a note")
  func fedPictures() throws {
    var graph = try EditedGraph(path)
    try graph.edit("decode/convert_image/Cast") {
      $0.setOp("Placeholder")
      $0.removeInputs()
    }
    let comparison = try graph.comparison()
    #expect(comparison.agrees)
    #expect(
      comparison.notes.map(\.text) == ["pictures come already decoded from 'decode/convert_image/Cast' (Placeholder)"])
  }

  @Test("that is frozen agrees: its constants have the variables' names")
  func frozen() throws {
    var graph = try EditedGraph(path)
    try graph.edit(where: { $0.op == "VariableV2" }) { try $0.freeze() }
    let scratch = try TemporaryDirectory()
    let comparison = try GraphComparison(
      of: FrozenGraph(path: scratch.write(graph.graphBytes, to: "frozen.pb")).definition)
    #expect(comparison.differences == [])
    #expect(comparison.agrees)
  }
}
