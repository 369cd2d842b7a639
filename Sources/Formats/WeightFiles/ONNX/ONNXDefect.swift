internal import Messages

/// What is wrong with an ONNX model, or what in it Decant does not read.
public enum ONNXDefect: Error, Equatable, Sendable {
  /// The model has no graph and no functions.
  case noGraph
  /// Graphs are nested more deeply than the limit.
  case tooDeep(limit: Int)
  /// Initializers without a name.
  case unnamed(count: Int)
  /// Texts about the model that are left out because they are too long.
  case metadataTooLong(key: String, limit: Int)
  /// The tensor has no data type, or one that ONNX does not have.
  case unknownType(Int)
  /// The tensor has a data type for which Decant has no dtype.
  case unsupportedType(String)
  /// The tensor is sparse.
  case sparse
  /// The tensor is one of several segments.
  case segment
  /// The tensor says that its data is in a place that ONNX does not have.
  case unknownPlace(UInt64)
  /// The tensor has no values, neither in `raw_data` nor in the field of its type.
  case noData(field: String)
  /// Strings are in `raw_data` or in another file.
  case strayStrings
  /// The stored bytes are not those that the shape needs.
  case byteCount(found: Int, expected: Int)
  /// A field does not have the numbers or strings that the shape needs; `found` is nil if their number is not known.
  case valueCount(field: String, found: Int?, expected: Int)
  /// A number does not fit the data type.
  case valueTooLarge(Int64, type: String)

  // Data in other files.

  /// No file is named.
  case noLocation
  /// The file is outside the model's directory.
  case outside(String)
  /// The file cannot be opened.
  case missing(String)
  /// The offset or the length is not a number.
  case badNumber(key: String, value: String)
  /// The data reaches past the end of the file; sizes in bytes.
  case pastEnd(String, offset: Int, byteCount: Int, fileByteCount: Int)
  /// There are more files than can be open at once.
  case tooManyFiles(limit: Int)

  /// The defect as a sentence.
  var words: Message {
    switch self {
    case .noGraph: "has no graph, so it has no weights. \(WeightFileDefect.interrupted)"
    case .tooDeep(let limit): "nests graphs more than \(limit) levels deep. \(WeightFileDefect.changed)"
    case .unnamed(let count):
      "has \(count.counted("initializer")) without a name, which no node can use. \(WeightFileDefect.changed)"
    case .metadataTooLong(let key, let limit):
      "Decant leaves out the metadata '\(key)', because it is longer than \(limit) bytes. No tensor is affected."
    case .unknownType(let number): "has the data type \(number), which ONNX does not have. \(WeightFileDefect.changed)"
    case .unsupportedType(let name):
      "has the data type \(name), for which Decant has no dtype. Cast it to FLOAT with onnx before you convert."
    case .sparse: "is sparse, but Decant reads only dense tensors. Make it dense with onnx before you convert."
    case .segment: "is one segment of a larger tensor. Save the model again with whole tensors."
    case .unknownPlace(let place):
      "has the data location \(place), but ONNX has only 0 and 1. \(WeightFileDefect.changed)"
    case .noData(let field): "has no values in raw_data or \(field). \(WeightFileDefect.changed)"
    case .strayStrings: "holds strings, but not in string_data, where ONNX stores them. \(WeightFileDefect.changed)"
    case .byteCount(let found, let expected):
      "has \(found.counted("byte")), but its shape and data type require \(expected). \(WeightFileDefect.changed)"
    case .valueCount(let field, let found, let expected):
      "has \(found.map { "\($0.counted("value"))" } ?? "the wrong number of values") in \(field); its shape requires "
        + "\(expected). \(WeightFileDefect.changed)"
    case .valueTooLarge(let value, let type):
      "has the value \(value), which does not fit \(type). \(WeightFileDefect.changed)"
    case .noLocation: "has its data in another file, but does not name it. \(WeightFileDefect.changed)"
    case .outside(let path):
      "has its data in \(.name(path)), which is outside the model's directory. Copy the file into the directory, and "
        + "save the model with the new location."
    case .missing(let path):
      "has its data in \(.name(path)), which cannot be opened. Copy that file into the model's directory."
    case .badNumber(let key, let value):
      "has the \(key) \(.name(value)) in another file; expected a whole number of 0 or more. "
        + "\(WeightFileDefect.changed)"
    case .pastEnd(let path, let offset, let byteCount, let fileByteCount):
      "needs \(byteCount.counted("byte")) at byte \(offset) of \(.name(path)), which has \(fileByteCount). "
        + "The file is probably cut short; copy it again."
    case .tooManyFiles(let limit):
      "has its data in another file, and the model has more than the \(limit) files that Decant opens. Save the model "
        + "with all tensors in one file, with onnx.save(model, path, save_as_external_data=True)."
    }
  }
}
