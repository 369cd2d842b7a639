internal import Messages
internal import Tensors
internal import WeightFiles

/// Assembles the ONNX graph of a model, node by node. A function that adds a node returns the name of the value that it
/// writes.
struct GraphBuilder {
  /// The nodes so far, in the order in which they run.
  private(set) var nodes: [ONNXGraph.Node] = []
  /// The required tensors that do not exist, by name.
  private(set) var missing: [String] = []
  /// The tensors that nodes read.
  private(set) var weights: [TensorDescriptor] = []
  private let tensors: [String: TensorDescriptor]
  /// The values that have the tensors in float32, by the tensors' names.
  private var values: [String: String] = [:]

  /// A builder of a graph that reads some of these tensors.
  init(_ tensors: [TensorDescriptor]) {
    self.tensors = Dictionary(tensors.map { ($0.name, $0) }) { first, _ in first }
  }

  /// Whether there is a tensor of that name.
  func has(_ name: String) -> Bool { tensors[name] != nil }

  /// Adds a node that writes one value.
  mutating func add(
    _ operation: String, _ inputs: [String], as output: String, _ attributes: [ONNXGraph.Attribute] = []
  ) -> String {
    nodes.append(
      ONNXGraph.Node(name: output, operation: operation, inputs: inputs, outputs: [output], attributes: attributes))
    return output
  }

  /// Adds a node that cuts a value into equal parts along an axis.
  mutating func split(_ input: String, into outputs: [String], axis: Int) {
    nodes.append(
      ONNXGraph.Node(
        name: "\(input)/split", operation: "Split", inputs: [input], outputs: outputs,
        attributes: [.init("axis", .integer(axis))]))
  }

  /// The value that has a tensor's elements in float32, in which everything is computed.
  mutating func weight(_ name: String) -> String {
    if let value = values[name] { return value }
    guard let tensor = tensors[name] else {
      missing.append(name)
      return name
    }
    weights.append(tensor)
    let float32 = ONNXGraph.Attribute("to", .integer(1))
    let value = tensor.dtype == .float32 ? name : add("Cast", [name], as: "\(name)/Cast", [float32])
    values[name] = value
    return value
  }

  /// Adds a value of the given shape that is the same number everywhere. It is no tensor of the file, because a file has
  /// none but the model's.
  mutating func fill(_ shape: String, with number: Double, as output: String) -> String {
    add("ConstantOfShape", [shape], as: output, [.init("value", .tensor(Float(number)))])
  }

  /// Adds the extents of a value, as a list.
  mutating func shape(of value: String) -> String { add("Shape", [value], as: "\(value)/Shape") }
}
