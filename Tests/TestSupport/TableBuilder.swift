internal import Bytes

/// Writes sorted string tables for tests, in the ways that TensorFlow writes them and in some that it does not.
public struct TableBuilder: Sendable {
  /// One entry.
  public typealias Entry = (key: [UInt8], value: [UInt8])

  /// Bytes after which a block ends.
  public var blockByteCount = 262_144
  /// Entries from one restart point to the next.
  public var restartInterval = 16
  /// Whether blocks are compressed (by literals only, as a valid if useless Snappy stream).
  public var isCompressed = false

  /// TensorFlow's settings.
  public init(blockByteCount: Int = 262_144, restartInterval: Int = 16, isCompressed: Bool = false) {
    self.blockByteCount = blockByteCount
    self.restartInterval = restartInterval
    self.isCompressed = isCompressed
  }

  /// The bytes of a table.
  public func table(_ entries: [Entry]) -> [UInt8] {
    var file: [UInt8] = []
    var index: [Entry] = []
    var pending: [Entry] = []
    func flush() {
      guard let last = pending.last else { return }
      let offset = file.count
      let contents = contents(pending)
      let byteCount = append(contents, to: &file)
      index.append((last.key, Varint.encode(UInt64(offset)) + Varint.encode(UInt64(byteCount))))
      pending = []
    }
    var pendingByteCount = 0
    for entry in entries {
      pending.append(entry)
      pendingByteCount += entry.key.count + entry.value.count
      if pendingByteCount >= blockByteCount {
        flush()
        pendingByteCount = 0
      }
    }
    flush()
    let metaindexOffset = file.count
    let metaindexByteCount = append(contents([]), to: &file)
    let indexOffset = file.count
    let indexByteCount = append(contents(index, restartInterval: 1), to: &file)
    let handles = [metaindexOffset, metaindexByteCount, indexOffset, indexByteCount].flatMap {
      Varint.encode(UInt64($0))
    }
    file += handles + [UInt8](repeating: 0, count: 40 - handles.count)
    return file + [0x57, 0xfb, 0x80, 0x8b, 0x24, 0x75, 0x47, 0xdb]
  }

  /// The bytes of a table whose only block lies compressed in these bytes, whatever they are.
  public static func table(snappyBlock: [UInt8], lastKey: [UInt8]) -> [UInt8] {
    var table: [UInt8] = []
    let checked = snappyBlock + [1]
    table += checked + packed([CRC32C(of: checked.rawSpan).masked])
    let builder = TableBuilder()
    let metaindexOffset = table.count
    let metaindexByteCount = builder.append(builder.contents([]), to: &table)
    let indexOffset = table.count
    let entry = (lastKey, Varint.encode(0) + Varint.encode(UInt64(snappyBlock.count)))
    let indexByteCount = builder.append(builder.contents([entry]), to: &table)
    let handles = [metaindexOffset, metaindexByteCount, indexOffset, indexByteCount].flatMap {
      Varint.encode(UInt64($0))
    }
    return table + handles + [UInt8](repeating: 0, count: 40 - handles.count)
      + [0x57, 0xfb, 0x80, 0x8b, 0x24, 0x75, 0x47, 0xdb]
  }

  /// The contents of a block.
  public func contents(_ entries: [Entry], restartInterval: Int? = nil) -> [UInt8] {
    var bytes: [UInt8] = []
    var restarts: [Int] = []
    var previous: [UInt8] = []
    for (number, entry) in entries.enumerated() {
      var shared = 0
      if number % (restartInterval ?? self.restartInterval) == 0 {
        restarts.append(bytes.count)
      } else {
        shared = zip(previous, entry.key).prefix { $0 == $1 }.count
      }
      for count in [shared, entry.key.count - shared, entry.value.count] { bytes += Varint.encode(UInt64(count)) }
      bytes += entry.key[shared...] + entry.value
      previous = entry.key
    }
    if restarts.isEmpty { restarts = [0] }
    return bytes + packed((restarts + [restarts.count]).map(UInt32.init))
  }

  /// Appends a block and its trailer; returns the handle's byte count.
  public func append(_ contents: [UInt8], to file: inout [UInt8]) -> Int {
    let stored = isCompressed ? Self.snappyLiterals(contents) : contents
    let checked = stored + [isCompressed ? 1 : 0]
    file += checked + packed([CRC32C(of: checked.rawSpan).masked])
    return stored.count
  }

  /// A Snappy stream of literals.
  public static func snappyLiterals(_ bytes: [UInt8]) -> [UInt8] {
    var stream = Varint.encode(UInt64(bytes.count))
    for start in stride(from: 0, to: bytes.count, by: 60) {
      let piece = bytes[start..<min(start + 60, bytes.count)]
      stream += [UInt8(piece.count - 1) << 2] + piece
    }
    return stream
  }
}
