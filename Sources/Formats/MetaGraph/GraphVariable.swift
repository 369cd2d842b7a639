internal import Bytes
internal import CTensorFlowProtos
internal import ProtobufMessages

/// A variable of a graph, as its collections and its node describe it.
package struct GraphVariable: Sendable, Equatable {
  /// Which part of a partitioned variable this is.
  package struct Slice: Sendable, Equatable {
    /// The name under which the whole variable is saved.
    package let fullName: String
    /// The extents of the whole variable.
    package let fullShape: [Int64]
    /// Where the part starts on each axis.
    package let offset: [Int64]
    /// The extents of the part.
    package let shape: [Int64]
  }

  /// The name of the variable and of its node, without `:0`.
  package let name: String
  /// The sorted names of the collections that contain it.
  package internal(set) var collections: [String]
  /// Whether training changes it: it is listed in `trainable_variables`, or marked as trainable.
  package internal(set) var isTrainable: Bool
  /// Whether it is a resource, as in TensorFlow 2, rather than a reference.
  package internal(set) var isResource: Bool
  /// The tensor of its initial value, if the collection names it (TensorFlow 1.4 and later).
  package internal(set) var initialValueName: String?
  /// The node that initializes it.
  package internal(set) var initializerName: String?
  /// The tensor that reads it.
  package internal(set) var snapshotName: String?
  /// Which part of a partitioned variable it is, if it is one.
  package internal(set) var slice: Slice?
  /// The node's operation, such as `VariableV2`; nil if the graph has no such node.
  package internal(set) var op: String?
  /// The element type according to the node's attributes.
  package internal(set) var type: GraphType?
  /// The shape according to the node's attributes.
  package internal(set) var shape: GraphShape?

  /// Its name in checkpoints, unless its saver uses another.
  package var savedName: String { slice?.fullName ?? name }

  init(name: String) {
    self.name = name
    collections = []
    isTrainable = false
    isResource = false
  }

  /// Operations that hold a variable.
  ///
  /// - Source: TensorFlow `core/ops/state_ops.cc`, `core/ops/resource_variable_ops.cc`.
  static let operations: Set<String> = [
    "Variable", "VariableV2", "TemporaryVariable", "VarHandleOp", "AutoReloadVariable",
  ]
}

/// A VariableDef, as collections store it.
struct VariableDefinition {
  let name: String
  let initializerName: String?
  let snapshotName: String?
  let initialValueName: String?
  let isResource: Bool
  let isTrainable: Bool
  let slice: GraphVariable.Slice?

  /// Fails if the bytes are not a VariableDef with a name.
  init?(parsing bytes: [UInt8]) {
    let parsed: Self?? = try? unsafe Tensorflow__VariableDef.withUnpacked(
      bytes.rawSpan, limits: .graphPart, baseOffset: 0
    ) { unsafe Self($0) }
    guard let parsed, let parsed else { return nil }
    self = parsed
  }

  private init?(_ message: Tensorflow__VariableDef) {
    guard let tensorName = unsafe message.variable_name.nonEmptyText else { return nil }
    name = GraphNode.split(tensorName).node
    initializerName = unsafe message.initializer_name.nonEmptyText
    snapshotName = unsafe message.snapshot_name.nonEmptyText
    initialValueName = unsafe message.initial_value_name.nonEmptyText
    isResource = unsafe message.is_resource != 0
    isTrainable = unsafe message.trainable != 0
    slice = unsafe message.save_slice_info_def.map { pointer in
      let info = unsafe pointer.pointee
      return unsafe GraphVariable.Slice(
        fullName: info.full_name.text, fullShape: elements(info.full_shape, info.n_full_shape),
        offset: elements(info.var_offset, info.n_var_offset), shape: elements(info.var_shape, info.n_var_shape))
    }
  }
}
