internal import Bytes

/// The part of a V1 record before its numbers, starting at its name.
///
/// ```
/// SavedSlice { 1: name, 2: TensorSliceProto, 3: TensorProto { 5: packed float32 } }
/// ```
/// Its line feeds are tags of fields. Only the first may have lost a return: before it is the length of the message,
/// whose last byte may be a CR.
struct RecordHead {
  /// From the tag of the name to the numbers.
  let range: Range<Int>
  /// Whether the byte before is a length that continues, so that a return is missing.
  let isCut: Bool

  /// The heads at line feeds, and the names in a list of tensors, which consists of heads only.
  static func find(in bytes: [UInt8], at lineFeeds: [Int]) -> [RecordHead] {
    var heads: [RecordHead] = []
    for position in lineFeeds where position >= heads.last?.range.upperBound ?? 0 {
      guard let end = end(in: bytes, at: position) ?? nameEnd(in: bytes, at: position) else { continue }
      let isCut = position > 0 && bytes[position - 1] >= 0x80
      if let last = heads.last, position - last.range.upperBound < shortestRun, !isCut {
        heads[heads.count - 1] = RecordHead(range: last.range.lowerBound..<end, isCut: last.isCut)
      } else {
        heads.append(RecordHead(range: position..<end, isCut: isCut))
      }
    }
    return heads
  }

  /// Fewer bytes between two heads do not show how the numbers are aligned.
  private static let shortestRun = 64

  /// Shorter names occur among numbers by chance.
  private static let shortestName = 10

  /// Where a name ends. It must be printable and preceded by its length.
  private static func nameEnd(in bytes: [UInt8], at position: Int) -> Int? {
    guard position + 1 < bytes.count else { return nil }
    let count = Int(bytes[position + 1])
    guard (shortestName..<0x80).contains(count), position + 2 + count <= bytes.count else { return nil }
    let end = position + 2 + count
    return bytes[position + 2..<end].allSatisfy { (0x20..<0x7f).contains($0) } ? end : nil
  }

  /// Where the numbers begin; nil if there is no head.
  private static func end(in bytes: [UInt8], at position: Int) -> Int? {
    var reader = ByteReader(bytes.rawSpan.extracting(droppingFirst: position))
    do throws(ByteError) {
      for tag: UInt8 in [0x0a, 0x12] {
        guard try reader.readVarint32() == UInt32(tag) else { return nil }
        let count = try reader.readVarintCount()
        guard count < 1 << 16, tag != 0x0a || count > 0 else { return nil }
        _ = try reader.readBytes(count)
      }
      for tag: UInt8 in [0x1a, 0x2a] {
        guard try reader.readVarint32() == UInt32(tag) else { return nil }
        _ = try reader.readVarintCount()
      }
    } catch {
      return nil
    }
    return position + reader.position
  }
}
