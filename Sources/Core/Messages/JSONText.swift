internal import Essentials

/// Writes the small pieces of JSON that files carry: always the same bytes for the same values.
package enum JSONText {
  /// A value as a document that people read too: indented, with sorted keys in snake case, ending with a line break.
  ///
  /// What could disturb a terminal is escaped, beyond what JSON requires.
  package static func document(_ value: some Encodable) throws -> Message {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    return message(of: String(decoding: try encoder.encode(value), as: UTF8.self) + "\n")
  }

  /// JSON that Decant writes for a person or a program: what could disturb a terminal is escaped in JSON's way.
  package static func message(of json: String) -> Message { Message(safe: json.escapedForDisplayInJSON) }

  /// A string with quotes and escapes. Only what JSON requires is escaped; other text stays UTF-8.
  package static func string(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\r": quoted += "\\r"
      case "\t": quoted += "\\t"
      case "\u{00}"..."\u{1f}":
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }

  /// An array of strings.
  package static func array(_ elements: [String]) -> String {
    "[" + elements.map(string).joined(separator: ",") + "]"
  }

  /// An object of members in the given order; the values are JSON already.
  package static func object(_ members: [(key: String, value: String)]) -> String {
    "{" + members.map { "\(string($0.key)):\($0.value)" }.joined(separator: ",") + "}"
  }
}
