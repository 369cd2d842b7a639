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
  /// Elements that are in no slice, and where they are, if that is known.
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
      "slice \(slice) does not have the \(shape.rank.counted("axis", "axes")) of the shape \(shape)."
    case .outside(let slice, let shape): "slice \(slice) reaches outside the shape \(shape)."
    case .empty(let slice): "slice \(slice) is empty."
    case .scalar: "is a scalar, but has slices."
    case .overlap(let first, let second): "slices \(first) and \(second) overlap."
    case .hole(let slice): "is incomplete: \(slice.map { "\($0) is in no slice" } ?? "its slices do not cover it")."
    case .tooMany(let count): "has \(count.counted("slice")), too many to compare."
    case .missing(let slice): "slice \(slice) is missing."
    case .dtype(let slice, let expected, let found):
      "slice \(slice) has dtype \(found), but the tensor has \(expected)."
    case .shape(let slice, let expected, let found):
      "slice \(slice) has shape \(found), but its extents say \(expected)."
    }
  }
}
