extension [UInt8] {
  /// The bytes as a span for parsers; no copy.
  package var rawSpan: RawSpan {
    @_lifetime(borrow self)
    borrowing get {
      // `Span.bytes` is marked unsafe for element types with padding; a byte has none.
      let bytes = unsafe span.bytes
      return unsafe _overrideLifetime(bytes, borrowing: self)
    }
  }

  /// Copies the bytes of a span.
  package init(_ bytes: RawSpan) {
    // The buffer does not leave the closure.
    self = unsafe bytes.withUnsafeBytes { unsafe [UInt8]($0) }
  }
}

extension [UInt8] {
  /// The little-endian number of 32 bits at an index.
  ///
  /// - Precondition: there are four bytes from the index on.
  package func littleEndian32(at index: Int) -> UInt32 {
    UInt32(self[index]) | UInt32(self[index + 1]) << 8 | UInt32(self[index + 2]) << 16 | UInt32(self[index + 3]) << 24
  }
}
