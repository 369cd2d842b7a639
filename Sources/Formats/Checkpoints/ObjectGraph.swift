internal import CTensorFlowProtos
internal import ProtobufMessages
package import ProtobufWire

/// The objects of a TensorFlow 2 program, as its checkpoint keeps them: `TrackableObjectGraph`.
///
/// A node is an object: a model, a layer, a variable, an optimizer. Its children are the objects that it holds under names;
/// its attributes are the values that it saved. A graph may have cycles, and a node several parents.
/// - Source: TensorFlow `core/protobuf/trackable_object_graph.proto`; 1.x called it CheckpointableObjectGraph.
package struct ObjectGraph: Sendable, Equatable {
  /// One object.
  package struct Node: Sendable, Equatable {
    /// The objects that it holds, in the file's order.
    package let children: [Child]
    /// The values that it saved.
    package let attributes: [Attribute]
    /// The values that it keeps for variables, if it is an optimizer.
    package let slotVariables: [SlotVariable]
    /// How it saves itself, if not through its attributes.
    package let registeredSaver: RegisteredSaver?
    /// Whether the object or anything below it saved a value; nil if the writer did not say (before TensorFlow 2.9).
    package let hasCheckpointValues: Bool?
  }

  /// An object held by another.
  package struct Child: Sendable, Equatable {
    /// The name in the object that holds it, not escaped.
    package let name: String
    /// The node's number.
    package let node: Int
  }

  /// A saved value.
  package struct Attribute: Sendable, Equatable {
    /// What it is in the object, nearly always `VARIABLE_VALUE`.
    package let name: String
    /// The variable's name in the program; empty if it has none.
    package let fullName: String
    /// The tensor's key in the checkpoint.
    package let checkpointKey: String
  }

  /// A value that an optimizer keeps for a variable.
  package struct SlotVariable: Sendable, Equatable {
    /// The node of the variable.
    package let variable: Int
    /// The slot's name, such as `m`.
    package let name: String
    /// The node of the value.
    package let slotVariable: Int
  }

  /// A saver that a program registered for a class of objects.
  package struct RegisteredSaver: Sendable, Equatable {
    /// The saver's name.
    package let name: String
    /// The object's name for it.
    package let objectName: String
  }

  /// The objects; the first is the one that was saved.
  package let nodes: [Node]
  /// The number of children and slots whose nodes do not exist. They are omitted.
  package let danglingCount: Int

  /// The key under which a checkpoint keeps its graph.
  package static let key = "_CHECKPOINTABLE_OBJECT_GRAPH"

  /// Reads a serialized graph.
  ///
  /// - Parameter bytes: the whole message, as it is in the checkpoint's string.
  /// - Throws: `WireError` if the bytes are not such a message.
  package init(parsing bytes: RawSpan) throws(WireError) {
    self = try unsafe Tensorflow__TrackableObjectGraph.withUnpacked(bytes, baseOffset: 0) { unsafe Self($0) }
  }

  private init(_ message: Tensorflow__TrackableObjectGraph) {
    let messages: [Tensorflow__TrackableObjectGraph__TrackableObject] = unsafe structs(message.nodes, message.n_nodes)
    var dangling = 0
    nodes = unsafe messages.map { unsafe Node($0, nodeCount: messages.count, danglingCount: &dangling) }
    danglingCount = dangling
  }
}

extension ObjectGraph.Node {
  fileprivate init(
    _ message: Tensorflow__TrackableObjectGraph__TrackableObject, nodeCount: Int, danglingCount: inout Int
  ) {
    func exists(_ node: Int32) -> Bool { (0..<nodeCount).contains(Int(node)) }
    let references: [Tensorflow__TrackableObjectGraph__TrackableObject__ObjectReference] = unsafe structs(
      message.children, message.n_children)
    let kept = unsafe references.filter { unsafe exists($0.node_id) }
    children = unsafe kept.map { unsafe ObjectGraph.Child(name: $0.local_name.text, node: Int($0.node_id)) }
    let values: [Tensorflow__TrackableObjectGraph__TrackableObject__SerializedTensor] = unsafe structs(
      message.attributes, message.n_attributes)
    attributes = unsafe values.map {
      unsafe ObjectGraph.Attribute(
        name: $0.name.text, fullName: $0.full_name.text, checkpointKey: $0.checkpoint_key.text)
    }
    let slots: [Tensorflow__TrackableObjectGraph__TrackableObject__SlotVariableReference] = unsafe structs(
      message.slot_variables, message.n_slot_variables)
    let keptSlots = unsafe slots.filter {
      unsafe exists($0.original_variable_node_id) && exists($0.slot_variable_node_id)
    }
    slotVariables = unsafe keptSlots.map {
      unsafe ObjectGraph.SlotVariable(
        variable: Int($0.original_variable_node_id), name: $0.slot_name.text,
        slotVariable: Int($0.slot_variable_node_id))
    }
    registeredSaver = unsafe message.registered_saver.map { saver in
      unsafe ObjectGraph.RegisteredSaver(name: saver.pointee.name.text, objectName: saver.pointee.object_name.text)
    }
    hasCheckpointValues = unsafe message.has_checkpoint_values.map { unsafe $0.pointee.value != 0 }
    danglingCount += unsafe references.count - kept.count + slots.count - keptSlots.count
  }
}
