public import Messages

/// What keeps a checkpoint from being written.
public enum WritingDefect: Error, Equatable {
  /// The format cannot hold the tensor.
  case refused(Message)
  /// A tensor received more bytes than it was declared with.
  case moreThanDeclared(Int)
  /// A tensor received fewer bytes than it was declared with.
  case lessThanDeclared(Int, written: Int)
  /// The list of tensors does not fit in one message.
  case listTooLong(byteCount: Int)

  /// The defect as a sentence.
  var words: Message {
    switch self {
    case .refused(let why): "cannot be written: \(why)."
    case .moreThanDeclared(let count): "received more than the \(count.counted("byte")) that its shape requires."
    case .lessThanDeclared(let count, let written):
      "received \(written) of the \(count.counted("byte")) that its shape requires."
    case .listTooLong(let count):
      "the list of tensors has \(count.counted("byte")); a V1 checkpoint can hold \(V1Limits.maximumMessageByteCount)."
    }
  }

  /// What happened to the output, and what to try.
  var advice: Message {
    switch self {
    case .listTooLong: "Nothing was written. Write a V2 checkpoint (--to tensorflow)."
    case .refused, .moreThanDeclared, .lessThanDeclared: "Nothing was written."
    }
  }
}
