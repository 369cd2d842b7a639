public import Messages

/// What is wrong with a Core ML model, or what in it Decant does not read.
public enum CoreMLDefect: Error, Equatable, Sendable {
  // Packages.

  /// The list of a package's files is not the JSON that it should be.
  case badManifest(Message)
  /// The package's list names no model.
  case noModel
  /// The package's list names a model outside the package.
  case modelOutside(String)

  // Models.

  /// The model is neither a neural network nor a program.
  case noNetwork
  /// Models, networks or blocks are nested more deeply than the limit.
  case tooDeep(limit: Int)

  // Tensors.

  /// The weights are quantized, in a way that Decant does not read.
  case quantized
  /// The tensor has a data type for which Decant has no dtype.
  case unsupportedType(Int)
  /// An axis has no fixed length.
  case unknownAxis
  /// The field of the values does not have as many as the shape requires; nil if they were not counted.
  case valueCount(found: Int?, expected: Int)
  /// The stored bytes are not those that the shape requires.
  case byteCount(found: Int, expected: Int)
  /// A number does not fit the data type.
  case valueTooLarge(Int64)

  // The weight file.

  /// The weight file is outside the model's directory.
  case outside(String)
  /// The weight file cannot be opened.
  case missing(String)
  /// There are more files than can be open at once.
  case tooManyFiles(limit: Int)
  /// The weight file has a version that Decant does not read.
  case storageVersion(UInt32)
  /// There is no record of a tensor where one should be.
  case noRecord(offset: UInt64)
  /// The record has another type than the program says.
  case recordType(UInt32)
  /// The data reaches past the end of the file.
  case pastEnd(String, fileByteCount: Int)

  /// The defect as a sentence.
  var words: Message {
    switch self {
    case .badManifest(let why): "the list of the package's files is invalid: \(why). \(WeightFileDefect.interrupted)"
    case .noModel: "the list of the package's files names no model. \(WeightFileDefect.changed)"
    case .modelOutside(let path):
      "the package's model is in \(.name(path)), which is outside the package. \(WeightFileDefect.changed)"
    case .noNetwork:
      "has neither a neural network nor a program, the only kinds of Core ML model that Decant reads. Use the model that "
        + "it was made from."
    case .tooDeep(let limit): "nests models more than \(limit) levels deep. \(WeightFileDefect.changed)"
    case .quantized:
      "is quantized, but Decant reads only float16 and float32 weights from neural networks. Use the model that it was "
        + "made from."
    case .unsupportedType(let type):
      "has the Core ML data type \(type), for which Decant has no dtype. Use the model that it was made from."
    case .unknownAxis: "has an axis without a fixed length, which weights never have. \(WeightFileDefect.changed)"
    case .valueCount(let found, let expected):
      "has \(found.map { "\($0.counted("value"))" } ?? "the wrong number of values"); its shape requires \(expected). "
        + "\(WeightFileDefect.changed)"
    case .byteCount(let found, let expected):
      "has \(found.counted("byte")), but its shape and data type require \(expected). \(WeightFileDefect.changed)"
    case .valueTooLarge(let value):
      "has the value \(value), which does not fit its data type. \(WeightFileDefect.changed)"
    case .outside(let path):
      "is in \(.name(path)), which is outside the model's directory. \(WeightFileDefect.changed)"
    case .missing(let path): "is in \(.name(path)), which cannot be opened. Copy the whole package again."
    case .tooManyFiles(let limit):
      "is in a weight file after the first \(limit), the most that Decant opens. Save the model with one weight file, as "
        + "coremltools does."
    case .storageVersion(let version):
      "is in a weight file of version \(version); Decant reads version 2. Update Decant, or save the model with "
        + "coremltools 9."
    case .noRecord(let offset):
      "has no record at byte \(offset) of its weight file. \(WeightFileDefect.changed)"
    case .recordType(let type):
      "is stored as type \(type) in the weight file, but the model declares a different type. \(WeightFileDefect.changed)"
    case .pastEnd(let path, let fileByteCount):
      "reaches past the end of \(.name(path)), which has \(fileByteCount.counted("byte")). \(WeightFileDefect.interrupted)"
    }
  }
}
