internal import Bytes
public import Messages
public import Tensors

/// How numpy stores the elements of an array: the `descr` of its header, such as `<f4`.
struct NpyStorage: Equatable {
  /// The dtype of the tensor.
  let dtype: DType
  /// Bytes of one element in the file.
  let width: Int
  /// Whether numbers are big-endian.
  let isBigEndian: Bool
  /// Whether strings are 4-byte code points, not bytes.
  let isUnicode: Bool

  /// Reads a `descr`: byte order, kind, and the number of bytes (of characters for `U`).
  init(descriptor: String) throws(ArrayDefect) {
    var rest = Substring(descriptor)
    let order = rest.first.flatMap { "<>|=".contains($0) ? $0 : nil }
    if order != nil { rest.removeFirst() }
    guard let kind = rest.first, let count = Self.count(rest.dropFirst()) else { throw .unsupported(descriptor) }
    isBigEndian = order == ">"
    isUnicode = kind == "U"
    switch kind {
    case "S", "a": (dtype, width) = (.string, count)
    case "U":
      guard let byteCount = count.multipliedChecked(by: 4) else { throw .unsupported(descriptor) }
      (dtype, width) = (.string, byteCount)
    case "O": throw .objects
    case "V" where count == 2: throw .rawBytes(descriptor)
    case "?": (dtype, width) = (.bool, 1)
    default:
      guard let row = Self.rows.first(where: { $0.kind == kind && $0.dtype.byteCount == count }) else {
        throw .unsupported(descriptor)
      }
      (dtype, width) = (row.dtype, count)
    }
  }

  /// A dtype that a library adds to NumPy, whose elements take a byte or more each.
  init(added dtype: DType, width: Int, isBigEndian: Bool) {
    (self.dtype, self.width, self.isBigEndian, isUnicode) = (dtype, width, isBigEndian, false)
  }

  /// The number that the digits give; no digits mean 0, as in `|O`.
  private static func count(_ digits: Substring) -> Int? {
    guard !digits.isEmpty else { return 0 }
    guard digits.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }) else { return nil }
    return Int(digits)
  }

  /// The `descr` that numpy writes for a dtype on a little-endian machine; nil if no `descr` would restore the dtype.
  static func descriptor(of dtype: DType) -> String? {
    guard let row = rows.first(where: { $0.dtype == dtype }), let width = dtype.byteCount else { return nil }
    return "\(width == 1 ? "|" : "<")\(row.kind)\(width)"
  }

  private static let rows: [(kind: Character, dtype: DType)] = [
    ("b", .bool), ("u", .uint8), ("i", .int8), ("u", .uint16), ("i", .int16), ("u", .uint32), ("i", .int32),
    ("u", .uint64), ("i", .int64), ("f", .float16), ("f", .float32), ("f", .float64), ("c", .complex64),
    ("c", .complex128),
  ]

  /// The string of an element, without the zeros that pad it; code points become UTF-8.
  func string(of element: ArraySlice<UInt8>) -> [UInt8] {
    guard isUnicode else {
      return Array(element[..<(element.lastIndex { $0 != 0 }.map { $0 + 1 } ?? element.startIndex)])
    }
    var scalars = String.UnicodeScalarView()
    var pendingZeros = 0
    for start in stride(from: element.startIndex, to: element.endIndex - 3, by: 4) {
      let bytes = element[start..<start + 4]
      let value = (isBigEndian ? Array(bytes) : bytes.reversed()).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      if value == 0 {
        pendingZeros += 1
        continue
      }
      for _ in 0..<pendingZeros { scalars.append("\0") }
      pendingZeros = 0
      // A value that is not a character, such as half of a surrogate pair, has no UTF-8 form.
      scalars.append(Unicode.Scalar(value) ?? "\u{fffd}")
    }
    return Array(String(scalars).utf8)
  }
}

/// Why a numpy array is not a tensor.
public enum ArrayDefect: Error, Equatable, Sendable {
  /// The first bytes are not those of an array.
  case noMagic
  /// An unknown version.
  case version(Int, Int)
  /// The array ends within its header.
  case headerCutShort
  /// The header is longer than numpy accepts.
  case headerTooLong(Int)
  /// The header is not a dictionary that numpy writes.
  case badHeader(Message)
  /// The extents are not a shape.
  case badShape(ShapeError)
  /// The elements are Python objects, which only loading a pickle restores.
  case objects
  /// The elements are structures of several values.
  case structured
  /// The elements are raw bytes: numpy does not know what they mean.
  case rawBytes(String)
  /// The elements have a type that no tensor has.
  case unsupported(String)
  /// A directory has more arrays than Decant opens at once.
  case tooManyFiles(count: Int, limit: Int)
  /// The file has more or fewer bytes of elements than the shape and the dtype require.
  case byteCount(expected: Int, found: Int)

  /// What to do about an array that is sound, but that Decant does not read; nil if it is damaged, or may be.
  var adviceIfSound: Message? {
    switch self {
    case .version: "Save it again with NumPy."
    case .objects: "Convert it to an array of numbers in Python."
    case .structured: "Save each field as its own array."
    case .rawBytes: "Save it as float32, or with safetensors."
    case .unsupported: "Convert it to numbers first."
    case .tooManyFiles: "Put them into one archive in Python, with numpy.savez."
    default: nil
    }
  }

  /// The defect, and what to do about it, in sentences that follow the array's name.
  var words: Message { adviceIfSound.map { "\(fault) \($0)" } ?? fault }

  private var fault: Message {
    switch self {
    case .noMagic: "does not begin like a NumPy array (.npy). Copy the file again, or name a different file."
    case .version(let major, let minor):
      "is a NumPy array of version \(major).\(minor); Decant reads versions 1 to 3."
    case .headerCutShort: "ends within its header. Copy the file again."
    case .headerTooLong(let count):
      "has a header of \(count.counted("byte")); Decant reads at most \(NpyHeader.maximumTextByteCount). "
        + "\(WeightFileDefect.changed)"
    case .badHeader(let why): "has an invalid header: \(why). \(WeightFileDefect.changed)"
    case .badShape(let error): "\(error). \(WeightFileDefect.changed)"
    case .objects:
      "holds Python objects. They are stored as a pickle, which Decant never loads, because a pickle can run code."
    case .structured: "holds structures of several values, which no dtype can represent."
    case .rawBytes(let name):
      "holds raw bytes (\(name)); NumPy loses the dtype of bfloat16 arrays when it saves them."
    case .unsupported(let name): "has NumPy's dtype '\(name)', which has no equivalent in Decant."
    case .tooManyFiles(let count, let limit):
      "the directory has \(count) arrays; Decant opens at most \(limit) at once."
    case .byteCount(let expected, let found):
      "has \(found.counted("byte")) of elements, but its shape and dtype require \(expected). "
        + "\(WeightFileDefect.interrupted)"
    }
  }
}
