public import Messages
public import Tensors

/// What is wrong with a Flax file.
public enum FlaxDefect: Error, Equatable, Sendable {
  /// The file ends in the middle of a value.
  case cutShort(needed: Int, left: Int)
  /// A byte with which no msgpack value begins.
  case badByte(UInt8)
  /// Something follows the only value of the file.
  case trailing(byteCount: Int)
  /// Dictionaries are nested more deeply than the limit.
  case tooDeep(limit: Int)
  /// A dictionary has a key that is neither text nor an integer.
  case badKey
  /// The names of all tensors have more bytes than the limit.
  case namesTooLong(limit: Int)
  /// An extension type that Flax does not write.
  case unknownExtension(Int)
  /// An array is not described by a shape, a dtype and its bytes; the text says what is wrong.
  case badArray(Message)
  /// A dtype that Decant does not read.
  case unsupportedDType(String)
  /// The extents are not a shape.
  case badShape(ShapeError)
  /// The array has more or fewer bytes than its shape and dtype require.
  case byteCount(expected: Int, found: Int)
  /// The chunks of a large array are not all there, or do not fit together; the text says which.
  case badChunks(Message)

  /// The defect as a sentence.
  var words: Message {
    switch self {
    case .cutShort(let needed, let left):
      "needs \(needed.counted("more byte")) here, but only \(left) \(left.noun("is", "are")) left. "
        + "\(WeightFileDefect.interrupted)"
    case .badByte(let byte):
      "has a value that begins with the byte \(byte), which msgpack does not define. The file is damaged, or is not a "
        + "Flax file; compare its checksum with the original."
    case .trailing(let byteCount):
      "has \(byteCount.counted("byte")) after its only value; Flax expects none. \(WeightFileDefect.changed)"
    case .tooDeep(let limit): "nests dictionaries more than \(limit) levels deep. \(WeightFileDefect.changed)"
    case .badKey: "has a dictionary with a key that is neither text nor an integer. \(WeightFileDefect.changed)"
    case .namesTooLong(let limit):
      "has names that take more than \(limit.counted("byte")). \(WeightFileDefect.changed)"
    case .unknownExtension(let number):
      "has an object of the msgpack extension type \(number); Flax writes 1 to 3. Save it with flax.serialization."
    case .badArray(let why): "is not an array as Flax writes it: \(why). \(WeightFileDefect.changed)"
    case .unsupportedDType(let name):
      "has the dtype '\(name)', which is not supported. Convert it to another dtype before you save it with Flax."
    case .badShape(let error): "\(error). \(WeightFileDefect.changed)"
    case .byteCount(let expected, let found):
      "has \(found.counted("byte")), but its shape and dtype require \(expected). \(WeightFileDefect.changed)"
    case .badChunks(let why): "is stored in chunks, and \(why). \(WeightFileDefect.changed)"
    }
  }
}
