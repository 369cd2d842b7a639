/// A JSON value whose members keep their order, for documents that are compared line by line.
package indirect enum JSONValue {
  /// A text, escaped when it is written.
  case string(String)
  /// An integer.
  case integer(Int)
  /// A number, with as many digits as distinguish it from all others.
  case number(Double)
  /// An integer of any size, as its digits, perhaps with a minus sign before them.
  case digits(String)
  /// The absence of a value.
  case null
  /// A truth value.
  case boolean(Bool)
  /// Elements, each on a line of its own.
  case array([JSONValue])
  /// Members, each on a line of its own; those without a value are left out.
  case object([(key: String, value: JSONValue?)])
  /// A value on one line.
  case inLine(JSONValue)

  /// The value as a document with a line end, escaped for a terminal too.
  package var document: Message { JSONText.message(of: text(indent: "") + "\n") }

  /// The value, indented by this many columns; on one line if nil.
  private func text(indent: String?) -> String {
    switch self {
    case .string(let text): return JSONText.string(text)
    case .integer(let number): return "\(number)"
    case .number(let number): return "\(number)"
    case .digits(let digits): return digits
    case .null: return "null"
    case .boolean(let value): return "\(value)"
    case .inLine(let value): return value.text(indent: nil)
    case .array(let elements):
      return Self.enclose(elements.map { $0.text(indent: indent.map { $0 + "  " }) }, in: ("[", "]"), indent)
    case .object(let members):
      let texts = members.compactMap { key, value in
        value.map { "\(JSONText.string(key)): \($0.text(indent: indent.map { $0 + "  " }))" }
      }
      return Self.enclose(texts, in: ("{", "}"), indent)
    }
  }

  private static func enclose(_ items: [String], in ends: (String, String), _ indent: String?) -> String {
    guard let indent, !items.isEmpty else { return ends.0 + items.joined(separator: ", ") + ends.1 }
    let margin = "\n\(indent)"
    return ends.0 + items.map { "\(margin)  \($0)" }.joined(separator: ",") + margin + ends.1
  }
}
