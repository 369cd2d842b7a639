import Bytes
import Digests
import Testing

@Suite("SHA-256")
struct SHA256Tests {
  @Test(
    "the published vectors",
    // FIPS 180-4's examples, and the digest of no message.
    arguments: [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
    ])
  func vectors(message: String, expected: String) {
    #expect(digest(Array(message.utf8), pieceCount: 1) == expected)
  }

  @Test("pieces make no difference", arguments: [1, 3, 64, 1000])
  func pieces(pieceCount: Int) {
    let bytes = [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000)
    #expect(
      digest(bytes, pieceCount: pieceCount) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  private func digest(_ bytes: [UInt8], pieceCount: Int) -> String {
    var digest = SHA256()
    let byteCount = bytes.count / pieceCount + 1
    for start in stride(from: 0, to: bytes.count, by: byteCount) {
      digest.update(bytes.rawSpan.extracting(start..<min(bytes.count, start + byteCount)))
    }
    return digest.finish()
  }
}
