import Messages
import MetaGraph
import TensorFiles
import Tensors
import Testing
import TestSupport

@Suite("Graphs opened like any other source")
struct GraphSourceTests {
  @Test("A frozen graph is known by .pb, and a graph in text is said to be one")
  func names() throws {
    let source = try TensorFile.open(Fixture.path("graphs/frozen-1.15/frozen.pb"))
    #expect(source.format == "TensorFlow frozen graph")
    #expect(source.descriptor(named: "dense/kernel")?.shape.dimensions == [3, 4])
    let scratch = try TemporaryDirectory()
    let text = try scratch.write(Array("node {\n  name: \"a\"\n}\n".utf8), to: "graph.pbtxt")
    let error = #expect(throws: MetaGraphError.self) { try TensorFile.open(text) }
    #expect(error?.reason == .textGraph)
  }

  @Test("A SavedModel without variables shows its constants; one that misses its variables does not")
  func withoutVariables() throws {
    let scratch = try TemporaryDirectory()
    func message(_ field: UInt8, _ bytes: [UInt8]) -> [UInt8] { [field << 3 | 2, UInt8(bytes.count)] + bytes }
    func text(_ field: UInt8, _ text: String) -> [UInt8] { message(field, Array(text.utf8)) }
    func node(_ op: String, _ attributes: [UInt8] = []) -> [UInt8] {
      message(1, text(1, "c") + text(2, op) + attributes)
    }
    func model(_ nodes: [UInt8]) -> [UInt8] { [0x08, 0x01] + message(2, message(1, text(1, "")) + message(2, nodes)) }
    // A float32 scalar of 1.
    let tensor: [UInt8] = [0x08, 0x01, 0x2d, 0, 0, 0x80, 0x3f]
    let value = message(5, text(1, "value") + message(2, message(8, tensor)))
    _ = try scratch.write(model(node("Const", value)), to: "saved_model.pb")
    let source = try TensorFile.open(scratch.path)
    #expect(source.format == "TensorFlow SavedModel without variables")
    #expect(try source.readAll(source.requireDescriptor(named: "c")) == [0, 0, 0x80, 0x3f])
    _ = try scratch.write(model(node("VariableV2")), to: "saved_model.pb")
    #expect("\(try #require(throws: (any Error).self) { try TensorFile.open(scratch.path) })".contains("variables"))
  }
}
