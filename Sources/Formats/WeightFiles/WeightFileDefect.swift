public import Files
public import Messages
public import ProtobufWire
public import Tensors

/// What is wrong with a weight file, or why it cannot be written.
///
/// The tensor may be an object in an HDF5 file.
public typealias WeightFileError = LocatedError<WeightFileDefect>

/// What can be wrong with a weight file, or can keep it from being written.
public enum WeightFileDefect: ErrorReason {
  // Reading, safetensors.

  /// The file is too short to declare a header.
  case noHeader(byteCount: Int)
  /// The header is declared longer than the format allows.
  case headerTooLong(UInt64)
  /// The header is declared longer than the file.
  case headerPastEnd(declared: Int, left: Int)
  /// The header does not start with `{`.
  case notAnObject(UInt8)
  /// The header is not the JSON that the format requires.
  case badHeader(Message)
  /// A tensor's entry lacks a field.
  case missingField(String)
  /// The dtype has a name that no supported dtype has.
  case unknownDType(String)
  /// The extents are not a shape.
  case badShape(ShapeError)
  /// A tensor ends before it starts.
  case offsetsReversed(start: Int, end: Int)
  /// The tensor leaves a hole after the previous one, or overlaps it.
  case offsetsNotContiguous(start: Int, expected: Int)
  /// The offsets enclose more or fewer bytes than the shape and the dtype require.
  case sizeMismatch(found: Int, expected: Int)
  /// The data ends before or after the last tensor.
  case dataCountMismatch(tensorBytes: Int, fileBytes: Int)
  /// Two tensors carry the same name.
  case duplicateName
  /// The note that restores TensorFlow's dtypes does not fit the tensors.
  case badDTypeNote(Message)
  /// The string tensors in the metadata are damaged.
  case badStrings(Message)

  // Reading, HDF5.

  /// libhdf5 cannot read the file, or the file has something that Decant does not read.
  case hdf5(HDF5Defect)

  // Reading, npz.

  /// The zip archive is damaged, or has something that Decant does not read.
  case archive(ArchiveDefect)
  /// A numpy array is damaged, or is not a tensor.
  case array(ArrayDefect)

  // Reading, other formats.

  /// The elements of a tensor are not where the file says they are.
  case strided(StridedDefect)
  /// A PyTorch file or a pickle is damaged, or Decant does not read it.
  case pyTorch(PyTorchDefect)
  /// A GGUF model is damaged, or Decant does not read it.
  case gguf(GGUFDefect)
  /// A protobuf message is damaged.
  case wire(WireDefect)
  /// An ONNX model is damaged, or Decant does not read it.
  case onnx(ONNXDefect)
  /// A TensorFlow Lite model is damaged, or Decant does not read it.
  case tfLite(TFLiteDefect)
  /// A TensorFlow.js model is damaged, or Decant does not read it.
  case tensorFlowJS(TFJSDefect)
  /// A Core ML model is damaged, or Decant does not read it.
  case coreML(CoreMLDefect)
  /// A Flax file is damaged, or Decant does not read it.
  case flax(FlaxDefect)
  /// A Keras archive is damaged, or Decant does not read it.
  case kerasArchive(KerasArchiveDefect)
  /// An index of shards is damaged, or disagrees with them.
  case shardIndex(ShardIndexDefect)

  // Either direction.

  /// The tensor holds strings but numbers were requested, or the other way around.
  case wrongKind(DType)

  // Writing.

  /// The format cannot hold the tensor.
  case refused(Message)
  /// A tensor received more bytes than it was declared with.
  case tooManyBytes(declared: Int)
  /// A tensor received fewer bytes than it was declared with.
  case tooFewBytes(declared: Int, written: Int)
  /// The HDF5 library could not write, and reported this message.
  case cannotWrite(String)

  /// The kind of failure, which decides the exit status.
  public var category: ErrorCategory {
    switch self {
    case .refused: .cannotCreate
    case .tooManyBytes, .tooFewBytes, .cannotWrite, .hdf5(.noProcess), .hdf5(.noProgram): .inputOutput
    default: .badData
    }
  }

  /// What was found, what was expected and what to try.
  public var sentence: Message {
    switch self {
    case .noHeader(let byteCount):
      "has \(byteCount.counted("byte")), too few for a safetensors header. Copy the file again."
    case .headerTooLong(let declared):
      "declares a header of \(declared.counted("byte")); safetensors allows \(SafetensorsHeader.maximumByteCount). "
        + "It is probably not a safetensors file."
    case .headerPastEnd(let declared, let left):
      "declares a header of \(declared.counted("byte")), but only \(left) are left. \(Self.interrupted)"
    case .notAnObject(let byte):
      "the header starts with byte \(byte), but '{' was expected. It is not a safetensors file."
    case .badHeader(let why): "the header is invalid: \(why). \(Self.changed)"
    case .missingField(let field): "has no '\(field)' in the header. \(Self.changed)"
    case .unknownDType(let name):
      "has the dtype '\(name)', which is not supported. Leave it out with --drop, or convert it to another dtype "
        + "with the program that wrote it."
    case .badShape(let error): "\(error). \(Self.changed)"
    case .offsetsReversed(let start, let end):
      "ends at byte \(end) of the data, before its start at byte \(start). \(Self.changed)"
    case .offsetsNotContiguous(let start, let expected):
      "starts at byte \(start) of the data, but the previous tensor ends at \(expected); safetensors allows neither "
        + "holes nor overlaps. \(Self.changed)"
    case .sizeMismatch(let found, let expected):
      "has \(found.counted("byte")), but its shape and dtype require \(expected). \(Self.changed)"
    case .dataCountMismatch(let tensorBytes, let fileBytes):
      "the tensors need \(tensorBytes.counted("byte")), but the file has \(fileBytes) after its header. \(Self.interrupted)"
    case .badStrings(let why): "the metadata 'decant.strings' is invalid: \(why). \(Self.changed)"
    case .badDTypeNote(let why): "the metadata 'decant.dtypes' is invalid: \(why). \(Self.changed)"
    case .duplicateName: "is in the file twice. \(Self.changed)"
    case .hdf5(let defect): defect.words
    case .archive(let defect): defect.isDamage ? "\(defect.words) \(Self.interrupted)" : defect.words
    case .array(let defect): defect.words
    case .strided(let defect): defect.words
    case .pyTorch(let defect): defect.words
    case .gguf(let defect): defect.words
    case .wire(let defect): defect.sentence
    case .onnx(let defect): defect.words
    case .tfLite(let defect): defect.words
    case .tensorFlowJS(let defect): defect.words
    case .coreML(let defect): defect.words
    case .flax(let defect): defect.words
    case .kerasArchive(let defect): defect.words
    case .shardIndex(let defect): defect.words
    case .wrongKind(.string): "holds strings, but numbers were requested."
    case .wrongKind(let dtype): "holds \(dtype), but strings were requested."
    case .refused(let why): "\(why)."
    case .tooManyBytes(let declared):
      "received more than the \(declared.counted("byte")) that were declared. This is a bug in Decant; please report it."
    case .tooFewBytes(let declared, let written):
      "received \(written) of the \(declared.counted("byte")) that were declared. This is a bug in Decant; please report it."
    case .cannotWrite(let message):
      "cannot be written; HDF5 says: \(message). Nothing was left behind. Free some space, or choose another place or "
        + "format."
    }
  }

  static let interrupted: Message =
    "The file is probably cut short or damaged; compare its size and checksum with the original and copy it again."
  static let changed: Message =
    "The file is damaged, or was written by a faulty program; compare its checksum with the original."
}
