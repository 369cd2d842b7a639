import Bytes
import Files
import Messages
import SSTable

extension MessageGroup {
  static func ssTable() -> [MessageGroup] {
    let file = "model.ckpt-3000000.index"
    let block = BlockHandle(offset: 1234, byteCount: 4096)
    let key = Array("logits/weights".utf8)
    return [
      MessageGroup(
        "TableError", TableDefect.self, at: "Formats/SSTable/TableDefect.swift",
        .init([
          .file(FileError(.cannotOpen(2), file: file)), .tooShort(byteCount: 12, kind: .unknown),
          .badMagic(found: 0x0a0a, kind: .unknown), .badMagic(found: 0x0a0a, kind: .html),
        ]) { TableError($0, file: file) },
        .init([
          .badHandle(.varintTooLong), .blockOutsideFile(block, limit: 2048),
          .overlappingBlocks(block, BlockHandle(offset: 2048, byteCount: 4096)), .badBlockType(7),
          .checksum(stored: 0x1234_5678, computed: 0x9abc_def0),
          .snappy(.outputTooShort(declared: 4096, produced: 1234)),
          .blockTooShort(byteCount: 3), .badRestartCount(300, room: 12), .badRestartPoint(5000, limit: 4096),
          .badEntry(.endOfBytes(needed: 4, left: 1)), .tooManySharedBytes(shared: 20, previous: 14),
          .keyTooLong(byteCount: 70_000, limit: 65_536), .keysNotIncreasing(key: key, after: key),
          .keysNotIncreasing(key: Array("a\u{1b}[31m\nb".utf8), after: key), .keyAboveSeparator(key: key),
          .tooManyEntries(limit: 10_000_000),
        ]) { TableError($0, file: file, offset: 1234) }),
      MessageGroup(
        "SnappyError", in: "TableError", SnappyError.Reason.self, at: "Formats/SSTable/SnappyError.swift",
        .init([
          .bytes(.endOfBytes(needed: 4, left: 1)), .outputTooLarge(byteCount: 1_000_000_000),
          .outOfMemory(byteCount: 1_000_000_000), .outputTooLong(declared: 4096),
          .outputTooShort(declared: 4096, produced: 1234), .badOffset(500, produced: 12),
        ]) { TableError(.snappy($0), file: file, offset: 1234) }),
    ]
  }
}
