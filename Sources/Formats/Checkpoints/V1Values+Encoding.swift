internal import Tensors

extension V1Values {
  /// Whether elements are stored as their own bytes, so that the number of bytes is known before the first element.
  var areStoredAsTheyAre: Bool {
    switch encoding {
    case .fixed, .bool: true
    default: false
    }
  }

  /// The numbers of a piece as varints, negative ones sign-extended to ten bytes.
  ///
  /// - Precondition: the piece holds whole elements.
  func varints(of piece: RawSpan) -> [UInt8] {
    let isSigned = if case .varint(let range) = encoding { range.lowerBound < 0 } else { false }
    return switch (width, isSigned) {
    case (1, true): Self.varints(piece, Int8.self)
    case (1, false): Self.varints(piece, UInt8.self)
    case (2, true): Self.varints(piece, Int16.self)
    case (2, false): Self.varints(piece, UInt16.self)
    case (4, true): Self.varints(piece, Int32.self)
    case (4, false): Self.varints(piece, UInt32.self)
    case (_, true): Self.varints(piece, Int64.self)
    case (_, false): Self.varints(piece, UInt64.self)
    }
  }

  private static func varints<T: FixedWidthInteger & BitwiseCopyable>(_ piece: RawSpan, _ type: T.Type) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(piece.byteCount)
    for start in stride(from: 0, to: piece.byteCount, by: MemoryLayout<T>.size) {
      // In range, because the piece holds whole elements; every bit pattern is an integer.
      let value = T(littleEndian: unsafe piece.unsafeLoadUnaligned(fromByteOffset: start, as: T.self))
      var rest = UInt64(truncatingIfNeeded: Int64(truncatingIfNeeded: value))
      while rest >= 0x80 {
        bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
        rest >>= 7
      }
      bytes.append(UInt8(rest))
    }
    return bytes
  }

  /// The first element in a piece of bools that is neither 0 nor 1, which a V1 checkpoint could not reproduce.
  static func firstStrangeBool(in piece: RawSpan) -> UInt8? {
    for offset in piece.byteOffsets {
      let value = unsafe piece.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
      if value > 1 { return value }
    }
    return nil
  }
}
