internal import Bytes
public import Files
internal import Messages

/// What is wrong with a data file, or with one file of a sharded V1 set.
public enum ShardDefect: Error, Equatable {
  /// A data file, or one file of a sharded V1 set, is missing.
  case missing(String)
  /// A tensor ends past the end of its shard.
  case outside(offset: Int, byteCount: Int, shardByteCount: Int, kind: FileKind)
  /// A shard ends before its tensors do.
  case tooShort(needed: Int, byteCount: Int, kind: FileKind)
  /// A shard holds something other than data.
  case foreign(FileKind)

  var category: ErrorCategory { if case .missing = self { .noInput } else { .badData } }

  /// The defect as a sentence.
  var words: Message {
    switch self {
    case .missing(let name): "the file \(name) is missing."
    case .outside(let offset, let byteCount, let shardByteCount, _):
      "needs \(byteCount.counted("byte")) at byte \(offset), but the file has \(shardByteCount.counted("byte"))"
        + "\(offset.addingChecked(byteCount).map { ": \($0 - shardByteCount) too few" } ?? "")."
    case .tooShort(let needed, let byteCount, _):
      "the file has \(byteCount.counted("byte")), but its tensors need \(needed): \(needed - byteCount) more."
    case .foreign: "the file does not hold tensor data."
    }
  }

  /// What to try.
  var advice: Message? {
    switch self {
    case .missing: "Copy it from the source of the other files, and keep its name."
    case .foreign(let kind): kind.advice
    case .outside(_, _, _, let kind), .tooShort(_, _, let kind):
      switch kind {
      case .empty, .lfsPointer, .html, .gzip, .zip, .tar: kind.advice
      default:
        "The download was probably interrupted, or the index and data are from different saves. Copy both again."
      }
    }
  }
}
