internal import CZlib

/// zlib's inflate, for raw deflate data.
@safe
final class Inflater {
  /// zlib keeps the address, so the stream must not move.
  private let stream: UnsafeMutablePointer<z_stream>
  private var input: [UInt8] = []
  private var inputOffset = 0
  private var inputEnd = 0

  /// - Throws: `ArchiveDefect.badDeflate` if zlib has no memory.
  init() throws(ArchiveDefect) {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    // Negative: deflate data without a header of zlib's own. `inflateInit2` is a macro.
    let status = unsafe inflateInit2_(stream, -MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else {
      unsafe stream.deallocate()
      throw .badDeflate
    }
  }

  deinit {
    unsafe inflateEnd(stream)
    unsafe stream.deallocate()
  }

  /// Whether some input has not been used yet.
  var hasInput: Bool { inputOffset < inputEnd }

  /// Provides the next `count` bytes of the data, which are copied.
  func setInput(_ bytes: [UInt8], count: Int) {
    input = bytes
    inputOffset = 0
    inputEnd = min(count, bytes.count)
  }

  /// Inflates up to `count` bytes into a buffer.
  ///
  /// - Parameters:
  ///   - buffer: holds at least `start + count` bytes.
  ///   - start: where to begin in it.
  ///   - count: how many bytes there is room for.
  /// - Returns: how many bytes were inflated, and whether the data has ended; nil if it is damaged.
  func inflate(into buffer: inout [UInt8], from start: Int, count: Int) -> (count: Int, isAtEnd: Bool)? {
    precondition(start >= 0 && count >= 0 && start <= buffer.count && count <= buffer.count - start)
    let available = min(inputEnd - inputOffset, Int(UInt32.max))
    let room = min(count, Int(UInt32.max))
    // The pointers are used within the call only; both ranges were checked above.
    let status = unsafe input.withUnsafeMutableBufferPointer { source in
      unsafe buffer.withUnsafeMutableBufferPointer { target in
        unsafe stream.pointee.next_in = source.baseAddress.map { unsafe $0 + inputOffset }
        unsafe stream.pointee.avail_in = UInt32(available)
        unsafe stream.pointee.next_out = target.baseAddress.map { unsafe $0 + start }
        unsafe stream.pointee.avail_out = UInt32(room)
        return unsafe CZlib.inflate(stream, Z_NO_FLUSH)
      }
    }
    inputOffset += available - Int(unsafe stream.pointee.avail_in)
    let made = room - Int(unsafe stream.pointee.avail_out)
    switch status {
    case Z_OK, Z_BUF_ERROR: return (made, false)
    case Z_STREAM_END: return (made, true)
    default: return nil
    }
  }
}
