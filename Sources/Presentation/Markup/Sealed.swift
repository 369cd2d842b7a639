internal import Bytes
internal import Digests
internal import Essentials

/// CSS rules from a literal in the source code; nothing else makes them.
package struct Style: Sendable, Hashable, ExpressibleByStringLiteral {
  let text: String

  /// The rules of a literal.
  package init(stringLiteral value: StaticString) { text = "\(value)" }

  var hash: String { contentHash(text) }
}

/// A script from a literal in the source code; nothing else makes one. It gets data only through the page's markup.
package struct Script: Sendable, Hashable, ExpressibleByStringLiteral {
  let text: String

  /// The script of a literal.
  package init(stringLiteral value: StaticString) { text = "\(value)" }

  var hash: String { contentHash(text) }
}

/// What a Content-Security-Policy calls an inline script or style.
///
/// - Source: Content Security Policy Level 3, section 2.3.1.
private func contentHash(_ text: String) -> String {
  var digest = SHA256()
  let bytes = Array(text.utf8)
  digest.update(bytes.rawSpan)
  return "sha256-" + Data(digest.finishBytes()).base64EncodedString()
}
