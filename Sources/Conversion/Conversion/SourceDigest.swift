internal import Bytes
internal import Digests
package import Tensors

/// The SHA-256 of the files that a source is made of.
package struct SourceDigest: Sendable, Equatable {
  /// The digest of each file, in the order of the source, in hexadecimal; zeros for a file that is missing.
  package let files: [String]

  /// The digest with its kind: `sha256:HEX`.
  ///
  /// That of one file is what `sha256sum` prints. That of several is the digest of their digests, each with a line break,
  /// in the order of the source: `sha256sum FILES | cut -c1-64 | sha256sum`.
  package var name: String {
    guard files.count != 1 else { return "sha256:\(files[0])" }
    return "sha256:\(Self.digest(of: files.map { $0 + "\n" }.joined()))"
  }

  /// Reads the files.
  ///
  /// - Throws: `FileError` if a file cannot be read.
  package init(of files: [SourceFile]) throws {
    self.files = try SourceHasher(files).run()
  }

  /// The digest of a text, in hexadecimal.
  static func digest(of text: String) -> String {
    var sha = SHA256()
    sha.update(Array(text.utf8).rawSpan)
    return sha.finish()
  }
}
