internal import Bytes
internal import Files

/// Finds the blocks of a table without its index: from beginning to end, each proven by its checksum.
///
/// Blocks follow each other from offset 0. If one is damaged, the scan looks for the next: first where the damaged one seems to
/// end, then at every byte that can begin a block. Time is linear in the file's length, no matter what is in it, because the time
/// spent on wrong guesses has a budget.
struct TableScan {
  /// The blocks whose checksums match, in the order of the file.
  private(set) var blocks: [BlockHandle] = []
  /// The bytes between them.
  private(set) var gaps: [Range<Int>] = []
  /// Whether the budget ended the search in the last gap.
  private(set) var gaveUp = false

  private let file: InputFile
  private var probe: BlockProbe
  private var checker: BlockChecker
  private var window: ScanWindow
  /// The number of steps of a probe that may still be spent on wrong guesses.
  private var budget: Int

  init(_ file: InputFile) {
    self.file = file
    probe = BlockProbe(file: file)
    checker = BlockChecker(file: file)
    window = ScanWindow(file: file, capacity: 64 << 10)
    // A wrong guess costs two or three steps. In arbitrary data, one byte in 256 looks like a block's first byte; in round float32
    // numbers, every second byte does.
    budget = 4_000_000 + 2 * file.byteCount
    var position = 0
    while position < file.byteCount {
      var end: Int?
      if let block = proven(at: position, guessedEnd: &end) {
        blocks.append(block)
        position = block.end
        continue
      }
      let next = resynchronize(after: position, guessedEnd: end)
      gaps.append(position..<(next?.offset ?? file.byteCount))
      if let next { blocks.append(next) }
      position = next?.end ?? file.byteCount
    }
  }

  /// The block at an offset, if there is one; otherwise sets `guessedEnd` to where a damaged block seems to end.
  private mutating func proven(at offset: Int, guessedEnd: inout Int?) -> BlockHandle? {
    guard let byteCount = probe.contentsByteCount(at: offset) else { return nil }
    let handle = BlockHandle(offset: offset, byteCount: byteCount)
    guard handle.fits(below: file.byteCount) else { return nil }
    if checker.holds(handle) { return handle }
    guessedEnd = handle.end
    return nil
  }

  /// The same as a guess, which uses up some of the budget if it is wrong.
  private mutating func guess(at offset: Int) -> BlockHandle? {
    let steps = probe.stepCount
    var end: Int?
    if let found = proven(at: offset, guessedEnd: &end) { return found }
    budget -= probe.stepCount - steps + (end.map { ($0 - offset) / 64 } ?? 0)
    return nil
  }

  /// The first block after `offset`.
  private mutating func resynchronize(after offset: Int, guessedEnd: Int?) -> BlockHandle? {
    if let guessedEnd, let found = guess(at: guessedEnd) { return found }
    var offset = offset + 1
    while offset < file.byteCount {
      guard let bytes = window.load(offset, needed: 1) else {
        // A part of the file that cannot be read.
        offset += 64 << 10
        continue
      }
      for index in bytes.indices where Self.canBegin(bytes, at: index) {
        if let found = guess(at: offset + index - bytes.startIndex) { return found }
        if budget < 0 {
          gaveUp = true
          return nil
        }
      }
      offset += bytes.count
    }
    return nil
  }

  /// Whether a block may begin at an index: a stored one with a key that shares nothing, or a Snappy stream with a literal.
  @inline(__always)
  private static func canBegin(_ bytes: ArraySlice<UInt8>, at index: Int) -> Bool {
    // Near the window's end, it is impossible to tell.
    guard index + 5 < bytes.endIndex else { return true }
    // A run of zeros, as in a file that was never filled, does not begin a block: even an empty block has one restart point.
    if bytes[index] == 0 {
      return bytes[index + 1] != 0 || bytes[index + 2] != 0 || (bytes[index + 3] == 0 && bytes[index + 4] == 1)
    }
    // After a number of one to five bytes.
    var next = index
    while next < bytes.endIndex, next - index < 5, bytes[next] >= 0x80 { next += 1 }
    guard next + 2 < bytes.endIndex else { return true }
    let tag = bytes[next + 1]
    guard tag & 3 == 0 else { return false }
    // The literal's count has up to four bytes of its own.
    let literal = next + 2 + max(0, Int(tag >> 2) - 59)
    return literal >= bytes.endIndex || bytes[literal] == 0
  }
}

/// Compares the checksums of blocks, with one piece in memory at a time.
struct BlockChecker {
  let file: InputFile
  private var buffer: [UInt8]

  init(file: InputFile) {
    self.file = file
    buffer = [UInt8](repeating: 0, count: 256 << 10)
  }

  /// Whether the block's checksum matches its bytes and its type exists. False if the block cannot be read.
  mutating func holds(_ handle: BlockHandle) -> Bool {
    guard handle.fits(below: file.byteCount),
      let bytes = try? file.read(at: handle.offset + handle.byteCount, count: TableFormat.trailerByteCount)
    else { return false }
    let trailer = BlockTrailer(parsing: bytes, at: 0)
    guard BlockTrailer.Compression(rawValue: trailer.type) != nil else { return false }
    var checksum = CRC32C()
    var done = 0
    while done < handle.byteCount {
      let count = min(buffer.count, handle.byteCount - done)
      guard (try? file.read(at: handle.offset + done, count: count, into: &buffer)) != nil else { return false }
      checksum.extend(by: buffer.rawSpan.extracting(first: count))
      done += count
    }
    checksum.extend(byLittleEndian: trailer.type)
    return checksum.value == CRC32C.unmask(trailer.maskedChecksum)
  }
}
