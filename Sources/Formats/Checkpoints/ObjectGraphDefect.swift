public import Messages
public import Tensors

/// What is odd about an object graph. The tensors can be read anyway.
public enum ObjectGraphDefect: Sendable, Equatable {
  /// The tensor of the graph is not a single string.
  case notOneString(Shape)
  /// The string cannot be read from its shard, or is not a message.
  case unreadable(Message)
  /// Objects refer to objects that do not exist.
  case dangling(count: Int)
  /// Objects name values that the checkpoint does not have.
  case missingTensors(count: Int, first: String)
  /// Objects name the same value.
  case sharedKeys(count: Int, first: String)

  /// The defect as a sentence.
  var words: Message {
    switch self {
    case .notOneString(let shape): "has shape \(shape); an object graph is a single string."
    case .unreadable(let why): "the object graph cannot be read: \(why)"
    case .dangling(let count):
      "the object graph has \(count.counted("reference")) to \(count.noun("an object that does", "objects that do")) not exist."
    case .missingTensors(let count, let first):
      "the object graph names \(count.counted("tensor")) that \(count.noun("does", "do")) not exist; the first is '\(first)'."
    case .sharedKeys(let count, let first):
      "\(count.counted("value")) of the object graph \(count.noun("shares", "share")) the key of another value; the first is '\(first)'."
    }
  }
}
