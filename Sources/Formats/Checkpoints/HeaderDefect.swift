internal import Messages

/// What is wrong with the first entry of a checkpoint's table.
public enum HeaderDefect: Error, Equatable {
  /// The table has no entry with the empty key.
  case missing
  /// The entry with the empty key is not the header of a V1 or a V2 checkpoint.
  case notACheckpoint
  /// A V1 file in place of a V2 index, or the other way around.
  case otherVersion(found: CheckpointVersion)
  /// A number of shards outside 1...100 000.
  case badShardCount(Int)
  /// A byte order that is neither little (0) nor big (1).
  case badEndianness(Int)
  /// The checkpoint requires a reader of at least this version.
  case tooNew(minimumConsumer: Int)
  /// The writer excluded version 1 readers.
  case consumerExcluded
  /// The version of the writer is negative.
  case badProducer(Int)

  /// The defect as a sentence.
  var words: Message {
    switch self {
    case .missing: "the table has no checkpoint header (the entry with the empty key)."
    case .notACheckpoint: "the table's header is not that of a V1 or V2 checkpoint."
    case .otherVersion(.v1): "is a V1 checkpoint, but the index of a V2 checkpoint was expected."
    case .otherVersion(.v2): "is the index of a V2 checkpoint, but a V1 checkpoint was expected."
    case .badShardCount(let count):
      "the header declares \(count.counted("shard")); expected 1 to \(BundleHeader.maximumShardCount)."
    case .badEndianness(let value):
      "the header has the unknown byte order \(value); expected 0 (little-endian) or 1 (big-endian)."
    case .tooNew(let version):
      "requires a reader of version \(version) or later; Decant supports version \(BundleHeader.consumerVersion)."
    case .consumerExcluded: "the writer excludes readers of version \(BundleHeader.consumerVersion)."
    case .badProducer(let version): "the writer's version is negative: \(version)."
    }
  }

  /// What to try.
  var advice: Message {
    switch self {
    case .missing, .notACheckpoint: "It may be another program's LevelDB table."
    case .otherVersion(.v2): "Rename the index so that it ends in .index, and keep it beside its .data files."
    case .otherVersion(.v1): "Rename the file: remove .index from its name."
    case .tooNew, .consumerExcluded: "Update Decant."
    case .badShardCount, .badEndianness, .badProducer: CheckpointDefect.damaged
    }
  }
}
