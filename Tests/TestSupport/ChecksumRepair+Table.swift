internal import Bytes

extension ChecksumRepair {
  private static let footerByteCount = 48
  private static let trailerByteCount = 5

  /// Sorted string tables: the checksums of the blocks that the footer and the index block name.
  public static func repairTable(_ bytes: inout [UInt8]) {
    guard let (metaindex, index) = footer(of: bytes) else { return }
    for block in [metaindex, index] + dataBlocks(of: bytes, index: index) {
      guard let block else { continue }
      let end = block.upperBound + 1
      write(CRC32C(of: bytes.rawSpan.extracting(block.lowerBound..<end)).masked, at: end, to: &bytes)
    }
  }

  /// V2 checkpoints of one data file: the checksum that the index has of every tensor, then those of its blocks.
  public static func repairBundle(index bytes: inout [UInt8], data: [UInt8]) {
    let table = bytes
    for block in dataBlocks(of: table, index: footer(of: table)?.index) {
      guard let block, table[block.upperBound] == 0 else { continue }
      for value in entries(of: table, in: block) {
        guard let place = bundleEntry(table, value),
          let elements = range(at: place.offset, count: place.byteCount, limit: data.count)
        else { continue }
        write(CRC32C(of: data.rawSpan.extracting(elements)).masked, at: place.checksum, to: &bytes)
      }
    }
    repairTable(&bytes)
  }

  /// Blocks without their trailers, where the file holds both.
  private static func block(_ look: inout Look) -> Range<Int>? {
    guard let offset = look.varint(), let count = look.varint(),
      count <= look.bytes.count - trailerByteCount
    else { return nil }
    return range(at: offset, count: count, limit: look.bytes.count - trailerByteCount)
  }

  private static func footer(of bytes: [UInt8]) -> (metaindex: Range<Int>?, index: Range<Int>?)? {
    guard bytes.count >= footerByteCount else { return nil }
    var look = Look(bytes: bytes, position: bytes.count - footerByteCount)
    return (block(&look), block(&look))
  }

  private static func dataBlocks(of bytes: [UInt8], index: Range<Int>?) -> [Range<Int>?] {
    guard let index, bytes[index.upperBound] == 0 else { return [] }
    return entries(of: bytes, in: index).map { value in
      var look = Look(bytes: bytes, position: value.lowerBound)
      return block(&look)
    }
  }

  /// Where the values of a block lie that is not compressed.
  private static func entries(of bytes: [UInt8], in block: Range<Int>) -> [Range<Int>] {
    var tail = Look(bytes: bytes, position: block.upperBound - 4)
    guard block.count >= 4, let restarts = tail.littleEndian(byteCount: 4), restarts <= (block.count - 4) / 4 else {
      return []
    }
    let end = block.upperBound - 4 - 4 * restarts
    var look = Look(bytes: bytes, position: block.lowerBound)
    var values: [Range<Int>] = []
    while look.position < end {
      guard look.varint() != nil, let unshared = look.varint(), let count = look.varint(),
        let key = range(at: look.position, count: unshared, limit: end),
        let value = range(at: key.upperBound, count: count, limit: end)
      else { break }
      values.append(value)
      look.position = value.upperBound
    }
    return values
  }

  /// Where a `BundleEntryProto` says that its elements lie, and where its checksum stands.
  private static func bundleEntry(
    _ bytes: [UInt8], _ range: Range<Int>
  ) -> (offset: Int, byteCount: Int, checksum: Int)? {
    var look = Look(bytes: bytes, position: range.lowerBound)
    var (offset, byteCount): (Int, Int?) = (0, nil)
    while look.position < range.upperBound, let tag = look.varint() {
      switch (tag >> 3, tag & 7) {
      case (6, 5): return byteCount.map { (offset, $0, look.position) }
      case (let field, 0):
        guard let value = look.varint() else { return nil }
        if field == 4 { offset = value }
        if field == 5 { byteCount = value }
      case (_, 2):
        guard let count = look.varint(), let payload = self.range(at: look.position, count: count, limit: bytes.count)
        else { return nil }
        look.position = payload.upperBound
      default: return nil
      }
    }
    return nil
  }
}
