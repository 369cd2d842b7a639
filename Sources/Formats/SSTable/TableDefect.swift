public import Bytes
public import Files
public import Messages

/// What is wrong with a table, and where. The offset is in bytes; inside a compressed block, it is that of the block.
public typealias TableError = LocatedError<TableDefect>

/// What can be wrong with a table.
public enum TableDefect: ErrorReason {
  /// The file system refused.
  case file(FileError)
  /// The file is shorter than a footer.
  case tooShort(byteCount: Int, kind: FileKind)
  /// The last eight bytes are not those of a table.
  case badMagic(found: UInt64, kind: FileKind)
  /// The offset and byte count of a block cannot be read.
  case badHandle(ByteError.Reason)
  /// A block extends past the blocks' part of the file, which ends at `limit`.
  case blockOutsideFile(BlockHandle, limit: Int)
  /// Two blocks share bytes.
  case overlappingBlocks(BlockHandle, BlockHandle)
  /// A block's type is neither stored (0) nor Snappy (1).
  case badBlockType(UInt8)
  /// The checksum in the block's trailer (unmasked) is not that of its bytes.
  case checksum(stored: UInt32, computed: UInt32)
  /// A compressed block's bytes cannot be decompressed.
  case snappy(SnappyError.Reason)
  /// A block is too short to hold its number of restart points.
  case blockTooShort(byteCount: Int)
  /// There are more restart points than the block has room for, or none although there are entries.
  case badRestartCount(Int, room: Int)
  /// A restart point outside the entries.
  case badRestartPoint(Int, limit: Int)
  /// An entry's lengths cannot be read, or extend past the entries.
  case badEntry(ByteError.Reason)
  /// An entry shares more key bytes than the previous key has.
  case tooManySharedBytes(shared: Int, previous: Int)
  /// A key is longer than the limit.
  case keyTooLong(byteCount: Int, limit: Int)
  /// A key is not greater than the previous one.
  case keysNotIncreasing(key: [UInt8], after: [UInt8])
  /// A key is greater than the separator that the index has for its block.
  case keyAboveSeparator(key: [UInt8])
  /// There are more entries than the limit.
  case tooManyEntries(limit: Int)

  /// The file system's category if it refused; otherwise `badData`.
  public var category: ErrorCategory {
    if case .file(let error) = self { error.category } else { .badData }
  }

  /// What the file system says; nil for the table's own defects.
  public var wholeMessage: Message? {
    if case .file(let error) = self { error.message } else { nil }
  }

  /// The reason, then what to try.
  public var sentence: Message { "\(words) \(advice)" }

  /// The reason as a sentence.
  package var words: Message {
    switch self {
    case .file(let error): error.message
    case .tooShort(let byteCount, _):
      "the file has \(byteCount.counted("byte")); a checkpoint's table has at least \(TableFormat.footerByteCount)."
    case .badMagic(let found, _):
      """
      the last 8 bytes are 0x\(String(found, radix: 16)); \
      a checkpoint's table ends with 0x\(String(TableFormat.magic, radix: 16)).
      """
    case .badHandle(let reason): "a block handle \(ByteError(reason, offset: 0))."
    case .blockOutsideFile(let handle, let limit):
      "a block at byte \(handle.offset) has \(handle.byteCount.counted("byte")), but blocks must end by byte \(limit)."
    case .overlappingBlocks(let first, let second):
      "the block at byte \(first.offset) and the one at byte \(second.offset) share bytes."
    case .badBlockType(let type): "the block has the unknown type \(type); expected 0 (stored) or 1 (Snappy)."
    case .checksum(let stored, let computed):
      "the block's CRC-32C is 0x\(String(computed, radix: 16)), but 0x\(String(stored, radix: 16)) was stored with it."
    case .snappy(let reason): "the Snappy block \(reason.words)."
    case .blockTooShort(let byteCount): "the block has \(byteCount.counted("byte")); a block has at least 4."
    case .badRestartCount(let count, let room):
      "the block declares \(count.counted("restart point")), but has room for \(room)."
    case .badRestartPoint(let point, let limit):
      "a restart point is at \(point), but the block's entries end at \(limit)."
    case .badEntry(let reason): "a table entry \(ByteError(reason, offset: 0))."
    case .tooManySharedBytes(let shared, let previous):
      "a key shares \(shared.counted("byte")) with the previous one, which has only \(previous)."
    case .keyTooLong(let byteCount, let limit): "a key has \(byteCount.counted("byte")); the limit is \(limit)."
    case .keysNotIncreasing(let key, let previous):
      key == previous
        ? "the key '\(Self.show(key))' occurs twice."
        : "the key '\(Self.show(key))' follows '\(Self.show(previous))', which is greater."
    case .keyAboveSeparator(let key):
      "the key '\(Self.show(key))' is outside the range that the index gives for its block."
    case .tooManyEntries(let limit): "the table has more than \(limit.counted("entry", "entries"))."
    }
  }

  /// The likely cause, and what to try.
  package var advice: Message {
    switch self {
    case .tooShort(_, let kind), .badMagic(_, let kind):
      // A footer's magic at the end of a short file shows that it is the end of a longer one.
      (kind == .table ? nil : kind.advice)
        ?? """
        The file is cut short (usually by an interrupted download), has extra bytes after its end, or is a different \
        kind of file; compare its size with the original and copy it again.
        """
    case .checksum:
      "The file changed after TensorFlow wrote it; compare its size and checksum with the original and copy it again."
    case .snappy(.outOfMemory):
      "Use a machine with more memory. If the block should be small, the file is damaged; copy it again from its source."
    default: "The file is damaged, or was not written by TensorFlow; copy it again from its source."
    }
  }

  private static func show(_ key: [UInt8]) -> Message {
    "\(String(escapingInvalidUTF8: key.prefix(200)))\(key.count > 200 ? "…" : "")"
  }
}
