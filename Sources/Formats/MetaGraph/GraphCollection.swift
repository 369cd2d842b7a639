internal import CTensorFlowProtos
internal import ProtobufMessages

/// A named list that a program kept with its graph.
package struct GraphCollection: Sendable, Equatable {
  /// What a collection holds. The name does not determine the kind: `global_step` is a list of nodes in TensorFlow 1.3, and a list
  /// of serialized variables in 1.9.
  package enum Values: Sendable, Equatable {
    /// Names of nodes or tensors.
    case nodes([String])
    /// Serialized messages, often VariableDefs.
    case bytes([[UInt8]])
    /// Whole numbers.
    case integers([Int64])
    /// Floating-point numbers.
    case floats([Float])
    /// Messages, by the URLs of their types.
    case messages(types: [String])
    /// The collection is empty.
    case empty
  }

  /// The collection's name, such as `trainable_variables`.
  package let name: String
  /// What it holds.
  package let values: Values

  /// The number of values.
  package var count: Int {
    switch values {
    case .nodes(let values): values.count
    case .bytes(let values): values.count
    case .integers(let values): values.count
    case .floats(let values): values.count
    case .messages(let types): types.count
    case .empty: 0
    }
  }

  /// The kind in TensorFlow's words, such as `node_list`.
  package var kind: String {
    switch values {
    case .nodes: "node_list"
    case .bytes: "bytes_list"
    case .integers: "int64_list"
    case .floats: "float_list"
    case .messages: "any_list"
    case .empty: "empty"
    }
  }
}

extension GraphCollection {
  init(_ entry: Tensorflow__CollectionEntry) {
    name = unsafe entry.key.text
    values = unsafe entry.value.map { unsafe Values($0.pointee) } ?? .empty
  }
}

extension GraphCollection.Values {
  fileprivate init(_ message: Tensorflow__CollectionDef) {
    switch unsafe message.kind_case {
    case TENSORFLOW__COLLECTION_DEF__KIND_NODE_LIST:
      let list = unsafe message.node_list?.pointee
      self = unsafe .nodes(elements(list?.value, list?.n_value ?? 0).map { unsafe $0.text })
    case TENSORFLOW__COLLECTION_DEF__KIND_BYTES_LIST:
      let list = unsafe message.bytes_list?.pointee
      self = unsafe .bytes(elements(list?.value, list?.n_value ?? 0).map { unsafe $0.bytes })
    case TENSORFLOW__COLLECTION_DEF__KIND_INT64_LIST:
      let list = unsafe message.int64_list?.pointee
      self = unsafe .integers(elements(list?.value, list?.n_value ?? 0))
    case TENSORFLOW__COLLECTION_DEF__KIND_FLOAT_LIST:
      let list = unsafe message.float_list?.pointee
      self = unsafe .floats(elements(list?.value, list?.n_value ?? 0))
    case TENSORFLOW__COLLECTION_DEF__KIND_ANY_LIST:
      let list = unsafe message.any_list?.pointee
      let values: [Tensorflow__Any] = unsafe structs(list?.value, list?.n_value ?? 0)
      self = unsafe .messages(types: values.map { unsafe $0.type_url.text })
    default: self = .empty
    }
  }
}
