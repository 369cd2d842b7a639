internal import CZlib

/// A chunk of a dataset as the library's own filters would store it: shuffled, then deflated.
///
/// The library compresses in one thread. It writes a chunk that is already compressed as it is, so that all cores can share the
/// work; the bytes are the same.
/// - Source: HDF5 1.10, `H5Zshuffle.c` and `H5Zdeflate.c`.
enum HDF5Chunk {
  /// Encodes the elements of a chunk.
  ///
  /// - Parameters:
  ///   - elements: the chunk's elements; if the chunk extends past the tensor's end, only those within the tensor.
  ///   - width: bytes of an element.
  ///   - byteCount: bytes of a whole chunk; the rest is filled with zeros.
  ///   - level: deflate's level, from 1 to 9.
  /// - Returns: the bytes for the file; nil if zlib has no memory.
  static func encode(_ elements: [UInt8], width: Int, byteCount: Int, level: Int) -> [UInt8]? {
    var elements = elements
    if elements.count < byteCount { elements += [UInt8](repeating: 0, count: byteCount - elements.count) }
    return deflate(shuffled(elements, width: width), level: level)
  }

  /// The first bytes of all elements, then the second ones, and so on: similar bytes side by side.
  private static func shuffled(_ elements: [UInt8], width: Int) -> [UInt8] {
    guard width > 1 else { return elements }
    let count = elements.count / width
    return unsafe [UInt8](unsafeUninitializedCapacity: elements.count) { shuffled, initializedCount in
      // Every index is below width × count, which is the number of bytes in both.
      unsafe elements.withUnsafeBufferPointer { elements in
        for byte in 0..<width {
          let start = byte * count
          for element in 0..<count { unsafe shuffled[start + element] = elements[element * width + byte] }
        }
      }
      initializedCount = width * count
    }
  }

  private static func deflate(_ bytes: [UInt8], level: Int) -> [UInt8]? {
    var byteCount = compressBound(uLong(bytes.count))
    var result = Z_OK
    let deflated = unsafe [UInt8](unsafeUninitializedCapacity: Int(byteCount)) { buffer, initializedCount in
      // zlib writes at most `byteCount` bytes, and says how many it wrote.
      result = unsafe compress2(buffer.baseAddress, &byteCount, bytes, uLong(bytes.count), Int32(level))
      initializedCount = result == Z_OK ? Int(byteCount) : 0
    }
    return result == Z_OK ? deflated : nil
  }
}
