internal import Bytes
internal import Files
internal import Messages

/// Strings in a group: each is 4 bytes with its length, little-endian, and its bytes.
///
/// - Source: tensorflowjs 4.22 `write_weights.py`, `_serialize_string_array`. Its reader skips 4 bytes for a tensor
///   without strings, which its writer and TensorFlow.js do not.
struct TFJSStrings {
  static let lengthByteCount = 4
  /// The memory that a string takes besides its bytes.
  private static let overhead = 64
  private static let windowByteCount = 1 << 16

  /// Calls `body` with the place of every string, counted from the offset of the first.
  ///
  /// - Parameters:
  ///   - count: how many strings there are.
  ///   - available: how many bytes there are from the first on.
  ///   - read: reads bytes.
  ///   - body: receives each place.
  /// - Returns: where the last string ends; nil if that is after the bytes.
  /// - Throws: what `read` and `body` throw.
  static func walk(
    count: Int, available: Int, read: (_ offset: Int, _ count: Int) throws -> [UInt8],
    _ body: (Range<Int>) throws -> Void
  ) throws -> Int? {
    guard count <= available / lengthByteCount else { return nil }
    var window: [UInt8] = []
    var start = 0
    var offset = 0
    for _ in 0..<count {
      guard available - offset >= lengthByteCount else { return nil }
      if offset < start || offset + lengthByteCount > start + window.count {
        start = offset
        window = try read(offset, min(windowByteCount, available - offset))
      }
      let length = Int(window.littleEndian32(at: offset - start))
      offset += lengthByteCount
      guard length <= available - offset else { return nil }
      try body(offset..<offset + length)
      offset += length
    }
    return offset
  }

  /// All strings in some bytes.
  static func read(_ bytes: StoredBytes, count: Int, file: String) throws -> [[UInt8]] {
    let needed = bytes.byteCount.addingChecked(count.multipliedChecked(by: overhead) ?? .max) ?? .max
    guard MemoryRoom.has(needed) else { throw FileError(.outOfMemory(byteCount: needed), file: file) }
    var strings: [[UInt8]] = []
    strings.reserveCapacity(count)
    let end = try walk(count: count, available: bytes.byteCount, read: bytes.read) {
      strings.append(try bytes.read(at: $0.lowerBound, count: $0.count))
    }
    guard end != nil else { throw WeightFileError(.tensorFlowJS(.badStrings), file: file) }
    return strings
  }
}
