public import Bytes
package import Messages

/// Why a compressed block cannot be decompressed.
public struct SnappyError: Error, Equatable, Sendable {
  /// What went wrong.
  public enum Reason: Equatable, Sendable {
    /// The input ends within an element.
    case bytes(ByteError.Reason)
    /// The declared output exceeds the limit, or what the input could produce.
    case outputTooLarge(byteCount: Int)
    /// The input could produce the declared output, but the system has no memory for it.
    case outOfMemory(byteCount: Int)
    /// The elements produce more than was declared.
    case outputTooLong(declared: Int)
    /// The elements produce less than was declared.
    case outputTooShort(declared: Int, produced: Int)
    /// A copy from before the output's start, or with distance 0.
    case badOffset(Int, produced: Int)
  }

  /// What went wrong.
  public let reason: Reason
  /// The position in the compressed bytes.
  public let position: Int

  init(_ reason: Reason, position: Int) {
    self.reason = reason
    self.position = position
  }

  init(_ error: ByteError) {
    self.init(.bytes(error.reason), position: error.offset)
  }
}

extension SnappyError.Reason {
  /// The reason as the end of a sentence about the block.
  package var words: Message {
    switch self {
    case .bytes(let reason): ByteError(reason, offset: 0).message
    case .outputTooLarge(let byteCount): "declares \(byteCount.counted("byte")), more than its data can expand to"
    case .outOfMemory(let byteCount): "needs \(byteCount.counted("byte")) of memory, which the system did not provide"
    case .outputTooLong(let declared): "expands to more than the \(declared.counted("byte")) that it declares"
    case .outputTooShort(let declared, let produced): "declares \(declared.counted("byte")) but expands to \(produced)"
    case .badOffset(let offset, let produced):
      "copies from \(offset.counted("byte")) back, but has produced only \(produced)"
    }
  }
}
