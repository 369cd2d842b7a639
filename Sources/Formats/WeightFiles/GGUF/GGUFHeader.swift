internal import Bytes
internal import Files
internal import Messages

/// What comes before the data of a GGUF model: its key-values, and its list of tensors.
/// - Source: ggml, `docs/gguf.md`; gguf-py 0.19, `gguf_reader.py`; llama.cpp, `gguf.cpp`.
struct GGUFHeader {
  /// One row of the list.
  struct Tensor {
    let name: String
    /// The extents of the axes, the fastest-varying first.
    let extents: [UInt64]
    let type: UInt32
    /// The offset of the elements, in bytes from the start of the data.
    let offset: UInt64
    /// The offset of the row in the file, in bytes.
    let place: Int
  }

  /// Whether numbers are big-endian.
  let isBigEndian: Bool
  /// The key-values as texts.
  private(set) var values: [String: String] = [:]
  /// The key-values as they are stored.
  private(set) var keyValues: [GGUFKeyValue] = []
  private(set) var tensors: [Tensor] = []
  /// The offset in the file of the data; it may be after the end.
  private(set) var dataStart = 0
  private var alignment = 32

  static let magic = Array("GGUF".utf8)
  static let alignmentKey = "general.alignment"
  /// A row without a name and without axes, and a key without a text and a value of 1 byte.
  private static let (rowByteCount, valueByteCount) = (24, 13)

  /// Reads everything before the data.
  ///
  /// - Throws: `WeightFileError` if it is damaged or not GGUF, `FileError` if the file cannot be read.
  init(_ file: InputFile) throws {
    var cursor = GGUFCursor(file)
    let magic = try file.read(at: 0, count: min(file.byteCount, Self.magic.count))
    guard magic == Self.magic else { throw cursor.error(.noMagic) }
    cursor.skip(magic.count)
    var version = try cursor.read(UInt32.self, "the version")
    // Versions are small: in the other order, the lower half is empty.
    isBigEndian = version & 0xffff == 0 && version != 0
    if isBigEndian { version = version.byteSwapped }
    cursor.isBigEndian = isBigEndian
    guard version == 2 || version == 3 else { throw cursor.error(.version(version), at: magic.count) }
    let tensorCount = try cursor.read(UInt64.self, "the number of tensors")
    let valueCount = try cursor.read(UInt64.self, "the number of key-values")
    try readValues(valueCount, from: &cursor)
    try readTensors(tensorCount, from: &cursor)
    dataStart = cursor.position.addingChecked(alignment - 1).map { $0 / alignment * alignment } ?? .max
  }

  private mutating func readValues(_ count: UInt64, from cursor: inout GGUFCursor) throws {
    var keys: Set<ByteString> = []
    for index in 0..<(try cursor.require(count, ofBytes: Self.valueByteCount, "the list of key-values")) {
      try requireRoom(index, cursor)
      let start = cursor.position
      let key = try cursor.readText("a key")
      guard keys.insert(ByteString(key)).inserted else { throw cursor.error(.repeatedKey(key), at: start) }
      let value = try GGUFValueReader(key: key).read(from: &cursor)
      values[key] = value.text
      keyValues.append(
        GGUFKeyValue(
          key: key, text: value.text, isWhole: value.isWhole, file: cursor.file, range: start..<cursor.position,
          isBigEndian: isBigEndian))
      guard key == Self.alignmentKey else { continue }
      guard value.type == .uint32, let number = Int(value.text), number > 0, number & (number - 1) == 0 else {
        let found = value.type == .uint32 ? value.text : "'\(value.text)', a \(value.type)"
        throw cursor.error(.alignment(found), at: start)
      }
      alignment = number
    }
  }

  private mutating func readTensors(_ count: UInt64, from cursor: inout GGUFCursor) throws {
    for index in 0..<(try cursor.require(count, ofBytes: Self.rowByteCount, "the list of tensors")) {
      try requireRoom(index, cursor)
      let place = cursor.position
      let name = try cursor.readText("a tensor's name")
      let what: Message = "the row of tensor '\(name)'"
      let rank = try cursor.readCount(UInt32.self, ofBytes: 8, what)
      var extents: [UInt64] = []
      for _ in 0..<rank { extents.append(try cursor.read(UInt64.self, what)) }
      let type = try cursor.read(UInt32.self, what)
      let offset = try cursor.read(UInt64.self, what)
      tensors.append(Tensor(name: name, extents: extents, type: type, offset: offset, place: place))
    }
  }

  private func requireRoom(_ count: Int, _ cursor: GGUFCursor) throws(FileError) {
    if let missing = MemoryRoom.missing(forEntries: count) {
      throw FileError(.outOfMemory(byteCount: missing), file: cursor.file.path)
    }
  }
}
