internal import Bytes
internal import Checkpoints
internal import SSTable

/// A run of bytes of the original file whose checksum is known.
enum ChecksummedRun {
  /// A tensor in a data file.
  case data(StoredRun)
  /// A block of a table, whose checksum is its last four bytes.
  case block(BlockHandle)

  var offset: Int {
    switch self {
    case .data(let run): run.offset
    case .block(let handle): handle.offset
    }
  }

  var byteCount: Int {
    switch self {
    case .data(let run): run.byteCount
    case .block(let handle): handle.byteCount + TableFormat.trailerByteCount
    }
  }

  /// Whether `bytes` are the unchanged bytes of the run.
  func holds(_ bytes: RawSpan) -> Bool {
    guard bytes.byteCount == byteCount else { return false }
    switch self {
    case .data(let run):
      guard let (head, start) = run.head(of: bytes) else { return false }
      var checksum = start
      checksum.extend(by: bytes.extracting(droppingFirst: head))
      return checksum.value == run.checksum
    case .block(let handle):
      let contents = bytes.extracting(first: handle.byteCount + 1)
      let stored = [UInt8](bytes.extracting(droppingFirst: handle.byteCount + 1)).littleEndian32(at: 0)
      return CRC32C(of: contents).value == CRC32C.unmask(stored)
    }
  }

  /// Where carriage returns were removed from these bytes.
  ///
  /// - Parameters:
  ///   - count: how many returns were removed; at least 1.
  ///   - bytes: what is left of the run, and one more byte if the file continues.
  ///   - first: the first place in `bytes` that may have lost a return.
  ///   - budget: how many sets of places may be tried; reduced by those that are.
  /// - Returns: the indices in `bytes` before which a return belongs: at most two possible sets; nil if too many are
  ///   possible.
  func places(ofReturns count: Int, in bytes: [UInt8], first: Int, budget: inout Int) -> [[Int]]? {
    let end = byteCount - count
    guard end >= 0, end <= bytes.count else { return [] }
    switch self {
    case .data(let run):
      guard let (head, start) = run.head(of: bytes.rawSpan), head <= end else { return [] }
      let found = ReturnPlacement(
        bytes, head..<end, count: count, start: start, checksum: run.checksum, first: max(first, head),
        budget: &budget)
      return found.isTooWide ? nil : found.solutions
    case .block:
      var solutions: [[Int]] = []
      // The return was removed from the contents or, rarely, from the checksum itself.
      for inChecksum in [nil] + Array(max(0, end - 3)..<end) where inChecksum.map({ bytes[$0] == 0x0a }) ?? true {
        let isInChecksum = inChecksum != nil
        let contentsEnd = end - (isInChecksum ? 3 : 4)
        guard contentsEnd >= 0, !isInChecksum || (inChecksum ?? 0) >= first else { continue }
        var stored = Array(bytes[contentsEnd..<end])
        if let inChecksum { stored.insert(0x0d, at: inChecksum - contentsEnd) }
        let checksum = CRC32C.unmask(stored.littleEndian32(at: 0))
        let inContents = count - (isInChecksum ? 1 : 0)
        if inContents == 0 {
          if CRC32C(of: bytes.rawSpan.extracting(first: contentsEnd)).value == checksum {
            solutions.append([inChecksum].compactMap(\.self))
          }
          continue
        }
        let found = ReturnPlacement(
          Array(bytes.prefix(contentsEnd)), 0..<contentsEnd, count: inContents, checksum: checksum, first: first,
          budget: &budget)
        if found.isTooWide { return nil }
        solutions += found.solutions.map { $0 + [inChecksum].compactMap(\.self) }
      }
      return Array(solutions.prefix(2))
    }
  }
}
