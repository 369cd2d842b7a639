internal import CTensorFlowProtos
internal import ProtobufMessages

/// A named way to call a graph (SignatureDef).
package struct Signature: Sendable, Equatable {
  /// An input or output: a tensor of the graph under a name for callers.
  package struct Parameter: Sendable, Equatable {
    /// How the tensor is given.
    package enum Encoding: Sendable, Equatable {
      /// One dense tensor, by name.
      case dense(String)
      /// Three tensors that form a sparse one.
      case sparse(values: String, indices: String, denseShape: String)
      /// Several tensors that form a composite one.
      case composite(componentCount: Int)
      /// The signature does not say.
      case none
    }

    /// The name for callers.
    package let name: String
    /// How the tensor is given.
    package let encoding: Encoding
    /// The element type.
    package let type: GraphType
    /// The shape; nil if it is not given.
    package let shape: GraphShape?

    /// The tensor's name in the graph, if it is dense.
    package var tensorName: String? { if case .dense(let name) = encoding { name } else { nil } }
  }

  /// The name, such as `serving_default`.
  package let name: String
  /// The method for serving, such as `tensorflow/serving/predict`.
  package let methodName: String
  /// What the signature takes, sorted by name.
  package let inputs: [Parameter]
  /// What the signature returns, sorted by name.
  package let outputs: [Parameter]
}

/// A file that belongs to a graph, such as a vocabulary.
package struct Asset: Sendable, Equatable {
  /// The file's name in the `assets` directory.
  package let fileName: String
  /// The tensor that takes the file's path.
  package let tensorName: String?
}

extension Signature {
  init(_ entry: Tensorflow__SignatureEntry) {
    name = unsafe entry.key.text
    let message = unsafe entry.value?.pointee
    methodName = unsafe message?.method_name.text ?? ""
    inputs = unsafe message.map { unsafe Self.parameters($0.inputs, $0.n_inputs) } ?? []
    outputs = unsafe message.map { unsafe Self.parameters($0.outputs, $0.n_outputs) } ?? []
  }

  /// Map entries have no order on the wire, so they are sorted by name.
  private static func parameters(
    _ start: UnsafeMutablePointer<UnsafeMutablePointer<Tensorflow__TensorInfoEntry>?>?, _ count: Int
  ) -> [Parameter] {
    let entries: [Tensorflow__TensorInfoEntry] = unsafe structs(start, count)
    return unsafe entries.map { unsafe Parameter(name: $0.key.text, $0.value?.pointee) }.sorted { $0.name < $1.name }
  }
}

extension Signature.Parameter {
  fileprivate init(name: String, _ info: Tensorflow__TensorInfo?) {
    self.name = name
    guard let info = unsafe info else {
      encoding = .none
      type = GraphType(number: 0)
      shape = nil
      return
    }
    encoding = unsafe Encoding(info)
    type = unsafe GraphType(number: info.dtype)
    shape = unsafe GraphShape(info.tensor_shape)
  }
}

extension Signature.Parameter.Encoding {
  fileprivate init(_ info: Tensorflow__TensorInfo) {
    switch unsafe info.encoding_case {
    case TENSORFLOW__TENSOR_INFO__ENCODING_NAME: self = unsafe .dense(info.name.text)
    case TENSORFLOW__TENSOR_INFO__ENCODING_COO_SPARSE:
      self =
        unsafe info.coo_sparse.map { sparse in
          unsafe .sparse(
            values: sparse.pointee.values_tensor_name.text, indices: sparse.pointee.indices_tensor_name.text,
            denseShape: sparse.pointee.dense_shape_tensor_name.text)
        } ?? .none
    case TENSORFLOW__TENSOR_INFO__ENCODING_COMPOSITE_TENSOR:
      self = unsafe .composite(componentCount: info.composite_tensor?.pointee.n_components ?? 0)
    default: self = .none
    }
  }
}

extension Asset {
  init(_ message: Tensorflow__AssetFileDef) {
    fileName = unsafe message.filename.text
    let info = unsafe message.tensor_info?.pointee
    tensorName = unsafe info.flatMap { info in
      unsafe info.encoding_case == TENSORFLOW__TENSOR_INFO__ENCODING_NAME ? info.name.text : nil
    }
  }
}
