internal import Bytes
internal import Messages
public import Tensors

/// What is wrong with the entry of one tensor.
public enum EntryDefect: Error, Equatable {
  /// Two tensors have the same name.
  case duplicate
  /// Two files of a set give the tensor different dtypes.
  case dtypesDiffer(DType, DType)
  /// Two files of a set give the tensor different shapes.
  case shapesDiffer(Shape, Shape)
  /// Dtype 0.
  case noDType
  /// A number that no dtype has.
  case unknownDType(Int)
  /// A reference type, which should occur only in graphs; it is read as the type that it refers to.
  case referenceDType(Int)
  /// A dtype that has no plain values, or that the format cannot hold.
  case unreadableDType(DType)
  /// A shape without a number of axes.
  case unknownRank
  /// Extents that are not a shape.
  case badShape(ShapeError)
  /// The number of bytes of all elements does not fit in 64 bits.
  case tooManyBytes(Shape, DType)
  /// A shard that the checkpoint does not have.
  case badShard(Int, count: Int)
  /// An offset below 0.
  case negativeOffset(Int)
  /// A number of bytes below 0.
  case negativeByteCount(Int)
  /// A number of bytes that does not fit shape and dtype.
  case badByteCount(expected: Int, found: Int)
  /// A tensor that shares bytes with another.
  case overlaps(String)
  /// An entry or record that does not belong to any tensor.
  case orphan(key: [UInt8])
  /// The tensor holds strings but should be read as numbers, or the other way around.
  case wrongKind(DType)

  var category: ErrorCategory { if case .wrongKind = self { .usage } else { .badData } }

  /// The defect as a sentence.
  var words: Message {
    switch self {
    case .duplicate: "is listed twice."
    case .dtypesDiffer(let first, let second): "has dtype \(first) in one file and \(second) in another."
    case .shapesDiffer(let first, let second): "has shape \(first) in one file and \(second) in another."
    case .noDType: "has no dtype."
    case .unknownDType(let number): "has dtype \(number), which is unknown."
    case .referenceDType(let number): "has dtype \(number), a reference; it is read as dtype \(number - 100)."
    case .unreadableDType(let dtype):
      "\(dtype.reasonWithoutValues ?? "has dtype \(dtype), which V1 files cannot hold")."
    case .unknownRank: "has a shape of unknown rank."
    case .badShape(let error): "\(error)."
    case .tooManyBytes(let shape, let dtype): "has shape \(shape) of \(dtype), whose size does not fit in 64 bits."
    case .badShard(let shard, let count):
      "is in shard \(shard), which does not exist; there \(count.noun("is", "are")) \(count.counted("shard")), numbered from 0."
    case .negativeOffset(let offset): "has a negative offset, \(offset)."
    case .negativeByteCount(let count): "has a negative size, \(count)."
    case .badByteCount(let expected, let found):
      "has \(found.counted("byte")), but its shape and dtype require \(expected)."
    case .overlaps(let name): "shares bytes with '\(name)'."
    case .orphan(let key): "the entry '\(String(escapingInvalidUTF8: key))' does not belong to any tensor."
    case .wrongKind(.string): "holds strings and cannot be read as numbers."
    case .wrongKind(let dtype): "holds \(dtype) and cannot be read as strings."
    }
  }

  /// What to try; nil if nothing is damaged.
  var advice: Message? {
    switch self {
    case .referenceDType, .orphan, .wrongKind, .unreadableDType: nil
    case .unknownDType: "Update Decant, or compare the file's checksum with the original."
    default: CheckpointDefect.damaged
    }
  }
}
