internal import Bytes
internal import Files

/// A part of a file that moves to wherever a scan looks; for scans that must not trust what they read.
///
/// Nothing here throws: whatever is past the file's end or cannot be read is nil.
struct ScanWindow {
  let file: InputFile
  private var bytes: [UInt8] = []
  private var start = 0
  private var count = 0
  private let capacity: Int

  init(file: InputFile, capacity: Int) {
    self.file = file
    self.capacity = capacity
  }

  /// Makes `needed` bytes at `offset` available, and more if the file has them.
  ///
  /// - Returns: the bytes from `offset` on; nil if the file has fewer than `needed`.
  mutating func load(_ offset: Int, needed: Int) -> ArraySlice<UInt8>? {
    guard offset >= 0, needed >= 0, offset <= file.byteCount, needed <= file.byteCount - offset else { return nil }
    if offset < start || offset - start > count || needed > count - (offset - start) {
      let wanted = min(max(capacity, needed), file.byteCount - offset)
      guard (try? file.read(at: offset, count: wanted, into: &bytes)) != nil else {
        (start, count) = (0, 0)
        return nil
      }
      (start, count) = (offset, wanted)
    }
    return bytes[(offset - start)..<count]
  }

  /// The little-endian 32-bit number at `offset`.
  mutating func number(at offset: Int) -> Int? {
    load(offset, needed: 4).map { Int(bytes.littleEndian32(at: $0.startIndex)) }
  }

  /// The byte at `offset`.
  mutating func byte(at offset: Int) -> UInt8? { load(offset, needed: 1)?.first }

  /// Parses something of at most `byteCount` bytes at `offset` and moves past it.
  mutating func parse<Value, Failure: Error>(
    at offset: inout Int, byteCount: Int, _ body: (inout ByteReader) throws(Failure) -> Value
  ) -> Value? {
    guard offset < file.byteCount, let slice = load(offset, needed: min(byteCount, file.byteCount - offset)) else {
      return nil
    }
    var reader = ByteReader(
      bytes.rawSpan.extracting(slice.startIndex..<min(slice.startIndex + byteCount, slice.endIndex)))
    do throws(Failure) {
      let value = try body(&reader)
      offset += reader.position
      return value
    } catch {
      return nil
    }
  }
}
