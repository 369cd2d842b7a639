public import Messages

/// What is wrong with a TensorFlow Lite model.
public enum TFLiteDefect: Error, Equatable, Sendable {
  // The FlatBuffer.

  /// The file does not have the identifier of TensorFlow Lite.
  case noIdentifier
  /// An offset leads out of the file, or to a place at which no table can start.
  case badOffset(target: Int, byteCount: Int)
  /// A table has fields outside itself, or reaches past the end of the file.
  case badTable
  /// A vector is longer than the rest of the file.
  case vectorPastEnd(count: Int, elementByteCount: Int, left: Int)
  /// Parts of the file are used so often that reading all of it would never end.
  case repeated
  /// The model has no list of subgraphs, or of buffers.
  case missing(String)

  // One tensor.

  /// The tensor's buffer is not in the list.
  case noBuffer(UInt32, count: Int)
  /// The data is outside of the file.
  case bufferOutside(offset: UInt64, size: UInt64, byteCount: Int)
  /// The data is in a file of its own.
  case externalBuffer
  /// A type that is not one of TensorFlow Lite's.
  case unknownType(Int)
  /// A type without values in a file.
  case opaqueType(String)
  /// Only the elements that are not zero are stored.
  case sparse
  /// The scales do not fit the tensor.
  case quantization(Message)
  /// The strings do not fit their buffer.
  case strings(Message)

  /// The defect as a sentence.
  var words: Message {
    switch self {
    case .noIdentifier: "does not have 'TFL3' at byte 4. It is not a TensorFlow Lite model."
    case .badOffset(let target, let byteCount):
      "an offset leads to byte \(target), but no table can start there; the file has \(byteCount.counted("byte")). "
        + "\(WeightFileDefect.interrupted)"
    case .badTable:
      "a table has fields outside itself, or is longer than the rest of the file. \(WeightFileDefect.interrupted)"
    case .vectorPastEnd(let count, let elementByteCount, let left):
      "a list of \(count.counted("element")) of \(elementByteCount.counted("byte")) starts here, but only \(left) "
        + "bytes are left. \(WeightFileDefect.interrupted)"
    case .repeated:
      "its tables lead to the same bytes again and again, so that reading them all would never end. "
        + "\(WeightFileDefect.changed)"
    case .missing(let what): "the model has no list of \(what). \(WeightFileDefect.changed)"
    case .noBuffer(let index, let count):
      "is in buffer \(index.description), but the model has \(count.counted("buffer")). \(WeightFileDefect.changed)"
    case .bufferOutside(let offset, let size, let byteCount):
      "has \(size.description) bytes from byte \(offset.description) on, but the file has \(byteCount). "
        + "\(WeightFileDefect.interrupted)"
    case .externalBuffer:
      "is in another file, which Decant does not read. Convert the model again without external buffers."
    case .unknownType(let type):
      "has the unknown TensorFlow Lite type \(type). Update Decant, or compare the file's checksum with the original."
    case .opaqueType(let type): "is a \(type), which has no values in a file. Leave it out with --drop."
    case .sparse:
      "is sparse: only some of its elements are stored, and Decant does not read them. Convert the model again without "
        + "EXPERIMENTAL_SPARSITY."
    case .quantization(let why): "cannot be dequantized: \(why). \(WeightFileDefect.changed)"
    case .strings(let why): "its strings are invalid: \(why). \(WeightFileDefect.changed)"
    }
  }
}
