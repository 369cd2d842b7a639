internal import Bytes
public import Messages

/// What is wrong with a Keras archive, or why it cannot be written.
public enum KerasArchiveDefect: Error, Equatable, Sendable {
  /// The archive has no `model.weights.h5`.
  case noWeights(members: [String])
  /// Two members have the name of the weights.
  case weightsTwice
  /// A description of the model is too large.
  case textTooLarge(String, byteCount: Int, limit: Int)
  /// A description of the model cannot be read.
  case badText(String, Message)

  /// The defect as a sentence.
  var words: Message {
    switch self {
    case .noWeights(let members):
      "has no model.weights.h5\(members.isEmpty ? "" : ", only \(list: members, upTo: 5)"). Save the model with model.save('model.keras') in Keras 3."
    case .weightsTwice:
      "has two members with the name model.weights.h5. \(WeightFileDefect.changed)"
    case .textTooLarge(let name, let byteCount, let limit):
      "its \(name) has \(byteCount.counted("byte")), but Decant reads at most \(limit). Variables keep their paths as "
        + "names."
    case .badText(let name, let why):
      "its \(name) cannot be read: \(why). Variables keep their paths as names; save the model with Keras again to see "
        + "their own."
    }
  }
}
