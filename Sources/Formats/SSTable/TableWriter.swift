internal import Bytes
package import Files

/// Where a table's bytes go.
package protocol TableOutput: AnyObject {
  /// Writes bytes at an offset of the file; called with increasing offsets and without gaps.
  func write(_ bytes: RawSpan, at offset: Int) throws(FileError)
}

/// Writes a sorted string table: the same bytes that TensorFlow's own writer would write for these entries.
///
/// Entries come in the order of their keys. A value is announced with its length and then handed over in pieces, so that a
/// large one, which gets a block of its own, is never in memory as a whole. Blocks are not compressed, like those of TensorFlow
/// since 1.2; earlier versions read both.
/// - Source: TensorFlow `core/lib/io/table_builder.cc`, `table_options.h`.
package final class TableWriter {
  /// Where blocks end and keys are spelled out.
  package struct Options: Sendable {
    /// A data block ends with the entry that brings it to this many bytes.
    package var blockByteCount: Int
    /// The number of entries of a data block from one key that is spelled out to the next.
    package var restartInterval: Int

    /// TensorFlow's settings, unless others are given.
    package init(blockByteCount: Int = 262_144, restartInterval: Int = 16) {
      self.blockByteCount = blockByteCount
      self.restartInterval = restartInterval
    }
  }

  /// The length of the longest value, which is a 32-bit number.
  package static let maximumValueByteCount = Int(UInt32.max)

  private let options: Options
  private let output: any TableOutput
  private var offset = 0
  private var block: BlockBuilder
  private var index = BlockBuilder(restartInterval: 1)
  private var lastKey: [UInt8]?
  /// A finished block, whose key in the index depends on the key that comes next.
  private var pendingHandle: BlockHandle?
  private var value: Value?

  /// The value whose bytes are arriving.
  private enum Value {
    /// Collected, for a block with others.
    case small(key: [UInt8], bytes: [UInt8], byteCount: Int)
    /// Written as it arrives, in a block of its own.
    case large(checksum: CRC32C, start: Int, remaining: Int)
  }

  /// Starts an empty table.
  package init(options: Options = Options(), output: any TableOutput) {
    self.options = options
    self.output = output
    block = BlockBuilder(restartInterval: options.restartInterval)
  }

  /// Appends an entry.
  ///
  /// - Parameters:
  ///   - key: greater than all keys added before, in the order of their bytes.
  ///   - value: at most `maximumValueByteCount` bytes.
  /// - Throws: what the output throws.
  package func add(_ key: [UInt8], value: RawSpan) throws(FileError) {
    try begin(key, valueByteCount: value.byteCount)
    try append(value)
  }

  /// Announces an entry, whose value follows in calls of `append`.
  ///
  /// - Parameters:
  ///   - key: greater than all keys added before, in the order of their bytes.
  ///   - valueByteCount: at most `maximumValueByteCount`.
  /// - Throws: what the output throws.
  package func begin(_ key: [UInt8], valueByteCount: Int) throws(FileError) {
    precondition(value == nil, "the value before is complete")
    precondition(lastKey.map { $0.lexicographicallyPrecedes(key) } ?? true, "keys come in their order")
    precondition((0...Self.maximumValueByteCount).contains(valueByteCount), "the length of a value has 32 bits")
    // An entry twice as large as a block does not join others.
    let isLarge = key.count + valueByteCount >= 2 * options.blockByteCount
    if isLarge { try flush() }
    if let handle = pendingHandle, let lastKey {
      index.add(ShortKey.separator(lastKey, key), handle.encoded.rawSpan)
      pendingHandle = nil
    }
    lastKey = key
    if isLarge {
      let start = offset
      var checksum = CRC32C()
      let head = EntryHeader.encode(shared: 0, unshared: key.count, value: valueByteCount) + key
      try put(head.rawSpan, &checksum)
      value = .large(checksum: checksum, start: start, remaining: valueByteCount)
    } else {
      value = .small(key: key, bytes: [], byteCount: valueByteCount)
    }
    if valueByteCount == 0 { try append([UInt8]().rawSpan) }
  }

  /// Appends bytes of the announced value; with the last of them, the entry is complete.
  package func append(_ bytes: RawSpan) throws(FileError) {
    switch value.take() {
    case .small(let key, var collected, let byteCount):
      precondition(bytes.byteCount <= byteCount - collected.count, "a value has the announced length")
      unsafe bytes.withUnsafeBytes { unsafe collected.append(contentsOf: $0) }
      guard collected.count == byteCount else {
        value = .small(key: key, bytes: collected, byteCount: byteCount)
        return
      }
      block.add(key, collected.rawSpan)
      if block.byteCount >= options.blockByteCount { try flush() }
    case .large(var checksum, let start, var remaining):
      precondition(bytes.byteCount <= remaining, "a value has the announced length")
      try put(bytes, &checksum)
      remaining -= bytes.byteCount
      guard remaining == 0 else {
        value = .large(checksum: checksum, start: start, remaining: remaining)
        return
      }
      let tail = BlockBuilder.singleRestartPoint
      try put(tail.rawSpan, &checksum)
      pendingHandle = try endBlock(from: start, checksum)
    case nil: precondition(bytes.isEmpty, "a value is announced before it comes")
    }
  }

  /// Ends the table. Returns the number of bytes of the file.
  @discardableResult
  package func finish() throws(FileError) -> Int {
    precondition(value == nil, "the last value is complete")
    try flush()
    // TensorFlow writes the block for metadata about the table even though it is empty.
    let metaindex = try write(BlockBuilder(restartInterval: options.restartInterval))
    if let handle = pendingHandle, let lastKey {
      index.add(ShortKey.successor(lastKey), handle.encoded.rawSpan)
      pendingHandle = nil
    }
    let footer = Footer(metaindex: metaindex, index: try write(index))
    let bytes = footer.encoded
    try output.write(bytes.rawSpan, at: offset)
    offset += TableFormat.footerByteCount
    return offset
  }

  /// Writes the block so far, unless it is empty.
  private func flush() throws(FileError) {
    guard !block.isEmpty else { return }
    pendingHandle = try write(block)
    block = BlockBuilder(restartInterval: options.restartInterval)
  }

  private func write(_ block: BlockBuilder) throws(FileError) -> BlockHandle {
    var checksum = CRC32C()
    let start = offset
    try put(block.contents.rawSpan, &checksum)
    return try endBlock(from: start, checksum)
  }

  private func put(_ bytes: RawSpan, _ checksum: inout CRC32C) throws(FileError) {
    try output.write(bytes, at: offset)
    checksum.extend(by: bytes)
    offset += bytes.byteCount
  }

  /// Writes the trailer after contents that start at `start`.
  private func endBlock(from start: Int, _ checksum: CRC32C) throws(FileError) -> BlockHandle {
    let handle = BlockHandle(offset: start, byteCount: offset - start)
    var checksum = checksum
    let type: [UInt8] = [BlockTrailer.Compression.none.rawValue]
    try put(type.rawSpan, &checksum)
    let masked = checksum.masked
    let stored = (0..<4).map { UInt8(truncatingIfNeeded: masked >> (8 * $0)) }
    try output.write(stored.rawSpan, at: offset)
    offset += 4
    return handle
  }
}
