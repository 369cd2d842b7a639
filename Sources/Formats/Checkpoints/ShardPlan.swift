internal import Bytes
internal import Tensors

/// Which data file of a bundle each tensor goes to.
///
/// Tensors stay in their order and none is divided: the first few go to the first file, the next to the second. A tensor
/// goes where its middle lies when all bytes are cut into equal parts, so the files differ by no more than a tensor or so, the same
/// tensors are always divided in the same way, and a file may stay empty.
struct ShardPlan: Equatable {
  /// The shard of each tensor.
  let shards: [Int]

  init(_ descriptors: [TensorDescriptor], shardCount: Int) {
    let byteCounts = descriptors.map(Self.plannedByteCount)
    let total = byteCounts.reduce(0) { $0.addingChecked($1) ?? .max }
    var start = 0
    shards = byteCounts.map { byteCount in
      let middle = min(start.addingChecked(byteCount / 2) ?? total, total)
      start = start.addingChecked(byteCount) ?? total
      guard total > 0, shardCount > 1 else { return 0 }
      let product = UInt(middle).multipliedFullWidth(by: UInt(shardCount))
      // The quotient is at most the number of shards.
      return min(Int(UInt(total).dividingFullWidth(product).quotient), shardCount - 1)
    }
  }

  /// What sources say of the size of strings depends on the source, and the plan must not.
  private static func plannedByteCount(_ descriptor: TensorDescriptor) -> Int {
    descriptor.shape.byteCount(of: descriptor.dtype) ?? descriptor.shape.elementCount.multipliedChecked(by: 16) ?? .max
  }
}
