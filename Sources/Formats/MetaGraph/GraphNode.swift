/// One operation of a graph, without its attributes.
///
/// Attributes stay in the file until `MetaGraphDefinition.attributes(of:)` reads them, because they include the graph's
/// constants.
package struct GraphNode: Sendable, Equatable {
  /// The unique name in its graph or function.
  package let name: String
  /// What it does, such as `Conv2D`.
  package let op: String
  /// What it consumes, in TensorFlow's spelling: `node`, `node:k`, or `^node` for a node that must run before.
  package let inputs: [String]
  /// Where it should run; usually empty.
  package let device: String
  /// Where the NodeDef is in the file.
  package let range: Range<Int>

  /// The inputs that carry tensors, as the producing node and the index of its output.
  package var dataInputs: [(node: String, output: Int)] {
    inputs.filter { !$0.hasPrefix("^") }.map(Self.split)
  }

  /// Takes `node:k` apart; `node` alone means output 0.
  ///
  /// In functions, `node:output:k` occurs; only the node and k are kept.
  package static func split(_ tensorName: String) -> (node: String, output: Int) {
    // Nearly every input is output 0 of a node, and is spelled without it.
    guard tensorName.utf8.contains(UInt8(ascii: ":")) else { return (tensorName, 0) }
    let parts = tensorName.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count > 1, let output = parts.last.flatMap({ Int($0) }) else { return (tensorName, 0) }
    return (String(parts[0]), output)
  }
}

/// One function of a graph's library; TensorFlow 2 keeps nearly everything in these.
package struct GraphFunction: Sendable, Equatable {
  /// The unique name.
  package let name: String
  /// The body.
  package let nodes: [GraphNode]
  /// The arguments, in order; nodes of the body consume them by these names.
  package let arguments: [String]
  /// The tensors of the body that are returned, in order, in TensorFlow's spelling.
  package let results: [String]
}
