/// The constants of the container that V1 checkpoints and V2 indexes share.
///
/// ```
/// file    := data block* metaindex block index block footer
/// block   := contents, type u8, masked CRC-32C u32 of contents and type
/// footer  := metaindex handle, index handle, padding to 40 bytes, magic u64
/// handle  := offset varint64, byte count varint64 of the contents
/// ```
/// - Source: LevelDB `doc/table_format.md`; TensorFlow `core/lib/io/format.h`, `table_options.h`.
package enum TableFormat {
  /// The last eight bytes of every table.
  package static let magic: UInt64 = 0xdb47_7524_8b80_fb57
  /// The size of the fixed part at the end of the file.
  package static let footerByteCount = 48
  /// The size of the type and the checksum after the contents of each block.
  package static let trailerByteCount = 5

  /// The most bytes of a key. TensorFlow sets no limit; the longest reported name of a variable has a few hundred bytes.
  package static let maximumKeyByteCount = 64 << 10
  /// The most entries of a table. Ten million names would fill a gigabyte of index.
  package static let maximumEntryCount = 10_000_000
  /// The most bytes of a compressed block's contents. TensorFlow compressed only indexes, in blocks of 256 KiB.
  package static let maximumUncompressedByteCount = 1 << 30
}
