internal import CBZip2

/// libbz2's decoder; it never takes more than 4 MB.
@safe
final class BZip2Decoder: StreamDecoder {
  /// libbz2 keeps the address, so the stream must not move.
  private let stream: UnsafeMutablePointer<bz_stream>

  init() throws(DecodingFailure) {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: bz_stream())
    guard unsafe BZ2_bzDecompressInit(stream, 0, 0) == BZ_OK else {
      unsafe stream.deallocate()
      throw .noMemory
    }
  }

  deinit {
    unsafe BZ2_bzDecompressEnd(stream)
    unsafe stream.deallocate()
  }

  func decode(
    _ input: [UInt8], _ range: Range<Int>, into output: inout [UInt8]
  ) -> DecodingStep {
    precondition(range.upperBound <= input.count, "the range is in the input")
    let (available, room) = (min(range.count, Int(Int32.max)), min(output.count, Int(Int32.max)))
    // The pointers are used within the call only, and libbz2 does not write to its input; both counts were checked above.
    let status = unsafe input.withUnsafeBytes { source in
      unsafe output.withUnsafeMutableBytes { target in
        unsafe stream.pointee.next_in = source.baseAddress.map {
          unsafe UnsafeMutableRawPointer(mutating: $0 + range.lowerBound).assumingMemoryBound(to: CChar.self)
        }
        unsafe stream.pointee.avail_in = UInt32(available)
        unsafe stream.pointee.next_out = target.baseAddress?.assumingMemoryBound(to: CChar.self)
        unsafe stream.pointee.avail_out = UInt32(room)
        return unsafe BZ2_bzDecompress(stream)
      }
    }
    let outcome: DecodingStep.Outcome =
      switch status {
      case BZ_OK: .unfinished
      case BZ_STREAM_END: .complete
      case BZ_MEM_ERROR: .failed(.noMemory)
      default: .failed(.damaged)
      }
    return DecodingStep(
      used: available - Int(unsafe stream.pointee.avail_in), made: room - Int(unsafe stream.pointee.avail_out),
      outcome: outcome)
  }
}
