internal import Bytes
internal import Digests
package import Tensors

/// The SHA-256 of the files that a source is made of.
package struct SourceDigest: Sendable, Equatable {
  /// The digest, in hexadecimal.
  package let hexadecimal: String

  /// The digest with its kind: `sha256:HEX`.
  package var name: String { "sha256:\(hexadecimal)" }

  /// Reads the files.
  ///
  /// The digest of one file is what `sha256sum` prints. That of several is the digest of their digests, each with a line
  /// break, in the order of the source: `sha256sum FILES | cut -c1-64 | sha256sum`.
  /// - Throws: `FileError` if a file cannot be read.
  package init(of files: [SourceFile]) throws {
    let digests = try SourceHasher(files).run()
    if digests.count == 1, let digest = digests.first {
      hexadecimal = digest
    } else {
      var sha = SHA256()
      sha.update(Array(digests.map { $0 + "\n" }.joined().utf8).rawSpan)
      hexadecimal = sha.finish()
    }
  }
}
