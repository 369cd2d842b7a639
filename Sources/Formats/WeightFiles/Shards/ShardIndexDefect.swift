internal import Bytes
public import Files
public import Messages

/// What is wrong with an index of shards, or how it disagrees with them.
public enum ShardIndexDefect: Error, Equatable, Sendable {
  /// The index has more bytes than an index can need.
  case tooLarge(byteCount: Int, limit: Int)
  /// The text is not the JSON that an index has.
  case badJSON(Message)
  /// The index has no `weight_map`.
  case noMap
  /// The index lists no tensors.
  case emptyMap
  /// A path in the index leads out of its directory.
  case leadsOut(String)
  /// A shard is missing.
  case missing
  /// A file of the index is not of a format that shards have.
  case notAShard
  /// A file of the index has something else in the place of weights.
  case otherContent(FileKind)
  /// The index says that a tensor is in this shard, which does not have it.
  case notInShard(shard: String)
  /// A shard has a tensor that the index does not list, or lists elsewhere.
  case notInIndex(index: String)
  /// Two shards have a tensor of this name, and the index does not say which one counts.
  case twice(first: String, second: String)
  /// Two shards say different things about the model.
  case metadataDiffers(String, first: String)
  /// The index says that the tensors have another number of bytes in all.
  case totalSize(declared: String, found: Int)
  /// The path is one shard of a model, all of which was opened.
  case partOfModel(index: String?)
  /// The path is one shard of a model, and others are missing.
  case others(number: Int, count: Int, missing: [String])

  /// The defect as a sentence.
  var words: Message {
    switch self {
    case .tooLarge(let byteCount, let limit):
      "has \(byteCount.counted("byte")), but an index of shards has at most \(limit). It is probably another file."
    case .badJSON(let why): "is not an index of shards: \(why). Copy it again, or name one of the shards."
    case .noMap:
      "is not an index of shards: it has no 'weight_map'. Name the index or one of the shards of the model."
    case .emptyMap: "lists no tensors. \(WeightFileDefect.changed)"
    case .leadsOut(let name):
      "should be in '\(name)', which is not in the index's directory; Decant does not follow such paths. "
        + "Copy the file beside the index, and name it in the index without a directory."
    case .missing: "the file is missing. Copy it from the same source as the other shards, under this name."
    case .notAShard:
      "is not a safetensors, PyTorch, HDF5, Flax or NumPy file. \(WeightFileDefect.interrupted)"
    case .otherContent(let kind): "is not a shard of the model. \(kind.advice ?? WeightFileDefect.interrupted)"
    case .notInShard(let shard):
      "should be in \(shard), according to the index, but is not there. Copy the index and the shards again from one source."
    case .notInIndex(let index):
      "is in this shard, but \(index) does not say so. Decant shows it anyway; check that the index belongs to these shards."
    case .twice(let first, let second):
      "is in \(first) and in \(second), and the index does not say which one counts. Decant shows the first; copy the "
        + "index and the shards again from one source."
    case .metadataDiffers(let key, let first):
      "the metadata '\(key)' differs from that of \(first). The files may not belong together; copy them again from one "
        + "source."
    case .totalSize(let declared, let found):
      "declares a total size of \(declared) bytes, but the tensors have \(found). Copy the index and the shards again "
        + "from one source."
    case .partOfModel(let index):
      "is one shard of a model\(index.map { ", as \($0) says" } ?? ""); Decant opened the whole model. "
        + "To open the shard alone, copy it to another directory."
    case .others(let number, let count, let missing):
      "is shard \(number) of \(count), and others are missing: \(list: missing, upTo: 3). Decant shows only the tensors "
        + "of this file; copy the others beside it to open the whole model."
    }
  }
}
