import Foundation
import Inspection
import Messages
import MetaGraph
import TestSupport
import Testing

@Suite("Nodes of a graph")
struct GraphListingTests {
  private func graph() throws -> GraphFile {
    try #require(try GraphFile(path: Fixture.path("scenes/v2/model.ckpt-4222.meta")))
  }

  @Test("are a line each: name, operation, inputs, what sets them apart, shapes")
  func lines() throws {
    let text = try graph().nodeText { $0.hasPrefix("resize/") || $0 == "lstm/basic_lstm_cell/split" }
    #expect(
      text == """
        resize/ExpandDims/dim  Const  ()  dtype=int32  value=0  -> []
        resize/ExpandDims  ExpandDims  (decode/convert_image, resize/ExpandDims/dim)  -> [1, ?, ?, 3]
        resize/size  Const  ()  dtype=int32  value=[346, 346]  -> [2]
        resize/ResizeBilinear  ResizeBilinear  (resize/ExpandDims, resize/size)  align_corners=false  \
        half_pixel_centers=false  -> [1, 346, 346, 3]
        resize/Squeeze  Squeeze  (resize/ResizeBilinear)  squeeze_dims=[0]  -> [346, 346, 3]
        lstm/basic_lstm_cell/split  Split  (lstm/basic_lstm_cell/Const, lstm/basic_lstm_cell/BiasAdd)  num_split=4  \
        -> [1, 128], [1, 128], [1, 128], [1, 128]
        """)
  }

  @Test("of functions come behind the graph's own, under the function's name")
  func functions() throws {
    let path = Fixture.path("checkpoints/saved-model-tf2/model/saved_model.pb")
    let graphs = try #require(try GraphFile(path: path))
    let lines = try graphs.nodeText { _ in true }.text.split(separator: "\n")
    #expect(lines.count { $0.hasPrefix("function ") } == graphs.graphs.reduce(0) { $0 + $1.functions.count })
    #expect(lines.contains { $0.hasPrefix("  ") })
  }

  @Test("follow the schema as JSON, with all attributes")
  func json() throws {
    let schema = try JSONSchema(named: "inspect.schema.json")
    for path in ["scenes/v2/model.ckpt-4222.meta", "checkpoints/saved-model-tf2/model/saved_model.pb"] {
      let graphs = try #require(try GraphFile(path: Fixture.path(path)))
      let json = try graphs.document { $0.hasPrefix("lstm") || $0.contains("StatefulPartitionedCall") || $0 == "x" }
        .json().text
      #expect(try schema.violations(in: json) == [])
      #expect(json.contains("\"nodes\" : ["))
    }
    let json = try graph().document { $0 == "decode/DecodeJpeg" }.json().text
    #expect(json.contains("\"dct_method\" : \"INTEGER_ACCURATE\"") && json.contains("\"ratio\" : \"1\""))
  }

  @Test("as scopes are few boxes, with the edges between them counted")
  func dot() throws {
    let dot = try graph().dot(depth: 1) { _ in true }
    #expect(dot.text.hasPrefix("digraph graph_of_scopes {\n  // 396 nodes that save and restore are left out.\n"))
    #expect(dot.text.contains("[label=\"InceptionV3\\n2,584 nodes\\n376 VariableV2, 94 Add, 94 Conv2D\"]"))
    #expect(dot.text.contains("[label=\"softmax\\nSoftmax\", fillcolor=\"#ffffff\"]"))
    #expect(dot.text.count { $0 == "\n" } < 50)
    #expect(dot.text.hasSuffix("}\n"))
    #expect(try graph().dot(depth: 1) { _ in true } == dot)
    let deeper = try graph().dot(depth: 2) { _ in true }
    #expect(deeper.text.contains("    label=\"lstm\";"))
    #expect(deeper.text.contains("label=\"40\""))
  }

  @Test("with names made to disturb are escaped")
  func escaping() throws {
    // MetaGraphDef with one node of the name `a"b\<ESC>` in a graph; its input is not there.
    let name: [UInt8] = Array("a\"b\\\u{1b}".utf8)
    let node: [UInt8] = [0x0a, UInt8(name.count)] + name + [0x12, 1, 0x78, 0x1a, 1, 0x7a]
    let graph: [UInt8] = [0x0a, UInt8(node.count)] + node
    let scratch = try TemporaryDirectory()
    let path = try scratch.write([0x12, UInt8(graph.count)] + graph, to: "p.meta")
    let file = try #require(try GraphFile(path: path))
    #expect(file.dot(depth: 1) { _ in true }.text.contains(#"label="a\"b\\\\u{1b}\nx""#))
    #expect(try file.nodeText { _ in true } == "a\"b\\\\u{1b}  x  (z)")
  }

  @Test("with 10⁴ scopes in one name are boxes all the same")
  func deepName() throws {
    let name = Array(repeating: "s", count: 10_000).joined(separator: "/")
    func varint(_ value: Int) -> [UInt8] {
      value < 0x80 ? [UInt8(value)] : [UInt8(value & 0x7f) | 0x80] + varint(value >> 7)
    }
    func field(_ number: UInt8, _ bytes: [UInt8]) -> [UInt8] { [number << 3 | 2] + varint(bytes.count) + bytes }
    let scratch = try TemporaryDirectory()
    let path = try scratch.write(field(2, field(1, field(1, Array(name.utf8)) + field(2, [0x78]))), to: "p.meta")
    let file = try #require(try GraphFile(path: path))
    #expect(file.dot(depth: .max) { _ in true }.text.count { $0 == "{" } == ScopeGraph.maximumDepth)
  }
}
