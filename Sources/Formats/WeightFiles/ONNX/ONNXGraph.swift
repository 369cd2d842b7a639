package import Tensors

/// The computation of an ONNX file: nodes in the order in which they run, and what they read and write.
///
/// Its weights are tensors of the file. Everything else that a graph needs is an attribute of a node, so that a file
/// has no tensors but the model's.
/// - Source: ONNX `docs/IR.md`; `onnx.proto3`.
package struct ONNXGraph: Sendable, Equatable {
  /// One operation.
  package struct Node: Sendable, Equatable {
    /// The name, unique in the graph.
    package var name: String
    /// The operator, such as `Conv`.
    package var operation: String
    /// The values that it reads.
    package var inputs: [String]
    /// The values that it writes.
    package var outputs: [String]
    /// The operator's settings.
    package var attributes: [Attribute]

    /// A node.
    package init(name: String, operation: String, inputs: [String], outputs: [String], attributes: [Attribute] = []) {
      self.name = name
      self.operation = operation
      self.inputs = inputs
      self.outputs = outputs
      self.attributes = attributes
    }
  }

  /// A setting of a node.
  package struct Attribute: Sendable, Equatable {
    /// What a setting may be.
    package enum Value: Sendable, Equatable {
      /// A whole number.
      case integer(Int)
      /// Whole numbers.
      case integers([Int])
      /// A floating-point number.
      case float(Float)
      /// A tensor of one floating-point number.
      case tensor(Float)
    }

    /// The name that the operator gives it.
    package var name: String
    /// The setting.
    package var value: Value

    /// A setting.
    package init(_ name: String, _ value: Value) {
      self.name = name
      self.value = value
    }
  }

  /// An input or output of the graph.
  package struct Value: Sendable, Equatable {
    /// An extent of a value.
    package enum Axis: Sendable, Equatable {
      /// Always this extent.
      case exactly(Int)
      /// Any extent, the same wherever the name occurs.
      case named(String)
    }

    /// The name.
    package var name: String
    /// The dtype of the elements.
    package var dtype: DType
    /// The extents.
    package var axes: [Axis]
    /// What it is, for people.
    package var documentation: String

    /// An input or output.
    package init(_ name: String, _ dtype: DType, _ axes: [Axis], _ documentation: String) {
      self.name = name
      self.dtype = dtype
      self.axes = axes
      self.documentation = documentation
    }
  }

  /// The graph's name.
  package var name: String
  /// What it computes, for people.
  package var documentation: String
  /// The nodes; each reads only inputs, weights, and values of nodes before it.
  package var nodes: [Node]
  /// What is fed.
  package var inputs: [Value]
  /// What can be fetched.
  package var outputs: [Value]
  /// The tensors that it reads.
  package var weights: [TensorDescriptor]

  /// A graph.
  package init(
    name: String, documentation: String, nodes: [Node], inputs: [Value], outputs: [Value], weights: [TensorDescriptor]
  ) {
    self.name = name
    self.documentation = documentation
    self.nodes = nodes
    self.inputs = inputs
    self.outputs = outputs
    self.weights = weights
  }
}
