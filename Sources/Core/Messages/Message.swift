/// Text for a person in which nothing from a file can harm a terminal.
///
/// Only a literal with interpolations makes a message. The literal text is ours. An interpolated string is untrusted:
/// everything in it that could deceive a reader or disturb a terminal (control characters, line breaks, direction
/// marks) is escaped. An interpolated message is not escaped again.
///
/// ```swift
/// let message: Message = "\(path): tensor '\(name)' is missing."
/// ```
public struct Message: Sendable, Hashable, ExpressibleByStringInterpolation {
  /// The text, safe to print.
  public private(set) var text: String

  /// A message that says what the source code says.
  public init(stringLiteral value: String) { text = value }

  /// A message of literal text and escaped values.
  public init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }

  /// Text that is safe already.
  init(safe text: String) { self.text = text }

  /// Lines that another library composed, such as a command's help: each is escaped, the line breaks stay.
  public init(escapingLinesOf text: String) { self.text = text.linesEscapedForDisplay }

  /// Whether there is no text.
  public var isEmpty: Bool { text.isEmpty }

  /// The text of both.
  public static func + (left: Message, right: Message) -> Message { Message(safe: left.text + right.text) }

  /// Appends the text of another message.
  public static func += (left: inout Message, right: Message) { left.text += right.text }

  /// Whether the message ends with a line break.
  public var endsLine: Bool { text.hasSuffix("\n") }

  /// The message without the line break at its end, if it has one.
  public var trimmingLineEnd: Message { endsLine ? Message(safe: String(text.dropLast())) : self }

  /// The message without these words, wherever they are.
  package func removing(_ words: String) -> Message { Message(safe: text.replacing(words, with: "")) }

  /// The message, cut to this many characters.
  public func prefix(_ length: Int) -> Message { Message(safe: String(text.prefix(length))) }
}

extension Message: CustomStringConvertible {
  /// The text.
  public var description: String { text }
}

extension Message: Encodable {
  /// A message is a string in JSON.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}

extension Message {
  /// Collects literal text as it is and values escaped.
  public struct StringInterpolation: StringInterpolationProtocol {
    var text = ""

    /// Makes room for about as much text as there will be.
    public init(literalCapacity: Int, interpolationCount: Int) {
      text.reserveCapacity(literalCapacity + 16 * interpolationCount)
    }

    /// Appends what the source code says.
    public mutating func appendLiteral(_ literal: String) { text += literal }

    /// Appends a message as it is.
    public mutating func appendInterpolation(_ message: Message) { text += message.text }

    /// Appends a value's message as it is.
    public mutating func appendInterpolation(_ value: some MessageConvertible) { text += value.message.text }

    /// Appends text from anywhere, escaped.
    public mutating func appendInterpolation(_ string: String) { text += string.escapedForDisplay }

    /// Appends text from anywhere, escaped.
    public mutating func appendInterpolation(_ string: Substring) { text += string.escapedForDisplay }

    /// Appends a number.
    public mutating func appendInterpolation(_ number: some BinaryInteger) { text += String(number) }

    /// Appends a value's description, escaped.
    public mutating func appendInterpolation(_ value: some CustomStringConvertible) {
      text += value.description.escapedForDisplay
    }

    /// Appends an error's message; escapes the description of one that is not ours.
    public mutating func appendInterpolation(_ error: any Error) {
      text += (error as? any MessageConvertible)?.message.text ?? "\(error)".escapedForDisplay
    }

    /// Appends names in quotes: `'a', 'b' and 12 more`.
    public mutating func appendInterpolation(names: some Collection<String>, upTo limit: Int = 5) {
      text += Message.list(names.prefix(limit).map { "'\($0)'" }, of: names.count).text
    }

    /// Appends items as they are: `a, b and 12 more`.
    public mutating func appendInterpolation(list items: some Collection<String>, upTo limit: Int = 5) {
      text += Message.list(items.prefix(limit).map { "\($0)" }, of: items.count).text
    }
  }
}

extension Message {
  /// The first items of `count`, separated by commas, and how many more there are: `a, b and 12 more`.
  ///
  /// If no item is left out, the conjunction comes before the last one: `a, b and c`.
  public static func list(_ shown: [Message], of count: Int? = nil, conjunction: Message = "and") -> Message {
    let more = (count ?? shown.count) - shown.count
    if more > 0 {
      return shown.isEmpty ? "\(more)" : "\(shown.joined(separator: ", ")) and \(HumanText.grouped(more)) more"
    }
    guard shown.count > 1, let last = shown.last else { return shown.first ?? "" }
    return "\(shown.dropLast().joined(separator: ", ")) \(conjunction) \(last)"
  }

  /// Items as lines, and how many more there are in a last line: `  … and 12 more`.
  public static func lines(_ items: some Collection<Message>, indent: Int = 2, upTo limit: Int? = nil) -> Message {
    let margin = Message(safe: String(repeating: " ", count: indent))
    let shown = items.prefix(limit ?? items.count)
    var text = shown.map { item -> Message in "\(margin)\(item)\n" }.joined()
    if items.count > shown.count { text += "\(margin)… and \(HumanText.grouped(items.count - shown.count)) more\n" }
    return text
  }
}

extension Sequence<Message> {
  /// All messages with a separator in between.
  package func joined(separator: Message = "") -> Message {
    Message(safe: map(\.text).joined(separator: separator.text))
  }
}
