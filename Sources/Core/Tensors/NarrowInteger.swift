/// A signed integer dtype of fewer than eight bits, int2 or int4. Each element still takes a byte.
///
/// TensorFlow has two forms of a negative element, and writes either into a checkpoint unchanged. A constant from a
/// graph is sign-extended: -3 of int4 is `0xfd`. An element from numpy or a cast is trimmed to its bits: `0x0d`. A file
/// that shows the tensor to other programs as int8 must have the first form, or they would read 13.
/// - Source: `intn.h` of ml_dtypes 0.6; checkpoints of TensorFlow 2.21.
package struct NarrowInteger: Sendable, Equatable {
  /// The bits that hold the value.
  private let mask: UInt8
  /// The highest of these bits.
  private let sign: UInt8

  /// Nil for every other dtype; unsigned integers have one form.
  package init?(_ dtype: DType) {
    switch dtype {
    case .int4: (mask, sign) = (0x0f, 0x08)
    case .int2: (mask, sign) = (0x03, 0x02)
    default: return nil
    }
  }

  /// The elements with trimmed negative ones sign-extended and sign-extended ones trimmed.
  ///
  /// Applying it twice changes nothing, and all other bytes stay as they are, so no bit is lost.
  package func exchanged(_ elements: RawSpan) -> [UInt8] {
    unsafe elements.withUnsafeBytes { elements in
      unsafe elements.map { element in
        let above = element & ~mask
        return element & sign != 0 && (above == 0 || above == ~mask) ? element ^ ~mask : element
      }
    }
  }

  /// Whether a tensor has negative elements and all of them are trimmed. Then exchanging them gives other programs the
  /// right values, and exchanging them again restores the original. A tensor with both forms, which no operation of
  /// TensorFlow makes, stays as it is.
  ///
  /// - Returns: false for a tensor with another dtype, which is not read.
  package static func isTrimmed(_ descriptor: TensorDescriptor, in source: any TensorSource) throws -> Bool {
    guard let narrow = NarrowInteger(descriptor.dtype) else { return false }
    var hasNegative = false
    var hasOther = false
    try source.read(descriptor, maximumByteCount: 1 << 18) { piece in
      for offset in piece.byteOffsets {
        // In range by the loop; every bit pattern is a byte.
        let element = unsafe piece.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
        if element & ~narrow.mask != 0 { hasOther = true } else if element & narrow.sign != 0 { hasNegative = true }
      }
    }
    return hasNegative && !hasOther
  }
}
