internal import Bytes
internal import Messages
internal import Tensors
internal import WeightFiles

/// The tensors of a source that are quantized blocks, shown as bytes, as its metadata states them.
struct StoredBlocks {
  private let types: [ByteString: String]

  init(of source: any TensorSource) {
    types = GGUFMetadata.blockTypeNames(of: source.metadata)
  }

  /// The type of the blocks that a conversion copies; nil for a tensor of another kind.
  func typeName(of item: ConversionPlan.Tensor) -> String? {
    typeName(of: item.target, from: item.origins, isPart: item.isPart)
  }

  /// The same, for a tensor whose name in the output is known and whose origins are these.
  func typeName(of target: TensorDescriptor, from origins: [TensorDescriptor], isPart: Bool = false) -> String? {
    guard target.dtype == .uint8, let origin = origins.first, origins.count == 1, !isPart, target.shape == origin.shape
    else { return nil }
    return types[ByteString(origin.name)]
  }
}
