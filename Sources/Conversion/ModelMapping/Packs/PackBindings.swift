/// The values of a template's variables.
struct PackBindings: Sendable {
  /// A number of a series, a word, or a word of each library.
  enum Value: Sendable, Equatable {
    case number(Int)
    case text(String)
    /// By the library's index in the pack.
    case texts([Int: String])

    /// The value in one text, by which values can be told apart.
    var text: String {
      switch self {
      case .number(let number): "\(number)"
      case .text(let text): text
      case .texts(let texts): texts.sorted { $0.key < $1.key }.map(\.value).joined(separator: "|")
      }
    }
  }

  /// A variable.
  private struct Entry: Sendable {
    let name: String
    var value: Value
    /// The first and the last number of its series.
    var range: ClosedRange<Int>?
  }

  // A handful at most, so that a search is faster than a hash.
  private var entries: [Entry] = []

  /// No variables.
  init() {}

  /// The value of a variable.
  subscript(name: String) -> Value? { place(of: name).map { entries[$0].value } }

  /// Gives a variable a value.
  mutating func set(_ name: String, _ value: Value, within range: ClosedRange<Int>? = nil) {
    let entry = Entry(name: name, value: value, range: range)
    if let place = place(of: name) { entries[place] = entry } else { entries.append(entry) }
  }

  /// Compares names where they are: an entry that is handed to a closure is copied.
  private func place(of name: String) -> Int? {
    for place in entries.indices.reversed() where entries[place].name == name { return place }
    return nil
  }

  /// Whether a row with a condition counts.
  func meets(_ condition: PackRow.Condition) -> Bool {
    // A variable of a class that is not known yet has no value.
    guard let place = place(of: condition.variable) else { return condition.isInverted }
    let isMet = condition.values.contains { wanted in
      switch (wanted, entries[place].value) {
      case (.number(let wanted), .number(let number)): wanted == number
      case (.text(let wanted), .text(let text)): wanted == text
      case (.text(let wanted), .texts(let texts)): texts.values.contains(wanted)
      case (.first, .number(let number)): number == entries[place].range?.lowerBound
      case (.last, .number(let number)): number == entries[place].range?.upperBound
      default: false
      }
    }
    return isMet != condition.isInverted
  }
}
