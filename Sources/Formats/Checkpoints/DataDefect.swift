internal import Messages
public import Tensors

/// What is wrong with the data of one tensor.
public enum DataDefect: Error, Equatable {
  /// The checksum (unmasked) of a tensor's bytes is not the stored one.
  case checksum(stored: UInt32, computed: UInt32)
  /// The number of values is not the number of elements.
  case badValueCount(expected: Int, found: Int)
  /// A value that the dtype cannot represent.
  case valueOutOfRange(Int64, DType)
  /// A packed run that does not divide into values.
  case raggedRun(byteCount: Int, width: Int)
  /// A record whose name is not that of its key.
  case otherName(String)
  /// A record whose slice is not that of its key.
  case otherSlice(TensorSlice)
  /// A record whose dtype is not that of the list.
  case otherDType(Int, expected: DType)
  /// A record without data.
  case missing

  /// The defect as a sentence.
  var words: Message {
    switch self {
    case .checksum(let stored, let computed):
      "the CRC-32C is 0x\(String(computed, radix: 16)), but 0x\(String(stored, radix: 16)) was stored."
    case .badValueCount(let expected, let found): "has \(found.counted("value")), but its shape requires \(expected)."
    case .valueOutOfRange(let value, let dtype): "holds \(value), which \(dtype) cannot represent."
    case .raggedRun(let byteCount, let width):
      "a run of packed values has \(byteCount.counted("byte")), which is not a multiple of \(width)."
    case .otherName(let name): "the record belongs to '\(name)'."
    case .otherSlice(let slice): "the record belongs to slice \(slice)."
    case .otherDType(let found, let expected):
      "the record has dtype \(DType.words(forNumber: found)), but the list of tensors has \(expected)."
    case .missing: "the record holds no data."
    }
  }

  /// What to try.
  var advice: Message {
    if case .checksum = self { CheckpointDefect.changed } else { CheckpointDefect.damaged }
  }
}
