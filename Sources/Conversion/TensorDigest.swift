internal import Bytes
internal import Tensors

/// A checksum of a tensor's elements, for comparing what was written with what is read back.
struct TensorDigest: Sendable, Equatable {
  private var checksum = CRC32C()
  private(set) var byteCount = 0

  /// Adds elements behind those already seen.
  mutating func update(_ piece: RawSpan) {
    checksum.extend(by: piece)
    byteCount += piece.byteCount
  }

  /// Adds strings; their lengths count, so that `ab`, `c` and `a`, `bc` differ.
  mutating func update(_ strings: [[UInt8]]) {
    for string in strings {
      checksum.extend(byLittleEndian: UInt64(string.count))
      update(string.rawSpan)
    }
  }

  /// The digest of one tensor of a source.
  init(of descriptor: TensorDescriptor, in source: any TensorSource, pieceByteCount: Int) throws {
    if descriptor.dtype == .string {
      update(try source.readStrings(descriptor))
    } else {
      var digest = TensorDigest()
      try source.read(descriptor, maximumByteCount: pieceByteCount) { digest.update($0) }
      self = digest
    }
  }

  /// Starts with nothing.
  init() {}
}
