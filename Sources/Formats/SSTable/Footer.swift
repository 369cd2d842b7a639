internal import Bytes
internal import Messages

/// The last 48 bytes of a table: where its two blocks of metadata are.
package struct Footer: Equatable, Sendable {
  /// The metaindex block. TensorFlow writes an empty one and never reads it; it may be anywhere.
  package let metaindex: BlockHandle
  /// The index block, which names all data blocks.
  package let index: BlockHandle

  /// A footer that names two blocks.
  package init(metaindex: BlockHandle, index: BlockHandle) {
    self.metaindex = metaindex
    self.index = index
  }

  /// Parses the footer of a file whose magic is correct.
  ///
  /// - Parameters:
  ///   - bytes: the last 48 bytes.
  ///   - baseOffset: where they start in the file; the index block must lie below.
  /// - Throws: `TableError` without a file for handles that do not end in 40 bytes, or an index block outside the file.
  package init(parsing bytes: RawSpan, baseOffset: Int) throws(TableError) {
    // The padding after the handles need not be zero.
    var reader = ByteReader(bytes.extracting(first: 40), baseOffset: baseOffset)
    let metaindex = try Self.readHandle(&reader)
    let start = reader.offset
    let index = try Self.readHandle(&reader)
    guard index.fits(below: baseOffset) else {
      throw TableError(.blockOutsideFile(index, limit: baseOffset), offset: start)
    }
    self.init(metaindex: metaindex, index: index)
  }

  private static func readHandle(_ reader: inout ByteReader) throws(TableError) -> BlockHandle {
    let start = reader.offset
    do throws(ByteError) {
      return try BlockHandle(parsing: &reader)
    } catch {
      throw TableError(.badHandle(error.reason), offset: start)
    }
  }

  /// The 48 bytes.
  package var encoded: [UInt8] {
    var bytes = metaindex.encoded + index.encoded
    bytes += [UInt8](repeating: 0, count: 40 - bytes.count)
    for shift in stride(from: 0, to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: TableFormat.magic >> shift)) }
    return bytes
  }
}
