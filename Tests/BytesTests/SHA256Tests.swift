import CDecantBytes
import Testing

@testable import Bytes

@Suite("SHA-256")
struct SHA256Tests {
  /// FIPS 180-2, appendix B, and the empty message.
  static let published: [(text: String, digest: String)] = [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (String(repeating: "a", count: 1_000_000), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
  ]

  @Test("the published vectors hold", arguments: published)
  func vectors(text: String, digest: String) {
    #expect(SHA256.hexadecimal(of: Array(text.utf8).rawSpan) == digest)
  }

  @Test("the pieces in which bytes arrive do not matter")
  func pieces() {
    let bytes = (0..<300).map { UInt8(truncatingIfNeeded: $0 &* 37) }
    let whole = SHA256.hexadecimal(of: bytes.rawSpan)
    for size in [1, 7, 55, 56, 63, 64, 65, 128, 299] {
      var sha = SHA256()
      for start in stride(from: 0, to: bytes.count, by: size) {
        sha.update(bytes.rawSpan.extracting(start..<min(start + size, bytes.count)))
      }
      #expect(sha.hexadecimal == whole, "pieces of \(size)")
    }
  }

  @Test("the processor's instructions and the plain code agree")
  func variants() {
    let bytes = (0..<64 * 9).map { UInt8(truncatingIfNeeded: $0 &* $0 &+ 3) }
    var fast: [UInt32] = [1, 2, 3, 4, 5, 6, 7, 0xffff_ffff]
    var plain = fast
    unsafe bytes.withUnsafeBytes { buffer in
      unsafe decant_sha256_add_blocks(&fast, buffer.baseAddress, 9)
      unsafe decant_sha256_add_blocks_portable(&plain, buffer.baseAddress, 9)
    }
    #expect(fast == plain)
  }
}
