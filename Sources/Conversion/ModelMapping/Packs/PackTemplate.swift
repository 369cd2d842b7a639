internal import Messages

/// The name of a tensor with places for numbers and words, such as `encoder/layer_{layer}/{part}/kernel`.
struct PackTemplate: Sendable, Equatable {
  /// A part of the name.
  enum Part: Sendable, Equatable {
    case text(String)
    /// A word, or a number times a factor plus an offset.
    case variable(name: String, factor: Int, offset: Int, form: Form)
  }

  /// How a number is written.
  enum Form: Sendable, Equatable {
    /// As it is.
    case plain
    /// With at least this many digits: `{layer:03}`.
    case padded(Int)
    /// As a letter, `a` for 1: `{block.unit:a}`.
    case letter
    /// As TensorFlow and Keras number layers, nothing for 0 and `_1` for 1: `{n:_}`.
    case suffix
  }

  private(set) var parts: [Part]

  init(_ parts: [Part]) {
    self.parts = parts
  }

  /// Reads a template.
  ///
  /// - Throws: `PackMistake` for an unmatched brace, or braces that do not name a variable.
  init(_ text: String, at offset: Int) throws(PackMistake) {
    parts = []
    var rest = text[...]
    while let open = rest.firstIndex(where: { $0 == "{" || $0 == "}" }) {
      guard rest[open] == "{", let close = rest[open...].firstIndex(of: "}") else {
        throw PackMistake("'\(text)' has an unmatched brace", at: offset)
      }
      if open > rest.startIndex { parts.append(.text(String(rest[..<open]))) }
      parts.append(try Self.variable(rest[rest.index(after: open)..<close], in: text, offset))
      rest = rest[rest.index(after: close)...]
    }
    if !rest.isEmpty { parts.append(.text(String(rest))) }
  }

  /// The largest number that may be added in a template, and the most digits that it may ask for.
  private static let maximumNumber = 1000

  /// Such as `block.unit-1:02`.
  private static func variable(_ text: Substring, in template: String, _ offset: Int) throws(PackMistake) -> Part {
    let pieces = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let head = pieces.first else {
      throw PackMistake("'{}' in '\(template)' does not name a variable", at: offset)
    }
    let name = head.prefix { $0 != "+" && $0 != "-" && $0 != "*" }
    var (factor, number) = (1, 0)
    var rest = head.dropFirst(name.count)
    if rest.first == "*" {
      let digits = rest.dropFirst().prefix { $0 != "+" && $0 != "-" }
      guard let given = Int(digits), (1...maximumNumber).contains(given) else {
        throw PackMistake(
          "'{\(text)}' in '\(template)' does not multiply by a number from 1 to \(maximumNumber)", at: offset)
      }
      factor = given
      rest = rest.dropFirst(digits.count + 1)
    }
    if !rest.isEmpty {
      guard let given = Int(rest), abs(given) <= maximumNumber else {
        throw PackMistake("'{\(text)}' in '\(template)' does not add a number of at most \(maximumNumber)", at: offset)
      }
      number = given
    }
    guard !name.isEmpty else { throw PackMistake("'{\(text)}' in '\(template)' does not name a variable", at: offset) }
    let form: Form
    switch pieces.dropFirst().first {
    case nil: form = .plain
    case "a"?: form = .letter
    case "_"?: form = .suffix
    case let digits?:
      guard digits.hasPrefix("0"), let width = Int(digits), (1...20).contains(width) else {
        throw PackMistake(
          "'{\(text)}' in '\(template)' has a form that is not known; the forms are ':03', ':a' and ':_'", at: offset)
      }
      form = .padded(width)
    }
    return .variable(name: String(name), factor: factor, offset: number, form: form)
  }

  /// Bytes of its text, without what variables add.
  var textCount: Int { parts.reduce(0) { if case .text(let text) = $1 { $0 + text.utf8.count } else { $0 } } }

  /// Whether all its numbers are written in digits.
  var hasDigitsOnly: Bool {
    parts.allSatisfy { if case .variable(_, _, _, let form) = $0 { form.isDigits } else { true } }
  }

  /// The names of its variables.
  var variables: [String] {
    parts.compactMap { if case .variable(let name, _, _, _) = $0 { name } else { nil } }
  }

  static func + (left: PackTemplate, right: PackTemplate) -> PackTemplate { PackTemplate(left.parts + right.parts) }

  /// The name for some values of the variables; nil if one has no value for the library, or no letter.
  func name(_ bindings: PackBindings, in library: Int) -> String? {
    var name = ""
    for part in parts {
      switch part {
      case .text(let text): name += text
      case .variable(let variable, let factor, let offset, let form):
        switch bindings[variable] {
        case .text(let text)?: name += text
        case .texts(let texts)?:
          guard let text = texts[library] else { return nil }
          name += text
        case .number(let number)?:
          guard let text = form.text(number * factor + offset) else { return nil }
          name += text
        case nil: return nil
        }
      }
    }
    return name
  }
}

extension PackTemplate.Form {
  /// Whether the number is written in digits alone.
  var isDigits: Bool {
    switch self {
    case .plain, .padded: true
    case .letter, .suffix: false
    }
  }

  /// The number as it is written; nil if it has no letter.
  func text(_ number: Int) -> String? {
    switch self {
    case .plain: return "\(number)"
    case .padded(let width):
      let digits = "\(number)"
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    case .letter:
      guard (1...26).contains(number), let letter = UInt8(exactly: 96 + number) else { return nil }
      return String(Unicode.Scalar(letter))
    case .suffix: return number == 0 ? "" : "_\(number)"
    }
  }
}
