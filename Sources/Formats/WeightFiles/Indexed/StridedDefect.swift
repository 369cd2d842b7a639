internal import Messages

/// Why a tensor's elements cannot be where a file says they are.
public enum StridedDefect: Error, Equatable, Sendable {
  /// The elements of the shape have more bytes than 64 bits can count.
  case tooManyElements
  /// The offset or a stride is negative, or there is not one stride for each axis.
  case badPlace
  /// The last element is past the end of the storage.
  case pastEnd(needed: Int, stored: Int)
  /// Elements are repeated so often that the tensor is much larger than what is stored.
  case repeated(byteCount: Int, stored: Int, limit: Int)

  /// The defect as a sentence.
  var words: Message {
    switch self {
    case .tooManyElements: "has a shape with more bytes than 64 bits can count. \(WeightFileDefect.changed)"
    case .badPlace:
      "has a negative offset or stride, or not one stride for each axis. \(WeightFileDefect.changed)"
    case .pastEnd(let needed, let stored):
      "needs \(needed.counted("element")) of its storage, which has \(stored). \(WeightFileDefect.interrupted)"
    case .repeated(let byteCount, let stored, let limit):
      "repeats the \(stored.counted("byte")) of its storage to make \(byteCount.counted("byte")); Decant expands a tensor to at "
        + "most \(limit). Save the tensor without expanding it."
    }
  }
}
