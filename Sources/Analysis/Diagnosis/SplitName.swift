/// The name of a part of a split file: `model.part1`, `model.aa`, `model.001`, `model_0001`, `model.z01`.
struct SplitName: Equatable {
  /// The name of the whole file.
  let base: String
  /// What numbers the parts.
  enum Series: Equatable, Hashable {
    /// Digits.
    case digits
    /// Two or three letters, as `split` counts.
    case letters
    /// The parts of a zip archive: `.z01`, …, and `.zip` as the last.
    case zip
  }
  let series: Series
  /// The number of the part; letters count from 0.
  let number: Int
  /// What is between base and number, so that parts of different series are not mixed.
  let separator: String

  /// Parses the name of a part; nil for a name with another form. The form alone proves nothing: `.001` may be part of
  /// an ordinary name.
  init?(_ name: String) {
    if let match = name.wholeMatch(of: /(.+?)([._-]part[._-]?|[._-]?chunk[._-]?|\.)(\d{1,4})(?:of\d{1,4})?/) {
      self.init(String(match.1), .digits, Int(match.3), separator: String(match.2))
    } else if let match = name.wholeMatch(of: /(.+)_(\d{4})/) {
      self.init(String(match.1), .digits, Int(match.2), separator: "_")
    } else if let match = name.wholeMatch(of: /(.+)\.z(\d{2})/) {
      self.init(String(match.1) + ".zip", .zip, Int(match.2), separator: ".z")
    } else if let match = name.wholeMatch(of: /(.+?)([._-]part[._-]?|[._-])([a-z]{2,3})/) {
      self.init(String(match.1), .letters, Self.number(letters: match.3), separator: String(match.2))
    } else if let match = name.wholeMatch(of: /(.+ckpt.*[0-9])([a-z]{2})/) {
      self.init(String(match.1), .letters, Self.number(letters: match.2), separator: "")
    } else {
      return nil
    }
  }

  private init?(_ base: String, _ series: Series, _ number: Int?, separator: String) {
    guard let number else { return nil }
    self.base = base
    self.series = series
    self.number = number
    self.separator = separator
  }

  /// `aa` is 0, `ab` 1; nil for letters that `split` would not have reached.
  private static func number(letters: Substring) -> Int? {
    let number = letters.utf8.reduce(0) { $0 * 26 + Int($1) - Int(UInt8(ascii: "a")) }
    return number < 400 ? number : nil
  }
}
