internal import Bytes
internal import Files
internal import Messages

/// What the last bytes of a stored block say, read without the rest of the block.
struct BlockTail {
  let trailer: BlockTrailer
  /// The position in the contents after the last entry.
  let entriesEnd: Int
}

extension TableReader {
  /// The end of a stored block; nil for a compressed one.
  func readTail(of handle: BlockHandle) throws(TableError) -> BlockTail? {
    do throws(TableError) {
      let limit = blocksEnd
      guard handle.fits(below: limit) else {
        throw TableError(.blockOutsideFile(handle, limit: limit), offset: handle.offset)
      }
      guard handle.byteCount >= 4 else {
        throw TableError(.blockTooShort(byteCount: handle.byteCount), offset: handle.offset)
      }
      let start = handle.offset + handle.byteCount - 4
      let bytes = try file.readForTable(at: start, count: 4 + TableFormat.trailerByteCount)
      let trailer = BlockTrailer(parsing: bytes, at: 4)
      guard try trailer.compression(of: handle) == .none else { return nil }
      let restartCount = Int(bytes.littleEndian32(at: 0))
      let room = (handle.byteCount - 4) / 4
      guard restartCount <= room else {
        throw TableError(.badRestartCount(restartCount, room: room), offset: start)
      }
      return BlockTail(trailer: trailer, entriesEnd: handle.byteCount - 4 - 4 * restartCount)
    } catch {
      throw error.inFile(file.path)
    }
  }
}
