internal import Bytes
internal import Messages

/// The five bytes after a block's contents.
package struct BlockTrailer: Equatable, Sendable {
  /// How a block's contents are stored.
  package enum Compression: UInt8, Sendable {
    /// The contents are stored uncompressed.
    case none = 0
    /// Compressed by Snappy.
    case snappy = 1
  }

  /// The block's type as it is in the file.
  package let type: UInt8
  /// The masked checksum of the stored contents and the type.
  package let maskedChecksum: UInt32

  /// A trailer with a type and a checksum.
  package init(type: UInt8, maskedChecksum: UInt32) {
    self.type = type
    self.maskedChecksum = maskedChecksum
  }

  /// Parses the five bytes at an index.
  ///
  /// - Precondition: there are five bytes.
  init(parsing bytes: [UInt8], at index: Int) {
    self.init(type: bytes[index], maskedChecksum: bytes.littleEndian32(at: index + 1))
  }

  /// How the contents are stored.
  func compression(of handle: BlockHandle) throws(TableError) -> Compression {
    guard let compression = Compression(rawValue: type) else {
      throw TableError(.badBlockType(type), offset: handle.offset + handle.byteCount)
    }
    return compression
  }

  /// Compares with the checksum (unmasked) of contents and type.
  func require(checksum computed: UInt32, of handle: BlockHandle) throws(TableError) {
    let stored = CRC32C.unmask(maskedChecksum)
    guard computed == stored else {
      throw TableError(.checksum(stored: stored, computed: computed), offset: handle.offset)
    }
  }
}
