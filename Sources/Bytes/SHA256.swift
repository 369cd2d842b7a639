internal import CDecantBytes

/// A running SHA-256, for saying which file something was made from.
///
/// - Source: FIPS 180-4.
public struct SHA256: Sendable {
  private var hash: [UInt32] = [
    0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
  ]
  /// The bytes after the last whole block.
  private var rest: [UInt8] = []
  private var byteCount: UInt64 = 0

  /// Starts with no bytes.
  public init() {}

  /// The digest of `bytes`, in hexadecimal.
  public static func hexadecimal(of bytes: RawSpan) -> String {
    var sha = SHA256()
    sha.update(bytes)
    return sha.hexadecimal
  }

  /// Adds `bytes` behind those already seen.
  public mutating func update(_ bytes: RawSpan) {
    byteCount &+= UInt64(bytes.byteCount)
    var start = 0
    if !rest.isEmpty {
      start = min(Self.blockByteCount - rest.count, bytes.byteCount)
      rest += [UInt8](bytes.extracting(0..<start))
      guard rest.count == Self.blockByteCount else { return }
      let block = rest
      rest = []
      Self.addBlocks(block.rawSpan, to: &hash)
    }
    let end = start + (bytes.byteCount - start) / Self.blockByteCount * Self.blockByteCount
    Self.addBlocks(bytes.extracting(start..<end), to: &hash)
    rest = [UInt8](bytes.extracting(end..<bytes.byteCount))
  }

  /// The digest of all bytes so far, 32 bytes long.
  public var digest: [UInt8] {
    // One bit, zeros to 8 bytes before a block's end, the length in bits.
    var copy = self
    var padding: [UInt8] = [0x80]
    let used = (rest.count + 9) % Self.blockByteCount
    padding += [UInt8](repeating: 0, count: used == 0 ? 0 : Self.blockByteCount - used)
    padding += (0..<8).map { UInt8(truncatingIfNeeded: (byteCount &* 8) >> UInt64(56 - 8 * $0)) }
    copy.update(padding.rawSpan)
    return copy.hash.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> UInt32(24 - 8 * $0)) } }
  }

  /// The digest of all bytes so far as 64 lower-case hexadecimal digits.
  public var hexadecimal: String {
    let digits = Array("0123456789abcdef")
    return String(digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }

  private static let blockByteCount = 64

  private static func addBlocks(_ blocks: RawSpan, to hash: inout [UInt32]) {
    // The C function reads exactly the span and keeps no pointer.
    unsafe blocks.withUnsafeBytes { bytes in
      unsafe decant_sha256_add_blocks(&hash, bytes.baseAddress, bytes.count / blockByteCount)
    }
  }
}
