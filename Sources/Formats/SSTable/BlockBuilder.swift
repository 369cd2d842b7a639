internal import Bytes

/// Assembles the contents of a block, entry by entry; `Block` describes the layout.
///
/// - Source: LevelDB `table/block_builder.cc`, which TensorFlow's writer follows to the byte.
struct BlockBuilder {
  /// The number of entries from one restart point to the next.
  private let restartInterval: Int
  private var entries: [UInt8] = []
  private var restartPoints: [Int] = [0]
  private var countSinceRestart = 0
  private var lastKey: [UInt8] = []

  init(restartInterval: Int) {
    self.restartInterval = restartInterval
  }

  var isEmpty: Bool { entries.isEmpty }

  /// The number of bytes that the contents would have if the block ended here.
  var byteCount: Int { entries.count + Self.byteCount(ofRestartPoints: restartPoints.count) }

  /// Appends an entry.
  ///
  /// - Precondition: `key` is greater than all keys added before.
  mutating func add(_ key: [UInt8], _ value: RawSpan) {
    var sharedByteCount = 0
    if countSinceRestart < restartInterval {
      while sharedByteCount < min(lastKey.count, key.count), lastKey[sharedByteCount] == key[sharedByteCount] {
        sharedByteCount += 1
      }
    } else {
      restartPoints.append(entries.count)
      countSinceRestart = 0
    }
    entries += EntryHeader.encode(
      shared: sharedByteCount, unshared: key.count - sharedByteCount, value: value.byteCount)
    entries += key[sharedByteCount...]
    unsafe value.withUnsafeBytes { unsafe entries.append(contentsOf: $0) }
    lastKey = key
    countSinceRestart += 1
  }

  /// The number of bytes after the entries, for the restart points and their number.
  static func byteCount(ofRestartPoints count: Int) -> Int { 4 * count + 4 }

  /// The last bytes of a block that has one restart point, at its start.
  static let singleRestartPoint = encode(restartPoints: [0])

  private static func encode(restartPoints: [Int]) -> [UInt8] {
    (restartPoints + [restartPoints.count]).flatMap { point in
      (0..<4).map { UInt8(truncatingIfNeeded: point >> (8 * $0)) }
    }
  }

  /// The contents of the finished block.
  var contents: [UInt8] { entries + Self.encode(restartPoints: restartPoints) }
}

extension EntryHeader {
  /// The bytes of a header.
  static func encode(shared: Int, unshared: Int, value: Int) -> [UInt8] {
    [shared, unshared, value].flatMap { Varint.encode(UInt64($0)) }
  }
}
