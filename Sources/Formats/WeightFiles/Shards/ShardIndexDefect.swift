internal import Messages

/// What is wrong with a index of shards.
public enum ShardIndexDefect: Error, Equatable, Sendable {
  case unwritten

  /// The defect as a sentence.
  var words: Message {
    switch self {
    case .unwritten: "is not read yet."
    }
  }
}
