internal import CZlib

/// zlib's inflate, for deflate data with or without gzip's header.
@safe
package final class Inflater: StreamDecoder {
  /// What is around the deflate data.
  package enum Wrapper {
    /// Nothing, as in zip archives.
    case none
    /// gzip's header and CRC-32.
    case gzip
  }

  /// zlib keeps the address, so the stream must not move.
  private let stream: UnsafeMutablePointer<z_stream>
  private var input: [UInt8] = []
  private var inputOffset = 0
  private var inputEnd = 0

  /// Nil if zlib has no memory.
  package init?(_ wrapper: Wrapper = .none) {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    // Negative: deflate data without a header; 16 more: with gzip's. `inflateInit2` is a macro.
    let windowBits = wrapper == .none ? -MAX_WBITS : MAX_WBITS + 16
    let status = unsafe inflateInit2_(stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else {
      unsafe stream.deallocate()
      return nil
    }
  }

  deinit {
    unsafe inflateEnd(stream)
    unsafe stream.deallocate()
  }

  /// Whether some input has not been used yet.
  package var hasInput: Bool { inputOffset < inputEnd }

  /// Provides the next `count` bytes of the data, which are copied.
  package func setInput(_ bytes: [UInt8], count: Int) {
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
  package func inflate(into buffer: inout [UInt8], from start: Int, count: Int) -> (count: Int, isAtEnd: Bool)? {
    let (status, made) = run(into: &buffer, from: start, count: count)
    return switch status {
    case Z_OK, Z_BUF_ERROR: (made, false)
    case Z_STREAM_END: (made, true)
    default: nil
    }
  }

  private func run(into buffer: inout [UInt8], from start: Int, count: Int) -> (status: Int32, made: Int) {
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
    return (status, room - Int(unsafe stream.pointee.avail_out))
  }

  /// Decodes as much as there is input and room for; see `StreamDecoder`.
  package func decode(_ input: [UInt8], _ range: Range<Int>, into output: inout [UInt8]) -> DecodingStep {
    precondition(range.upperBound <= input.count, "the range is in the input")
    self.input = input
    (inputOffset, inputEnd) = (range.lowerBound, range.upperBound)
    let (status, made) = run(into: &output, from: 0, count: output.count)
    let outcome: DecodingStep.Outcome =
      switch status {
      case Z_OK, Z_BUF_ERROR: .unfinished
      case Z_STREAM_END: .complete
      case Z_MEM_ERROR: .failed(.noMemory)
      default: .failed(.damaged)
      }
    return DecodingStep(used: inputOffset - range.lowerBound, made: made, outcome: outcome)
  }
}
