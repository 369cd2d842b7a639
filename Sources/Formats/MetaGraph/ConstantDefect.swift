internal import Messages
public import Tensors

/// Why a constant of a graph is not a tensor, or cannot be read.
public enum ConstantDefect: Sendable, Equatable {
  /// The node has no value.
  case noValue
  /// The node declares one dtype, but its value has another.
  case dtypesDiffer(GraphType, GraphType)
  /// A number that belongs to no dtype, or to a reference.
  case unknownDType(Int)
  /// A shape without a number of axes.
  case unknownRank
  /// Extents that are not a shape.
  case badShape(ShapeError)
  /// The elements have more or fewer bytes than the shape and the dtype require.
  case byteCount(expected: Int, found: Int)
  /// There are more values than the shape has elements.
  case valueCount(expected: Int, found: Int)
  /// The shape declares implausibly many elements for a file of this length.
  case tooManyElements(Int)
  /// A list that does not divide into values.
  case raggedList(byteCount: Int, width: Int)
  /// The constant holds numbers but should be read as strings, or the other way around, or it has no plain values.
  case wrongKind(DType)

  /// The defect as the end of a sentence about the constant.
  var words: Message {
    switch self {
    case .noValue: "has no value"
    case .dtypesDiffer(let declared, let found): "is declared as \(declared), but its value is \(found)"
    case .unknownDType(let number): "has dtype \(number), which is unknown"
    case .unknownRank: "has a shape of unknown rank"
    case .badShape(let error): error.message
    case .byteCount(let expected, let found):
      "has \(found.counted("byte")), but its shape and dtype require \(expected)"
    case .valueCount(let expected, let found): "has \(found.counted("value")), but its shape requires \(expected)"
    case .tooManyElements(let count):
      "declares \(count.counted("element")), most of them copies of the last; Decant expands constants to at most "
        + "\(ConstantLayout.maximumFilledByteCount.counted("byte"))"
    case .raggedList(let byteCount, let width):
      "has a list of \(byteCount.counted("byte")), which is not a multiple of \(width)"
    case .wrongKind(let dtype) where dtype.kind == .opaque: dtype.reasonWithoutValues ?? "has no plain values"
    case .wrongKind(.string): "holds strings and cannot be read as numbers"
    case .wrongKind(let dtype): "holds \(dtype) and cannot be read as strings"
    }
  }

  /// What to try; nil if nothing is damaged.
  var advice: Message? {
    switch self {
    case .unknownDType: "Update Decant, or compare the file's checksum with the original."
    case .tooManyElements, .wrongKind: nil
    case .noValue, .dtypesDiffer, .unknownRank, .badShape, .byteCount, .valueCount, .raggedList:
      MetaGraphDefect.patchwork
    }
  }
}
