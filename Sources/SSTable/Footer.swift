internal import Bytes

/// The last 48 bytes of a table: where its two blocks of metadata stand.
public struct Footer: Equatable, Sendable {
  /// The metaindex block. TensorFlow writes an empty one and never reads it.
  public let metaindex: BlockHandle
  /// The index block, which names all data blocks.
  public let index: BlockHandle

  /// A footer that names two blocks.
  public init(metaindex: BlockHandle, index: BlockHandle) {
    self.metaindex = metaindex
    self.index = index
  }

  /// Parses the footer of a file whose magic was found right.
  ///
  /// - Parameters:
  ///   - bytes: the last 48 bytes.
  ///   - baseOffset: where they start in the file; the blocks must lie below.
  /// - Throws: `TableError` without a file for handles that do not end in 40 bytes or lie outside the file.
  public init(parsing bytes: RawSpan, baseOffset: Int) throws(TableError) {
    // The padding behind the handles need not be zero.
    var reader = ByteReader(bytes.extracting(first: 40), baseOffset: baseOffset)
    var handles: [BlockHandle] = []
    for _ in 0..<2 {
      let start = reader.offset
      do throws(ByteError) {
        handles.append(try BlockHandle(parsing: &reader))
      } catch {
        throw TableError(.badHandle(error.reason), offset: start)
      }
      if let handle = handles.last, !handle.fits(below: baseOffset) {
        throw TableError(.blockOutsideFile(handle, limit: baseOffset), offset: start)
      }
    }
    self.init(metaindex: handles[0], index: handles[1])
  }

  /// The 48 bytes.
  public var encoded: [UInt8] {
    var bytes = metaindex.encoded + index.encoded
    bytes += [UInt8](repeating: 0, count: 40 - bytes.count)
    for shift in stride(from: 0, to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: TableFormat.magic >> shift)) }
    return bytes
  }
}
