public import Bytes
internal import Messages

/// What is wrong with the elements of a string tensor.
public enum StringsDefect: Error, Equatable {
  /// More strings than the tensor's bytes can hold.
  case tooMany(count: Int, byteCount: Int)
  /// A string's length cannot be read, or exceeds what is left.
  case badLength(ByteError.Reason)
  /// The checksum (unmasked) of the strings' lengths is not the stored one.
  case lengthChecksum(stored: UInt32, computed: UInt32)
  /// Bytes after the last string.
  case bytesLeftOver(Int)

  /// The defect as a sentence.
  var words: Message {
    switch self {
    case .tooMany(let count, let byteCount):
      "\(count.counted("string")) cannot fit in \(byteCount.counted("byte"))."
    case .badLength(let reason): "a string \(ByteError(reason, offset: 0))."
    case .lengthChecksum(let stored, let computed):
      "the CRC-32C of the strings' lengths is 0x\(String(computed, radix: 16)), but 0x\(String(stored, radix: 16)) was stored."
    case .bytesLeftOver(let count):
      "\(count.counted("byte")) \(count.noun("is", "are")) left over after the last string."
    }
  }

  /// What to try.
  var advice: Message {
    if case .lengthChecksum = self { CheckpointDefect.changed } else { CheckpointDefect.damaged }
  }
}
