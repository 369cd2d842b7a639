internal import Bytes
internal import Files

/// Infers from a block's own bytes how long it would be if it started at an offset.
///
/// Nothing in a block says where it ends; the index does, but it is lost. But each entry leads to the next, and after the last one
/// come the restart points: numbers that begin with 0, increase, refer to entries that share nothing, and are followed by their
/// count. A Snappy stream says how long its output is, and ends when that is reached. The checksum then proves or disproves the
/// guess. Values are skipped, so that a probe costs only a few reads, no matter how long the block is.
struct BlockProbe {
  private var window: ScanWindow
  /// The number of entries and elements looked at so far, a measure of the time spent.
  private(set) var stepCount = 0

  /// TensorFlow's blocks have a few thousand entries.
  private static let maximumEntryCount = 1 << 20

  init(file: InputFile) {
    window = ScanWindow(file: file, capacity: 4096)
  }

  /// The byte count of the stored contents of a block at `start`; nil if there cannot be a block.
  ///
  /// A stored block starts with the byte 0, because its first key shares nothing. A Snappy block that is not empty never does.
  mutating func contentsByteCount(at start: Int) -> Int? {
    switch window.byte(at: start) {
    case nil: nil
    case 0?: storedByteCount(at: start)
    default: compressedByteCount(at: start)
    }
  }

  // MARK: - Stored blocks

  private mutating func storedByteCount(at start: Int) -> Int? {
    var key: [UInt8] = []
    var candidates: [Int] = []
    var offset = start
    for number in 0..<Self.maximumEntryCount {
      stepCount += 1
      if let count = restartCount(at: offset, candidates) { return offset - start + 4 * count + 4 }
      let position = offset - start
      guard
        let header = window.parse(
          at: &offset, byteCount: 15, { (reader) throws(ByteError) in try EntryHeader(parsing: &reader) }),
        header.sharedByteCount <= key.count,
        header.sharedByteCount + header.unsharedByteCount <= TableFormat.maximumKeyByteCount,
        header.payloadByteCount <= window.file.byteCount - offset,
        let tail = window.load(offset, needed: header.unsharedByteCount)?.prefix(header.unsharedByteCount),
        number == 0 || key[header.sharedByteCount...].lexicographicallyPrecedes(tail)
      else { return nil }
      if header.sharedByteCount == 0 { candidates.append(position) }
      key.replaceSubrange(header.sharedByteCount..., with: tail)
      offset += header.payloadByteCount
    }
    return nil
  }

  /// The number of restart points at `offset`, if there are any. `candidates` are the positions of entries that share nothing.
  private mutating func restartCount(at offset: Int, _ candidates: [Int]) -> Int? {
    guard window.number(at: offset) == 0 else { return nil }
    // An empty block has one restart point, at 0.
    guard !candidates.isEmpty else { return window.number(at: offset + 4) == 1 ? 1 : nil }
    var next = candidates.startIndex
    var count = 0
    while let number = window.number(at: offset + 4 * count) {
      stepCount += 1
      // A restart point is never as small as its own index in the list, because entries have at least three bytes.
      if count > 0, number == count { return count }
      guard let found = candidates[next...].firstIndex(of: number) else { return nil }
      next = found + 1
      count += 1
    }
    return nil
  }

  // MARK: - Snappy blocks

  private mutating func compressedByteCount(at start: Int) -> Int? {
    var offset = start
    guard
      let declared = window.parse(
        at: &offset, byteCount: 5, { (reader) throws(ByteError) in Int(try reader.readVarint32()) }),
      declared <= TableFormat.maximumUncompressedByteCount
    else { return nil }
    var produced = 0
    while produced < declared {
      stepCount += 1
      guard
        let element = window.parse(
          at: &offset, byteCount: 5, { (reader) throws(SnappyError) in try Snappy.Element(parsing: &reader) }),
        element.byteCount <= declared - produced
      else { return nil }
      if let back = element.offset {
        guard back > 0, back <= produced else { return nil }
      } else {
        // The contents start with a key that shares nothing.
        if produced == 0, window.byte(at: offset) != 0 { return nil }
        guard element.byteCount <= window.file.byteCount - offset else { return nil }
        offset += element.byteCount
      }
      produced += element.byteCount
    }
    return offset - start
  }
}
