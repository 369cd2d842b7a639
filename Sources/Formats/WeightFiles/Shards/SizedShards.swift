internal import Bytes
internal import Tensors

/// Which tensors go into which shard, in the order in which `huggingface_hub` cuts a model.
///
/// A shard takes tensors until the next one does not fit. A tensor that is larger than a shard may be has one of its own.
/// - Source: `split_state_dict_into_shards_factory` in `huggingface_hub/serialization/_base.py`, 2.4.
struct SizedShards {
  /// For each tensor, the shard that it goes into.
  private(set) var shardOfTensor: [Int] = []
  /// How many shards there are, at least 1.
  private(set) var count = 0

  /// - Parameters:
  ///   - descriptors: the tensors in the order in which they are written.
  ///   - maximumByteCount: the most bytes of the tensors of one shard.
  init(_ descriptors: [TensorDescriptor], maximumByteCount: Int) {
    // Shards count in the order in which they are full. The current one has no number before then.
    var current: [Int] = []
    var currentByteCount = 0
    shardOfTensor = [Int](repeating: 0, count: descriptors.count)
    for (index, descriptor) in descriptors.enumerated() {
      // Strings are in the header; they take no room.
      let byteCount = descriptor.dtype == .string ? 0 : descriptor.byteCount
      if byteCount > maximumByteCount {
        end([index])
        continue
      }
      if byteCount > maximumByteCount - currentByteCount {
        end(current)
        (current, currentByteCount) = ([], 0)
      }
      current.append(index)
      currentByteCount += byteCount
    }
    if !current.isEmpty || count == 0 { end(current) }
  }

  private mutating func end(_ tensors: [Int]) {
    for tensor in tensors { shardOfTensor[tensor] = count }
    count += 1
  }
}
