/// Bytes as a key of dictionaries and sets. `[UInt8]` is one as well, but hashes byte by byte.
package struct ByteString: Hashable, Sendable {
  /// The bytes.
  package let bytes: [UInt8]

  /// A key of these bytes.
  package init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// A key of the UTF-8 bytes of a text; texts that Swift considers equal may be different keys.
  package init(_ text: String) {
    bytes = Array(text.utf8)
  }

  package func hash(into hasher: inout Hasher) {
    // The bytes do not leave the closure. No count: nothing follows them.
    unsafe bytes.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
  }
}
