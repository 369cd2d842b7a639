internal import CCrypto

/// A SHA-256 digest of bytes that come piece by piece, computed by the system's libcrypto.
///
/// - Source: FIPS 180-4.
@safe
package struct SHA256: ~Copyable {
  private var context = SHA256_CTX()

  /// A digest without any bytes yet.
  package init() {
    let result = unsafe SHA256_Init(&context)
    precondition(result == 1, "a digest begins")
  }

  /// Adds bytes after those already seen.
  package mutating func update(_ bytes: RawSpan) {
    // Every pointer is valid for the call.
    unsafe bytes.withUnsafeBytes { bytes in
      let result = unsafe SHA256_Update(&context, bytes.baseAddress, bytes.count)
      precondition(result == 1, "a digest that has begun goes on")
    }
  }

  /// Ends the digest and returns it as 64 lower-case hexadecimal digits.
  package consuming func finish() -> String {
    finishBytes().map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
  }

  /// Ends the digest and returns its 32 bytes.
  package consuming func finishBytes() -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: 32)
    let result = unsafe digest.withUnsafeMutableBufferPointer {
      unsafe SHA256_Final($0.baseAddress, &context)
    }
    precondition(result == 1, "a digest that has begun ends")
    return digest
  }
}
