internal import Bytes
internal import Files
internal import Messages
package import Tensors

/// Reads a Flax file: dictionaries of arrays in msgpack, as `flax.serialization.to_bytes` writes them.
///
/// A tensor's name is the path of keys to it, joined with slashes. Numbers, text and None outside arrays are metadata, by the same kind
/// of name. The elements stay in the file. What comes before a damaged or missing part is read.
/// - Source: Flax, `flax/serialization.py` (`msgpack_restore`, `_msgpack_ext_unpack`, `_unchunk`).
package enum FlaxFile {
  /// Opens a Flax file.
  ///
  /// - Throws: `FileError` if the file cannot be read, `WeightFileError` if it holds no array that is whole.
  package static func open(_ path: String, options: ReadOptions = ReadOptions()) throws -> any TensorSource {
    let file = try InputFile(path: path)
    var walk = FlaxWalk(file)
    do {
      try walk.run()
    } catch let defect as FlaxDefect {
      let error = WeightFileError(
        .flax(defect), file: path, offset: walk.reader.offset, tensor: walk.name.isEmpty ? nil : walk.name)
      guard !walk.index.tensors.isEmpty else { throw error }
      walk.index.problems.append(SourceProblem(tensor: error.tensor, error: error, severity: .incomplete))
    }
    return try IndexedFile(walk.index)
  }
}

/// Goes through the values of a Flax file once, and notes where the arrays are.
private struct FlaxWalk {
  var reader: MsgpackReader
  var index: TensorIndex
  /// The name of the value that is being read.
  var name = ""
  private let file: InputFile
  private var nameByteCount = 0

  /// The most levels of dictionaries. A model's dictionaries are as deep as its modules.
  static let maximumDepth = 64
  /// The most bytes of all names together.
  static let maximumNameByteCount = 1 << 28
  /// The most bytes of a text that becomes metadata; a longer one is not a number, a name or a setting.
  static let maximumTextByteCount = 1 << 16

  init(_ file: InputFile) {
    self.file = file
    reader = MsgpackReader(file, range: 0..<file.byteCount)
    index = TensorIndex(format: "Flax (msgpack)", file: file)
  }

  mutating func run() throws {
    try readValue(depth: 0)
    if reader.remainingCount > 0 { throw FlaxDefect.trailing(byteCount: reader.remainingCount) }
  }

  private mutating func readValue(depth: Int) throws {
    let head = try reader.readHead()
    switch head {
    case .map(let count): try readMap(count, depth: depth)
    case .array(let count):
      for element in 0..<count { try readChild(String(element), depth: depth) }
    case .extended(let type, let byteCount): try readExtension(type, byteCount)
    case .null: note("None")
    case .bool(let value): note(value ? "True" : "False")
    case .integer(let value): note(String(value))
    case .unsigned(let value): note(String(value))
    case .float(let value): note(String(value))
    case .string(let byteCount), .bytes(let byteCount):
      guard byteCount <= Self.maximumTextByteCount else {
        _ = try reader.skip(byteCount)
        return note("(\(byteCount) bytes)")
      }
      note(String(escapingInvalidUTF8: try reader.readBytes(byteCount)))
    }
  }

  private mutating func readMap(_ count: Int, depth: Int) throws {
    let chunks = FlaxChunks(of: name, after: index)
    do {
      for _ in 0..<count { try readChild(try readKey(), depth: depth) }
    } catch {
      // The chunks that are whole are not tensors.
      if chunks.isMarked(in: index) { chunks.remove(from: &index) }
      throw error
    }
    guard chunks.isMarked(in: index) else { return }
    do {
      let (dtype, array) = try chunks.joined(in: index, file: file)
      chunks.remove(from: &index)
      index.tensors.append(IndexedTensor(tensorName, dtype, array))
    } catch let error as WeightFileDefect {
      chunks.remove(from: &index)
      index.addProblem(error, tensor: tensorName, offset: reader.offset)
    }
  }

  /// Reads a value of a dictionary or of a list.
  private mutating func readChild(_ key: String, depth: Int) throws {
    guard depth < Self.maximumDepth else { throw FlaxDefect.tooDeep(limit: Self.maximumDepth) }
    let parent = name
    name = depth == 0 ? key : "\(parent)/\(key)"
    nameByteCount += name.utf8.count
    guard nameByteCount <= Self.maximumNameByteCount else {
      throw FlaxDefect.namesTooLong(limit: Self.maximumNameByteCount)
    }
    if let byteCount = MemoryRoom.missing(forEntries: index.tensors.count + 1) {
      throw FileError(.outOfMemory(byteCount: byteCount), file: file.path)
    }
    try readValue(depth: depth + 1)
    name = parent
  }

  private mutating func readKey() throws -> String {
    switch try reader.readHead() {
    case .string(let byteCount) where byteCount <= Self.maximumTextByteCount,
      .bytes(let byteCount) where byteCount <= Self.maximumTextByteCount:
      return String(escapingInvalidUTF8: try reader.readBytes(byteCount))
    case .integer(let number): return String(number)
    default: throw FlaxDefect.badKey
    }
  }

  /// An array (1), a complex number (2), or a scalar of numpy (3), which is stored as an array is.
  private mutating func readExtension(_ type: Int8, _ byteCount: Int) throws {
    let range = try reader.skip(byteCount)
    do {
      var content = MsgpackReader(file, range: range)
      switch type {
      case 1, 3:
        let (dtype, array) = try FlaxArray.read(&content, file: file)
        index.tensors.append(IndexedTensor(tensorName, dtype, array))
      case 2:
        guard case .array(2) = try content.readHead(), case .float(let real) = try content.readHead(),
          case .float(let imaginary) = try content.readHead()
        else { throw FlaxDefect.badArray("a complex number is not two numbers") }
        note("(\(real), \(imaginary))")
      default: throw FlaxDefect.unknownExtension(Int(type))
      }
    } catch let defect as FlaxDefect {
      index.addProblem(.flax(defect), tensor: tensorName, offset: range.lowerBound)
    } catch let defect as StridedDefect {
      index.addProblem(.strided(defect), tensor: tensorName, offset: range.lowerBound)
    }
  }

  private mutating func note(_ text: String) { index.metadata[tensorName] = text }

  /// A file may be one array, which is called as the file is.
  private var tensorName: String {
    guard name.isEmpty else { return name }
    let file = file.name
    return file.lastIndex(of: ".").map { String(file[..<$0]) } ?? file
  }
}

/// One array of a Flax file: a msgpack list of its shape, the name of its dtype, and its bytes.
enum FlaxArray {
  /// Reads the list, and finds the bytes.
  ///
  /// - Throws: `FlaxDefect` or `StridedDefect`.
  static func read(_ reader: inout MsgpackReader, file: InputFile) throws -> (DType, StridedArray) {
    guard case .array(3) = try reader.readHead(), case .array(let rank) = try reader.readHead() else {
      throw FlaxDefect.badArray("it does not begin with a list of extents")
    }
    guard rank <= Shape.maximumRank else { throw FlaxDefect.badShape(.rankTooLarge(rank)) }
    var extents: [Int] = []
    for _ in 0..<rank {
      guard case .integer(let extent) = try reader.readHead() else {
        throw FlaxDefect.badArray("an extent is not an integer of 63 bits")
      }
      extents.append(extent)
    }
    let shape: Shape
    do throws(ShapeError) { shape = try Shape(extents) } catch { throw FlaxDefect.badShape(error) }
    let dtype = try readDType(&reader)
    guard case .bytes(let byteCount) = try reader.readHead() else {
      throw FlaxDefect.badArray("its elements are not bytes")
    }
    let range = try reader.skip(byteCount)
    guard reader.remainingCount == 0 else {
      throw FlaxDefect.badArray("\(reader.remainingCount.counted("byte")) follow its elements")
    }
    guard shape.byteCount(of: dtype) == byteCount else {
      throw FlaxDefect.byteCount(expected: shape.byteCount(of: dtype) ?? .max, found: byteCount)
    }
    return (dtype, try StridedArray(.file(file, range), dtype: dtype, shape: shape))
  }

  /// The dtype by numpy's name, or by the one of JAX's extensions, which are TensorFlow's names too.
  private static func readDType(_ reader: inout MsgpackReader) throws -> DType {
    let byteCount: Int
    switch try reader.readHead() {
    case .string(let count), .bytes(let count): byteCount = count
    default: throw FlaxDefect.badArray("its dtype is not a name")
    }
    guard byteCount <= 64 else { throw FlaxDefect.badArray("the name of its dtype has \(byteCount.counted("byte"))") }
    let name = String(escapingInvalidUTF8: try reader.readBytes(byteCount))
    guard let dtype = DType(name: name), dtype.byteCount != nil, !name.hasPrefix("q") else {
      throw FlaxDefect.unsupportedDType(name)
    }
    return dtype
  }
}
