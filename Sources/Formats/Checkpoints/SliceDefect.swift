internal import Messages
public import Tensors

/// Why slices are not parts of a tensor, or do not cover it.
public enum SliceDefect: Error, Equatable, Sendable {
  /// A slice whose number of axes differs from the tensor's.
  case rank(TensorSlice, Shape)
  /// A slice that reaches outside the tensor.
  case outside(TensorSlice, Shape)
  /// A slice without elements.
  case empty(TensorSlice)
  /// Slices of a scalar.
  case scalar
  /// Two slices with elements in common.
  case overlap(TensorSlice, TensorSlice)
  /// Elements that no slice contains, and where they are, if that is known.
  case hole(TensorSlice?)
  /// There are so many slices that comparing them would take too long.
  case tooMany(Int)
  /// A slice that the tensor lists, but that has no entry or record.
  case missing(TensorSlice)
  /// A slice's dtype differs from its tensor's.
  case dtype(TensorSlice, expected: DType, found: Int)
  /// A slice's shape differs from its extents.
  case shape(TensorSlice, expected: [Int], found: [Int])

  /// The defect as a sentence.
  var words: Message {
    switch self {
    case .rank(let slice, let shape):
      "slice \(slice) has \(slice.extents.count.counted("axis", "axes")), but the shape \(shape) has \(shape.rank)."
    case .outside(let slice, let shape): "slice \(slice) reaches outside the shape \(shape)."
    case .empty(let slice): "slice \(slice) is empty."
    case .scalar: "is a scalar, but has slices."
    case .overlap(let first, let second): "slices \(first) and \(second) overlap."
    case .hole(let slice): "is incomplete: \(slice.map { "no slice contains \($0)" } ?? "its slices do not cover it")."
    case .tooMany(let count): "has \(count.counted("slice")), too many to compare."
    case .missing(let slice): "slice \(slice) is missing."
    case .dtype(let slice, let expected, let found):
      "slice \(slice) has dtype \(DType.words(forNumber: found)), but the tensor has \(expected)."
    case .shape(let slice, let expected, let found):
      "slice \(slice) has shape \(found), but its extents require \(expected)."
    }
  }
}

extension DType {
  /// The name of the dtype that has this number in a file, or the number if no dtype has it.
  static func words(forNumber number: Int) -> Message {
    Int32(exactly: number).flatMap(DType.init(rawValue:)).map { "\($0)" } ?? "\(number)"
  }
}
