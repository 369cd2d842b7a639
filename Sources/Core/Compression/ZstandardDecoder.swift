internal import CZstandard

/// libzstd's decoder.
@safe
final class ZstandardDecoder: StreamDecoder {
  private let context: OpaquePointer

  init() throws(DecodingFailure) {
    guard let context = unsafe ZSTD_createDCtx() else { throw .noMemory }
    unsafe self.context = unsafe context
    let windowLog = CompressionFormat.maximumWindowByteCount.trailingZeroBitCount
    guard unsafe ZSTD_isError(ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, Int32(windowLog))) == 0 else {
      unsafe ZSTD_freeDCtx(context)
      throw .unsupported
    }
  }

  deinit { unsafe ZSTD_freeDCtx(context) }

  func decode(
    _ input: [UInt8], _ range: Range<Int>, into output: inout [UInt8]
  ) -> DecodingStep {
    precondition(range.upperBound <= input.count, "the range is in the input")
    // The pointers are used within the call only; the counts are those of the arrays.
    let (status, used, made) = unsafe input.withUnsafeBytes { source in
      unsafe output.withUnsafeMutableBytes { target in
        var from = unsafe ZSTD_inBuffer(
          src: source.baseAddress.map { unsafe $0 + range.lowerBound }, size: range.count, pos: 0)
        var to = unsafe ZSTD_outBuffer(dst: target.baseAddress, size: target.count, pos: 0)
        let status = unsafe ZSTD_decompressStream(context, &to, &from)
        return unsafe (status, from.pos, to.pos)
      }
    }
    return DecodingStep(used: used, made: made, outcome: Self.outcome(status))
  }

  private static func outcome(_ status: Int) -> DecodingStep.Outcome {
    guard ZSTD_isError(status) != 0 else { return status == 0 ? .complete : .unfinished }
    return switch ZSTD_getErrorCode(status) {
    case ZSTD_error_frameParameter_windowTooLarge: .failed(.windowTooLarge)
    case ZSTD_error_memory_allocation: .failed(.noMemory)
    case ZSTD_error_version_unsupported, ZSTD_error_frameParameter_unsupported, ZSTD_error_dictionary_wrong:
      .failed(.unsupported)
    default: .failed(.damaged)
    }
  }
}
