/// A signed integer dtype of fewer than eight bits, int2 or int4, of which each element still takes a byte.
///
/// TensorFlow has two forms of a negative element, and writes either into a checkpoint as it has it: a constant that comes from a graph
/// is sign-extended, `0xfd` for -3 of int4, and what comes from numpy or a cast is trimmed to its bits, `0x0d`. A file that shows the
/// tensor to other programs as int8 must have the first form, or they would read 13.
/// - Source: `intn.h` of ml_dtypes 0.6; checkpoints of TensorFlow 2.21.
package struct NarrowInteger: Sendable, Equatable {
  /// The bits that have the value.
  private let mask: UInt8
  /// The highest of them.
  private let sign: UInt8

  /// Nil for every other dtype; unsigned integers have one form.
  package init?(_ dtype: DType) {
    switch dtype {
    case .int4: (mask, sign) = (0x0f, 0x08)
    case .int2: (mask, sign) = (0x03, 0x02)
    default: return nil
    }
  }

  /// Trimmed negative elements sign-extended, and sign-extended ones trimmed.
  ///
  /// It undoes itself, and leaves all other bytes as they are, so that no bit is lost.
  package func exchanged(_ elements: RawSpan) -> [UInt8] {
    unsafe elements.withUnsafeBytes { elements in
      unsafe elements.map { element in
        let above = element & ~mask
        return element & sign != 0 && (above == 0 || above == ~mask) ? element ^ ~mask : element
      }
    }
  }

  /// Whether a tensor's negative elements are all trimmed, and there are some: then exchanging them gives other programs the values, and
  /// exchanging them again what was there. One with both forms, which no operation of TensorFlow's makes, stays as it is.
  ///
  /// - Returns: false for a tensor of another dtype, which is not read.
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
