import Crypto

/// Digests that golden files give instead of long values.
public enum Digest {
  /// SHA-256 as 64 lower-case hexadecimal digits.
  public static func sha256(of bytes: some Sequence<UInt8>) -> String {
    SHA256.hash(data: Array(bytes)).map { String(0x100 + Int($0), radix: 16).dropFirst() }.joined()
  }
}
