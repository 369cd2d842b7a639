import Foundation
import Inspection
import Messages
import TestSupport
import Testing

@Suite("The network of an ONNX model")
struct NetworkTests {
  @Test("is listed with its maker, inputs, outputs and operators by count, in text and JSON")
  func listed() throws {
    let inspection = try SourceInspection(of: Fixture.path("onnx/nodes.onnx"))
    let text = inspection.text.text
    for part in [
      "Network\n  name          graph\n  made by       decant 1\n  operators of  ai.onnx 21\n  nodes         12 of 3 kinds\n",
      "Inputs\n  x  float  [1, 2]\n", "Outputs\n  y  float  [1, 2]\n",
      "Operations\n  10  Constant\n   1  ConstantOfShape\n   1  MatMul\n",
    ] {
      #expect(text.contains(part), "\(text)")
    }
    // It is not repeated in the head.
    #expect(!text.contains("onnx.operators") && text.contains("onnx.ir_version"))
    let json = try inspection.document.json().text
    #expect(try JSONSchema(named: "inspect.schema.json").violations(in: json) == [])
    let document = try #require(JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    let network = try #require(document["network"] as? [String: Any])
    #expect(network["producer"] as? String == "decant 1" && network["node_count"] as? Int == 12)
    let operations = try #require(network["operations"] as? [[String: Any]])
    #expect(operations.map { $0["op"] as? String } == ["Constant", "ConstantOfShape", "MatMul"])
    let inputs = try #require(network["inputs"] as? [[String: Any]])
    #expect(inputs.count == 1 && inputs[0]["shape"] as? [Int] == [1, 2] && inputs[0]["dtype"] as? String == "float")
  }

  @Test("Other files have none")
  func others() throws {
    let inspection = try SourceInspection(of: Fixture.path("gguf/plain.gguf"))
    #expect(inspection.document.network == nil)
    #expect(!inspection.text.text.contains("Network"))
  }
}
