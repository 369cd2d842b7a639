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

  /// V2 checkpoints of one data file: the checksum that the index has of every tensor, and string tensors have of their lengths, then
  /// those of the index's blocks.
  public static func repairBundle(index bytes: inout [UInt8], data: inout [UInt8]) {
    let table = bytes
    for block in dataBlocks(of: table, index: footer(of: table)?.index) {
      guard let block, table[block.upperBound] == 0 else { continue }
      for value in entries(of: table, in: block) {
        guard let entry = BundleEntry(table, value),
          let elements = range(at: entry.offset, count: entry.byteCount, limit: data.count)
        else { continue }
        var checksum = CRC32C()
        var start = elements.lowerBound
        if let count = entry.stringCount { start = repairLengths(of: count, in: elements, of: &data, &checksum) }
        checksum.extend(by: data.rawSpan.extracting(start..<elements.upperBound))
        write(checksum.masked, at: entry.checksum, to: &bytes)
      }
    }
    repairTable(&bytes)
  }

  /// The lengths in front of strings: they count as numbers of four bytes, and their own checksum as what is stored.
  ///
  /// Returns where the strings start, or where the elements do if that is nowhere.
  private static func repairLengths(
    of count: Int, in elements: Range<Int>, of data: inout [UInt8], _ checksum: inout CRC32C
  ) -> Int {
    var look = Look(bytes: data, position: elements.lowerBound)
    var lengths = CRC32C()
    for _ in 0..<count {
      guard let length = look.varint(), look.position < elements.upperBound else { return elements.lowerBound }
      lengths.extend(byLittleEndian: UInt32(truncatingIfNeeded: length))
    }
    guard look.position <= elements.upperBound - 4 else { return elements.lowerBound }
    write(lengths.masked, at: look.position, to: &data)
    checksum = lengths
    checksum.extend(byLittleEndian: lengths.masked)
    return look.position + 4
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
}

/// What a `BundleEntryProto` says of a tensor's elements, and where its checksum stands.
private struct BundleEntry {
  private(set) var offset = 0
  private(set) var byteCount = 0
  private(set) var checksum = 0
  /// For tensors of strings.
  private(set) var stringCount: Int?

  private static let stringDType = 7

  /// Nil where it has no checksum or is none.
  init?(_ bytes: [UInt8], _ range: Range<Int>) {
    var look = ChecksumRepair.Look(bytes: bytes, position: range.lowerBound)
    var (dtype, count) = (0, 1)
    while look.position < range.upperBound, let tag = look.varint() {
      switch (tag >> 3, tag & 7) {
      case (6, 5):
        checksum = look.position
        guard look.littleEndian(byteCount: 4) != nil else { return nil }
      case (let field, 0):
        guard let value = look.varint() else { return nil }
        if field == 1 { dtype = value }
        if field == 4 { offset = value }
        if field == 5 { byteCount = value }
      case (let field, 2):
        guard let length = look.varint(),
          let payload = ChecksumRepair.range(at: look.position, count: length, limit: range.upperBound)
        else { return nil }
        if field == 2 { count = Self.elementCount(bytes, payload) }
        look.position = payload.upperBound
      default: return nil
      }
    }
    guard checksum > 0 else { return nil }
    if dtype == Self.stringDType { stringCount = count }
  }

  /// The product of a shape's dimensions; 0 where it is none.
  private static func elementCount(_ bytes: [UInt8], _ shape: Range<Int>) -> Int {
    var look = ChecksumRepair.Look(bytes: bytes, position: shape.lowerBound)
    var product = 1
    while look.position < shape.upperBound, look.varint() == 0x12, let length = look.varint(),
      let dimension = ChecksumRepair.range(at: look.position, count: length, limit: shape.upperBound)
    {
      // A dimension of 0 has no bytes.
      let extent = look.varint() == 0x08 ? look.varint() ?? 0 : 0
      product = product.multipliedChecked(by: dimension.isEmpty ? 0 : extent) ?? 0
      look.position = dimension.upperBound
    }
    return product
  }
}
