import Messages
import MetaGraph
import ProtobufWire
import Tensors
import Testing
import TestSupport

@Suite("A .meta file")
struct MetaGraphFileTests {
  /// A graph with one of everything.
  static let sample = Message(
    .message(
      1, .text(1, "v7"), .message(2, .message(1, .text(1, "Const")), .message(1, .text(1, "MatMul"))),
      .text(4, "serve"),
      .text(4, "gpu"), .text(5, "1.3.0"), .text(6, "v1.3.0-0-gabc"), .number(7, 1)),
    .message(
      2,
      .node("save/Const", "Const"),
      .node(
        "save/SaveV2/tensor_names", "Const",
        attributes: [
          ("value", .message(8, .number(1, 7), .message(2, .message(2, .number(1, 2))), .text(8, "b"), .text(8, "a")))
        ]),
      .node("save/SaveV2", "SaveV2", inputs: ["save/Const", "save/SaveV2/tensor_names", "^a"]),
      .node(
        "a", "VariableV2",
        attributes: [
          ("dtype", .number(6, 1)), ("shape", .bytes(7, Message.shape(2, 3).bytes)), ("shared", .text(2, "x")),
        ]
      ),
      .node("part_0", "VarHandleOp", attributes: [("dtype", .number(6, 3)), ("shape", .message(7, .number(3, 1)))]),
      .node("lost", "Variable"),
      .node(
        "strides", "Conv2D", attributes: [("strides", .message(1, .bytes(3, [1, 2, 2, 1]))), ("f", .float(4, 0.5))]),
      .message(
        2, .message(1, .message(1, .text(1, "inner")), .bytes(3, Message(.text(1, "n"), .text(2, "Add")).bytes))),
      .message(4, .number(1, 24))),
    .message(
      3, .text(1, "save/Const:0"), .text(2, "save/control:0"), .text(3, "save/restore_all"), .number(4, 5),
      .number(5, 1), .number(7, 2)),
    .variables(
      "variables",
      [
        Message(.text(1, "a:0"), .text(2, "a/Assign"), .text(3, "a/read:0"), .text(6, "a/init:0")),
        Message(
          .text(1, "part_0:0"),
          .message(4, .text(1, "whole"), .bytes(2, [4, 2]), .bytes(3, [0, 0]), .bytes(4, [2, 2]))),
      ]),
    .variables("trainable_variables", [Message(.text(1, "a:0"))]),
    .variables("while_context", [Message(.text(1, "a/while_context"))]),
    .message(4, .text(1, "losses"), .message(2, .message(1, .text(1, "total:0"), .text(1, "lost:0")))),
    .message(4, .text(1, "steps"), .message(2, .message(3, .bytes(1, [1, 2, 3])))),
    .message(4, .text(1, "rates"), .message(2, .message(4, .float(1, 0.5)))),
    .message(4, .text(1, "any"), .message(2, .message(5, .message(1, .text(1, "type.example/T"), .text(2, "v"))))),
    .message(4, .text(1, "empty"), .message(2)),
    .message(
      5, .text(1, "serving_default"),
      .message(
        2,
        .message(
          1, .text(1, "image"), .message(2, .text(1, "in:0"), .number(2, 7), .bytes(3, Message.shape(-1).bytes))),
        .message(2, .text(1, "words"), .message(2, .text(1, "out:0"), .number(2, 9))),
        .text(3, "tensorflow/serving/predict"))),
    .message(6, .message(1, .text(1, "path:0")), .text(2, "word_counts.txt")))

  @Test("tells its origin, saver, nodes and functions")
  func header() throws {
    try withFile(Self.sample.bytes) { path in
      let file = try MetaGraphFile(path: path)
      let graph = file.definition
      #expect(file.byteCount == Self.sample.bytes.count)
      #expect(graph.tensorFlowVersion == "1.3.0")
      #expect(graph.tensorFlowGitVersion == "v1.3.0-0-gabc")
      #expect(graph.metaGraphVersion == "v7")
      #expect(graph.tags == ["serve", "gpu"])
      #expect(graph.omitsDefaultAttributes)
      #expect(graph.listedOpCount == 2)
      #expect(graph.graphVersion == 24)
      #expect(graph.saver?.version == .v2)
      #expect(graph.saver?.isSharded == true)
      #expect(graph.saver?.maximumKeptCount == 5)
      #expect(graph.saver?.scope == "save")
      #expect(try graph.savedTensorNames() == ["b", "a"])
      #expect(
        graph.opCounts == ["Const": 2, "SaveV2": 1, "VariableV2": 1, "VarHandleOp": 1, "Variable": 1, "Conv2D": 1])
      #expect(graph.functions.map(\.name) == ["inner"])
      #expect(graph.functions.first?.nodes.map(\.op) == ["Add"])
    }
  }

  @Test("gives nodes by name, with inputs and attributes")
  func nodes() throws {
    try withFile(Self.sample.bytes) { path in
      let graph = try MetaGraphFile(path: path).definition
      let save = try graph.requireNode(named: "save/SaveV2")
      #expect(save.inputs == ["save/Const", "save/SaveV2/tensor_names", "^a"])
      #expect(save.dataInputs.map(\.node) == ["save/Const", "save/SaveV2/tensor_names"])
      let conv = try graph.attributes(of: graph.requireNode(named: "strides"))
      #expect(conv["strides"]?.integers == [1, 2, 2, 1])
      #expect(conv["f"] == .float(0.5))
      let variable = try graph.attributes(of: graph.requireNode(named: "a"))
      #expect(variable["shape"]?.shape?.description == "[2, 3]")
      #expect(variable["dtype"]?.type?.dtype == .float32)
      #expect(variable["shared"]?.text == "x")
      let error = #expect(throws: MetaGraphError.self) { try graph.requireNode(named: "save/SaveV3") }
      guard case .noSuchNode("save/SaveV3", let nearest) = error?.reason else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(nearest.first == "save/SaveV2")
    }
  }

  @Test("joins what collections and nodes say about a variable")
  func variables() throws {
    try withFile(Self.sample.bytes) { path in
      let graph = try MetaGraphFile(path: path).definition
      #expect(graph.variables.map(\.name) == ["a", "lost", "part_0"])
      let a = graph.variables[0]
      #expect(a.collections == ["trainable_variables", "variables"])
      #expect(a.isTrainable)
      #expect(!a.isResource)
      #expect(a.initialValueName == "a/init:0")
      #expect(a.initializerName == "a/Assign")
      #expect(a.snapshotName == "a/read:0")
      #expect(a.op == "VariableV2")
      #expect(a.savedName == "a")
      #expect(graph.variables[1].collections == ["losses"])
      let part = graph.variables[2]
      #expect(part.savedName == "whole")
      #expect(part.slice?.fullName == "whole")
      #expect(part.slice?.fullShape == [4, 2])
      #expect(part.slice?.offset == [0, 0])
      #expect(part.slice?.shape == [2, 2])
      #expect(part.isResource)
      #expect(!part.isTrainable)
      #expect(part.shape?.description == "unknown rank")
    }
  }

  @Test("lists collections of every kind, signatures and assets")
  func collections() throws {
    try withFile(Self.sample.bytes) { path in
      let graph = try MetaGraphFile(path: path).definition
      let rows = graph.collections.map { "\($0.name) \($0.kind) \($0.count)" }
      #expect(
        rows == [
          "any any_list 1", "empty empty 0", "losses node_list 2", "rates float_list 1", "steps int64_list 3",
          "trainable_variables bytes_list 1", "variables bytes_list 2", "while_context bytes_list 1",
        ])
      #expect(graph.collection(named: "steps")?.values == .integers([1, 2, 3]))
      #expect(graph.collection(named: "any")?.values == .messages(types: ["type.example/T"]))
      let signature = try #require(graph.signatures.first)
      #expect(signature.name == "serving_default")
      #expect(signature.methodName == "tensorflow/serving/predict")
      #expect(signature.inputs.map(\.tensorName) == ["in:0"])
      #expect(signature.inputs.first?.type.dtype == .string)
      #expect(signature.inputs.first?.shape?.description == "[?]")
      #expect(signature.outputs.first?.shape == nil)
      #expect(graph.assets.map(\.fileName) == ["word_counts.txt"])
      #expect(graph.assets.map(\.tensorName) == ["path:0"])
    }
  }

  @Test("cut at any byte gives an error or a smaller graph, and never traps")
  func truncated() throws {
    let bytes = Self.sample.bytes
    var wholeCount = 0
    for end in 0..<bytes.count {
      try withFile(Array(bytes[..<end])) { path in
        do throws(MetaGraphError) {
          let graph = try MetaGraphFile(path: path).definition
          for node in graph.nodes { _ = try graph.attributes(of: node) }
          wholeCount += 1
        } catch {
          #expect(!error.description.isEmpty)
        }
      }
    }
    // One prefix ends after each of the file's top-level fields but the last.
    #expect(wholeCount == 12)
  }

  @Test("with any one byte changed gives an error or another graph, and never traps")
  func flipped() throws {
    let bytes = Self.sample.bytes
    // The lowest bit changes a field's type, the highest where a number ends.
    let changes: [UInt8] = [0x01, 0x80, 0xff]
    for index in bytes.indices {
      var changed = bytes
      changed[index] ^= changes[index % changes.count]
      try withFile(changed) { path in
        do throws(MetaGraphError) {
          let graph = try MetaGraphFile(path: path).definition
          for node in graph.nodes {
            for value in try graph.attributes(of: node).values {
              _ = value.tensor?.packedElements(maximumByteCount: 1 << 10)
              _ = value.tensor?.strings(maximumCount: 1 << 10)
              _ = value.tensor?.scalar
            }
          }
        } catch {
          #expect(!error.description.isEmpty)
        }
      }
    }
  }

  @Test("of the first releases keeps an opaque message where the list of operations is now")
  func oldAnyInfo() throws {
    let message = Message(
      .message(1, .bytes(2, [0xff, 0x00, 0x37]), .text(5, "0.6.0")), .message(2, .node("n", "NoOp")))
    try withFile(message.bytes) { path in
      let graph = try MetaGraphFile(path: path).definition
      #expect(graph.tensorFlowVersion == "0.6.0")
      #expect(graph.listedOpCount == nil)
      #expect(graph.nodes.count == 1)
    }
  }

  @Test("with a field twice has both contents, and the last entry of a map's key")
  func repeated() throws {
    let message = Message(
      .message(2, .node("a", "NoOp")), .message(4, .text(1, "c"), .message(2, .message(1, .text(1, "old")))),
      .message(1, .text(5, "1.0.0")), .message(1, .text(5, "1.0.1")), .message(2, .node("b", "NoOp")),
      .message(4, .text(1, "c"), .message(2, .message(1, .text(1, "new")))))
    try withFile(message.bytes) { path in
      let graph = try MetaGraphFile(path: path).definition
      #expect(graph.nodes.map(\.name) == ["a", "b"])
      #expect(graph.tensorFlowVersion == "1.0.1")
      #expect(graph.collections.map(\.values) == [.nodes(["new"])])
    }
  }

  @Test("names with NUL, bad UTF-8 and control characters survive")
  func strangeNames() throws {
    let node = Message.message(1, .bytes(1, [0x61, 0, 0x62, 0xff]), .text(2, "No\nOp"))
    try withFile(Message(.bytes(2, node.bytes)).bytes) { path in
      let graph = try MetaGraphFile(path: path).definition
      #expect(graph.nodes.map(\.name) == ["a\0b\\xff"])
      #expect(graph.nodes.map(\.op) == ["No\nOp"])
    }
  }
}
