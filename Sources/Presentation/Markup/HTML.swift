package import Messages

/// HTML, or SVG inside it, that no text from a file can break out of.
///
/// Only a literal with interpolations makes one. The literal text is ours. An interpolated string is untrusted: it is
/// shown as text, with everything escaped that could deceive a reader (as in a `Message`) and everything that HTML
/// would take for markup. Interpolated HTML stays as it is.
///
/// ```swift
/// let row: HTML = "<tr><th scope=\"row\">\(tensor.name)</th><td>\(count)</td></tr>"
/// ```
///
/// The escaping suits text and attributes in double quotes. Scripts and styles take no values at all: a page has them
/// from ``Script`` and ``Style``, which are literals.
package struct HTML: Sendable, Hashable, ExpressibleByStringInterpolation {
  /// The markup.
  package private(set) var markup: String

  /// HTML from a literal in the source code.
  package init(stringLiteral value: String) { markup = value }

  /// HTML of literal markup and escaped values.
  package init(stringInterpolation: StringInterpolation) { markup = stringInterpolation.markup }

  /// Untrusted text.
  package init(text: String) { markup = Self.escaped(text.escapedForDisplay) }

  init(safe markup: String) { self.markup = markup }

  /// Whether there is no markup.
  package var isEmpty: Bool { markup.isEmpty }

  /// The markup of both.
  package static func + (left: HTML, right: HTML) -> HTML { HTML(safe: left.markup + right.markup) }

  /// Appends other HTML.
  package static func += (left: inout HTML, right: HTML) { left.markup += right.markup }

  fileprivate static func escaped(_ text: String) -> String {
    guard text.utf8.contains(where: { entity(for: $0) != nil }) else { return text }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count + 32)
    for byte in text.utf8 {
      if let entity = entity(for: byte) { bytes += entity.utf8Bytes } else { bytes.append(byte) }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func entity(for byte: UInt8) -> StaticString? {
    switch byte {
    case UInt8(ascii: "&"): "&amp;"
    case UInt8(ascii: "<"): "&lt;"
    case UInt8(ascii: ">"): "&gt;"
    case UInt8(ascii: "\""): "&quot;"
    case UInt8(ascii: "'"): "&#39;"
    default: nil
    }
  }
}

extension StaticString {
  fileprivate var utf8Bytes: [UInt8] { withUTF8Buffer { unsafe Array($0) } }
}

extension HTML {
  /// Collects literal markup as it is and values escaped.
  package struct StringInterpolation: StringInterpolationProtocol {
    var markup = ""

    /// Makes room for about as much markup as there will be.
    package init(literalCapacity: Int, interpolationCount: Int) {
      markup.reserveCapacity(literalCapacity + 16 * interpolationCount)
    }

    /// Appends a literal's markup.
    package mutating func appendLiteral(_ literal: String) { markup += literal }

    /// Appends HTML as it is; nothing for nil.
    package mutating func appendInterpolation(_ html: HTML?) { if let html { markup += html.markup } }

    /// Appends pieces of HTML, one after the other.
    package mutating func appendInterpolation(_ pieces: some Sequence<HTML>) {
      for piece in pieces { markup += piece.markup }
    }

    /// Appends a message as text.
    package mutating func appendInterpolation(_ message: Message) { markup += HTML.escaped(message.text) }

    /// Appends a value's message as text.
    package mutating func appendInterpolation(_ value: some MessageConvertible) {
      markup += HTML.escaped(value.message.text)
    }

    /// Appends text from anywhere, escaped.
    package mutating func appendInterpolation(_ text: String) { markup += HTML(text: text).markup }

    /// Appends a number.
    package mutating func appendInterpolation(_ number: some BinaryInteger) { markup += String(number) }

    /// Appends a length or position in a drawing, to a hundredth; 0 if it is not finite.
    package mutating func appendInterpolation(at coordinate: Double) {
      guard coordinate.isFinite, abs(coordinate) < 1e9 else { return markup += "0" }
      let hundredths = Int((coordinate * 100).rounded())
      guard hundredths % 100 != 0 else { return markup += String(hundredths / 100) }
      let (whole, rest) = abs(hundredths).quotientAndRemainder(dividingBy: 100)
      markup += "\(hundredths < 0 ? "-" : "")\(whole).\(rest < 10 ? "0" : "")\(rest)"
    }
  }
}

extension Sequence<HTML> {
  /// All pieces with a separator in between.
  package func joined(separator: HTML = "") -> HTML {
    HTML(safe: map(\.markup).joined(separator: separator.markup))
  }
}
