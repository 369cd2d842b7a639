internal import Messages

/// What an archive has under a name.
package struct ArchiveMember: Sendable {
  enum Content: Sendable {
    /// Members are in it.
    case directory
    /// A file that is stored as it is: a range of the archive's bytes.
    case bytes(Range<Int>)
    /// A file in a zip archive, which is unpacked, if it is deflated, when it is first read.
    case zipped(ZipListing.Member)
    /// Something else; what it is, with an article, and what to do.
    case other(Message)
  }

  let content: Content

  var isDirectory: Bool { if case .directory = content { true } else { false } }

  var isRegular: Bool {
    switch content {
    case .bytes, .zipped: true
    case .directory, .other: false
    }
  }

  /// The length of a file.
  var byteCount: Int {
    switch content {
    case .bytes(let range): range.count
    case .zipped(let member): member.byteCount
    case .directory, .other: 0
    }
  }
}

/// A name of a member as Decant uses it: relative, with slashes, and without dots that lead elsewhere.
///
/// Nothing is ever written under such a name, so a hostile name can only make a member hard to find.
enum ArchiveName {
  private static let maximumByteCount = 1024
  private static let maximumDepth = 32

  /// Nil for a name that leads out of the archive, is empty, or is too long or too deep.
  static func normalized(_ name: String) -> String? {
    guard name.utf8.count <= maximumByteCount else { return nil }
    let parts = name.split(separator: "/").filter { $0 != "." }
    guard !parts.isEmpty, parts.count <= maximumDepth, !parts.contains("..") else { return nil }
    return parts.joined(separator: "/")
  }
}
