internal import Messages

/// The name that a file had before a browser, an archiver or another system changed it.
struct NormalizedName: Equatable {
  /// What was done to a name.
  enum Change: Equatable {
    /// A number in parentheses, as a browser adds to a second download: `model (1).index`.
    case copyNumber(String)
    /// An ending that a system or a mail program added, such as `.txt`.
    case addedEnding(String)
    /// Capital letters in an ending that has none.
    case capitals
    /// Spaces around the name.
    case blanks

    /// The change as the end of a sentence.
    var words: Message {
      switch self {
      case .copyNumber(let text): "a browser added '\(text.trimmingBlanks)'"
      case .addedEnding(let ending): "something added '\(ending)'"
      case .capitals: "its extension is in capitals"
      case .blanks: "it has spaces around it"
      }
    }
  }

  /// The name as TensorFlow wrote it, as far as it can be determined.
  let name: String
  /// What was done to it; empty for a name that is as it should be.
  let changes: [Change]

  /// Undoes every change that has a known form.
  ///
  /// Endings are removed only if the name of a checkpoint's file remains, so that `notes.txt` stays what it is.
  init(_ original: String) {
    var name = original
    var changes: [Change] = []
    let trimmed = name.trimmingBlanks
    if trimmed != name, !trimmed.isEmpty {
      name = trimmed
      changes.append(.blanks)
    }
    for ending in Self.addedEndings where name.lowercased().hasSuffix(ending) {
      let shorter = String(name.dropLast(ending.count))
      guard Self.withoutCopyNumber(shorter).map({ Self.isCheckpointName($0.name) }) ?? Self.isCheckpointName(shorter)
      else { continue }
      changes.append(.addedEnding(String(name.suffix(ending.count))))
      name = shorter
    }
    if let (shorter, number) = Self.withoutCopyNumber(name), Self.isCheckpointName(shorter) {
      name = shorter
      changes.append(.copyNumber(number))
    }
    if let lower = Self.withLowercaseEnding(name) {
      name = lower
      changes.append(.capitals)
    }
    self.name = name
    self.changes = changes
  }

  private static let addedEndings = [".txt", ".bin", ".dat", ".file", ".download"]

  /// `a (1).b` is `a.b`; `a - Copy.b` and `a (1)` likewise. Also returns the number that was removed.
  private static func withoutCopyNumber(_ name: String) -> (name: String, number: String)? {
    if let match = name.firstMatch(of: /[ _]?\((\d{1,3})\)/) {
      return (name.replacing(match.0, with: "", maxReplacements: 1), String(match.0))
    }
    if let match = name.firstMatch(of: /\ - Copy( \(\d{1,3}\))?/) {
      return (name.replacing(match.0, with: "", maxReplacements: 1), String(match.0))
    }
    return nil
  }

  /// The name with its ending in lowercase; nil if the ending is not in capitals.
  private static func withLowercaseEnding(_ name: String) -> String? {
    guard let match = name.firstMatch(of: /(?i)\.(index|meta|data-\d{5,}-of-\d{5,})$/) else { return nil }
    let lower = match.0.lowercased()
    return lower == match.0 ? nil : name[..<match.range.lowerBound] + lower
  }

  /// Whether a name ends like those of a checkpoint's files.
  static func isCheckpointName(_ name: String) -> Bool {
    name.contains(/(?i)(\.index|\.meta|\.data-\d{5,}-of-\d{5,}|ckpt(-\d+)?)$/) || name == "checkpoint"
      || name == "word_counts.txt"
  }
}

extension String {
  /// The text without spaces at its ends.
  var trimmingBlanks: String {
    var text = self[...]
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
