import Bytes
import Digests

/// Digests that golden files give instead of long values.
public enum Digest {
  /// SHA-256 as 64 lower-case hexadecimal digits.
  public static func sha256(of bytes: some Sequence<UInt8>) -> String {
    var digest = SHA256()
    digest.update(Array(bytes).rawSpan)
    return digest.finish()
  }
}
