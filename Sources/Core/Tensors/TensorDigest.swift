internal import Bytes

/// A checksum of one tensor, used to compare a copy with the original.
///
/// CRC-32C over, each number little-endian:
/// 1. the dtype's name, preceded by its length in 64 bits;
/// 2. the rank and the extents, 64 bits each;
/// 3. the elements, row-major and packed; each string of a string tensor preceded by its length in 64 bits.
///
/// It does not depend on the file that the tensor is in. It finds accidents, not attacks: other elements can be made to have the
/// same checksum.
package struct TensorDigest: Sendable, Equatable {
  private var checksum = CRC32C()
  /// Bytes of the elements so far.
  package private(set) var byteCount = 0

  /// A tensor whose elements are still to come.
  package init(dtype: DType, shape: Shape) {
    checksum.extend(byCounted: Array(dtype.name.utf8))
    checksum.extend(byLittleEndian: UInt64(shape.rank))
    for dimension in shape.dimensions { checksum.extend(byLittleEndian: UInt64(dimension)) }
  }

  /// The checksum of one tensor of a source.
  package init(of descriptor: TensorDescriptor, in source: some TensorSource, pieceByteCount: Int) throws {
    self.init(dtype: descriptor.dtype, shape: descriptor.shape)
    if descriptor.dtype == .string {
      update(try source.readStrings(descriptor))
    } else {
      var digest = self
      try source.read(descriptor, maximumByteCount: pieceByteCount) { digest.update($0) }
      self = digest
    }
  }

  /// Adds elements after those already seen.
  package mutating func update(_ piece: RawSpan) {
    checksum.extend(by: piece)
    byteCount += piece.byteCount
  }

  /// Adds strings; their lengths count, so that `ab`, `c` and `a`, `bc` differ.
  package mutating func update(_ strings: [[UInt8]]) {
    for string in strings {
      checksum.extend(byCounted: string)
      byteCount += string.count
    }
  }

  /// The checksum as files carry it.
  package var text: String { checksum.hexadecimal }
}

extension CRC32C {
  /// Adds the number of bytes, then the bytes.
  mutating func extend(byCounted bytes: [UInt8]) {
    extend(byLittleEndian: UInt64(bytes.count))
    extend(by: bytes.rawSpan)
  }

  /// Eight digits in lower case.
  var hexadecimal: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}
