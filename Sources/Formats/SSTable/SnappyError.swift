public import Bytes
package import Messages

/// Why a compressed block cannot be decompressed.
public struct SnappyError: Error, Equatable, Sendable {
  /// What went wrong.
  public enum Reason: Equatable, Sendable {
    /// The input ends within an element.
    case bytes(ByteError.Reason)
    /// A declared output that the input could not make, or beyond the limit.
    case outputTooLarge(byteCount: Int)
    /// A declared output that the input could make, and the system has no memory for.
    case outOfMemory(byteCount: Int)
    /// The elements make more than was declared.
    case outputTooLong(declared: Int)
    /// The elements make less than was declared.
    case outputTooShort(declared: Int, produced: Int)
    /// A copy from before the output's start, or of distance 0.
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
    case .outputTooLarge(let byteCount): "declares \(byteCount.counted("byte")), more than it can hold"
    case .outOfMemory(let byteCount): "needs \(byteCount.counted("byte")) of memory, but the system refused"
    case .outputTooLong(let declared): "makes more than the \(declared.counted("byte")) it declares"
    case .outputTooShort(let declared, let produced): "declares \(declared.counted("byte")) and makes \(produced)"
    case .badOffset(let offset, let produced): "copies from \(offset.counted("byte")) back, but made only \(produced)"
    }
  }
}
