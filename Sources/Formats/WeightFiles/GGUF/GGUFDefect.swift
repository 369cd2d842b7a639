internal import Messages

/// What is wrong with a GGUF model.
public enum GGUFDefect: Error, Equatable, Sendable {
  case unwritten

  /// The defect as a sentence.
  var words: Message {
    switch self {
    case .unwritten: "is not read yet."
    }
  }
}
