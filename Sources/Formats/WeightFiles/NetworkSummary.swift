/// What a file says about the network that it computes with its tensors.
package struct NetworkSummary: Sendable, Equatable {
  /// An extent of an input or output.
  package enum Axis: Sendable, Equatable {
    case extent(Int64)
    /// The same extent wherever this name occurs.
    case name(String)
    case unknown
  }

  /// An input or an output.
  package struct Value: Sendable, Equatable {
    package var name = ""
    /// The dtype, or a word such as `sequence`; empty if nothing says it.
    package var type = ""
    /// Nil if not even the rank is known.
    package var axes: [Axis]?
  }

  /// A set of operators, and its version if it is stated.
  package struct OperatorSet: Sendable, Equatable {
    package var domain: String
    package var version: Int64?
  }

  /// The nodes with one operator.
  package struct Operation: Sendable, Equatable {
    /// The operator, with its domain unless it is one of ONNX's own.
    package var name: String
    package var count: Int
  }

  /// The keys of metadata that say the same in fewer words.
  package static let metadataKeys: Set<String> = [
    "onnx.graph_name", "onnx.inputs", "onnx.operators", "onnx.opset_import", "onnx.outputs", "onnx.producer_name",
    "onnx.producer_version",
  ]

  /// The program that wrote the file, and its version.
  package var producer: String?
  /// The name of the graph.
  package var graphName: String?
  package var operatorSets: [OperatorSet] = []
  /// The most frequent first.
  package var operations: [Operation] = []
  /// All nodes, also those of inner graphs and functions.
  package var nodeCount = 0
  /// Without those that have a tensor of the file as their value.
  package var inputs: [Value] = []
  package var outputs: [Value] = []
}

extension NetworkSummary.Axis: CustomStringConvertible {
  /// Such as `3`, `batch` or `?`.
  package var description: String {
    switch self {
    case .extent(let extent): "\(extent)"
    case .name(let name): name
    case .unknown: "?"
    }
  }
}

extension NetworkSummary.Value: CustomStringConvertible {
  /// Such as `x float32 [batch, 3]`.
  package var description: String {
    "\(name) \(type)" + (axes.map { " [\($0.map(\.description).joined(separator: ", "))]" } ?? "")
  }
}

extension NetworkSummary.OperatorSet: CustomStringConvertible {
  /// Such as `ai.onnx 17`.
  package var description: String { domain + (version.map { " \($0)" } ?? "") }
}
