internal import Bytes
internal import Tensors

/// Which data file of a bundle each tensor goes to.
///
/// Tensors keep their order and none is divided: the first few go to the first file, the next few to the second. A tensor goes to
/// the file that would hold its middle if all bytes were cut into equal parts. So the sizes of the files differ by no more than a
/// tensor or so, the same tensors are always divided in the same way, and a file may be empty.
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

  /// The size of strings that a source reports depends on the source, but the plan must not.
  private static func plannedByteCount(_ descriptor: TensorDescriptor) -> Int {
    descriptor.shape.byteCount(of: descriptor.dtype) ?? descriptor.shape.elementCount.multipliedChecked(by: 16) ?? .max
  }
}
