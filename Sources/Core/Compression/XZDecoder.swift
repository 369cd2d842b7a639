internal import CLZMA

/// liblzma's decoder of `.xz` data, which compares the checks that the data has.
@safe
final class XZDecoder: StreamDecoder {
  /// liblzma keeps the address, so the stream must not move.
  private let stream: UnsafeMutablePointer<lzma_stream>
  /// The dictionary, and what the decoder needs besides.
  private static let memoryByteCount = UInt64(CompressionFormat.maximumWindowByteCount + 1 << 20)

  init() throws(DecodingFailure) {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: lzma_stream())
    guard unsafe lzma_stream_decoder(stream, Self.memoryByteCount, 0) == LZMA_OK else {
      unsafe stream.deallocate()
      throw .noMemory
    }
  }

  deinit {
    unsafe lzma_end(stream)
    unsafe stream.deallocate()
  }

  func decode(
    _ input: [UInt8], _ range: Range<Int>, into output: inout [UInt8]
  ) -> DecodingStep {
    precondition(range.upperBound <= input.count, "the range is in the input")
    let room = output.count
    // The pointers are used within the call only; the counts are those of the arrays.
    let status = unsafe input.withUnsafeBufferPointer { source in
      unsafe output.withUnsafeMutableBufferPointer { target in
        unsafe stream.pointee.next_in = source.baseAddress.map { unsafe $0 + range.lowerBound }
        unsafe stream.pointee.avail_in = range.count
        unsafe stream.pointee.next_out = target.baseAddress
        unsafe stream.pointee.avail_out = room
        return unsafe lzma_code(stream, LZMA_RUN)
      }
    }
    let outcome: DecodingStep.Outcome =
      switch status {
      case LZMA_OK, LZMA_BUF_ERROR: .unfinished
      case LZMA_STREAM_END: .complete
      case LZMA_MEMLIMIT_ERROR: .failed(.windowTooLarge)
      case LZMA_MEM_ERROR: .failed(.noMemory)
      case LZMA_OPTIONS_ERROR: .failed(.unsupported)
      default: .failed(.damaged)
      }
    return DecodingStep(
      used: unsafe range.count - stream.pointee.avail_in, made: unsafe room - stream.pointee.avail_out,
      outcome: outcome)
  }
}
