internal import CTensorFlowProtos
internal import ProtobufMessages

/// How a graph saves and restores its variables (SaverDef).
package struct SaverDefinition: Sendable, Equatable {
  /// The checkpoint format that the saver writes.
  package enum Version: Sendable, Equatable, CustomStringConvertible {
    /// The first releases' format, which is that of V1 files.
    case legacy
    /// One table with the data inside.
    case v1
    /// An index and data shards.
    case v2
    /// An unknown number.
    case other(Int32)

    /// The format in words.
    package var description: String {
      switch self {
      case .legacy: "legacy"
      case .v1: "V1"
      case .v2: "V2"
      case .other(let number): "version \(number)"
      }
    }
  }

  /// The checkpoint format.
  package let version: Version
  /// Whether every device writes its own file.
  package let isSharded: Bool
  /// The number of checkpoints that are kept; 0 means all.
  package let maximumKeptCount: Int
  /// The number of hours after which another checkpoint is kept permanently.
  package let keptEveryHours: Float
  /// The tensor that takes the checkpoint's prefix.
  package let fileNameTensor: String
  /// The tensor whose evaluation saves the variables.
  package let saveTensor: String
  /// The node that restores the variables.
  package let restoreNode: String

  /// The scope of the saver's own nodes, such as `save`.
  package var scope: String {
    fileNameTensor.split(separator: "/").dropLast().joined(separator: "/")
  }
}

extension SaverDefinition {
  init(_ message: Tensorflow__SaverDef) {
    version =
      switch unsafe message.version {
      case 0: .legacy
      case 1: .v1
      case 2: .v2
      case let number: .other(number)
      }
    isSharded = unsafe message.sharded != 0
    maximumKeptCount = unsafe Int(message.max_to_keep)
    keptEveryHours = unsafe message.keep_checkpoint_every_n_hours
    fileNameTensor = unsafe message.filename_tensor_name.text
    saveTensor = unsafe message.save_tensor_name.text
    restoreNode = unsafe message.restore_op_name.text
  }
}
