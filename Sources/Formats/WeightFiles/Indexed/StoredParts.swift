internal import Bytes
internal import Files

/// Bytes that follow each other in several files, such as a tensor that begins in one shard and ends in another.
struct StoredParts: Sendable {
  /// A part of a file, and its place among the bytes.
  struct Part: Sendable {
    let start: Int
    let file: InputFile
    let range: Range<Int>
  }

  /// In order, without gaps.
  private(set) var parts: [Part] = []
  private(set) var byteCount = 0

  /// Appends a part of a file.
  mutating func append(_ file: InputFile, _ range: Range<Int>) {
    guard !range.isEmpty else { return }
    parts.append(Part(start: byteCount, file: file, range: range))
    byteCount += range.count
  }

  /// Reads bytes into a buffer, which grows if it is smaller.
  ///
  /// - Throws: `FileError` if they are not all there or cannot be read.
  func read(at offset: Int, count: Int, into buffer: inout [UInt8]) throws(FileError) {
    precondition(offset >= 0 && count >= 0 && count <= byteCount - offset, "the caller checked the range")
    var done = 0
    var index = self.index(of: offset)
    while done < count {
      let part = parts[index]
      let from = part.range.lowerBound + offset + done - part.start
      let piece = min(count - done, part.range.upperBound - from)
      try part.file.read(at: from, count: piece, into: &buffer, from: done)
      done += piece
      index += 1
    }
  }

  /// The offset of a byte in its file; nil if there is no such byte.
  func fileOffset(of position: Int) -> Int? {
    guard position >= 0, position < byteCount else { return nil }
    let part = parts[index(of: position)]
    return part.range.lowerBound + position - part.start
  }

  /// Some of the bytes, which lie within them.
  func slice(_ range: Range<Int>) -> StoredBytes {
    var slice = StoredParts()
    var index = self.index(of: range.lowerBound)
    while index < parts.count, parts[index].start < range.upperBound {
      let part = parts[index]
      let shift = part.range.lowerBound - part.start
      let end = min(range.upperBound, part.start + part.range.count)
      slice.append(part.file, max(range.lowerBound, part.start) + shift..<end + shift)
      index += 1
    }
    if slice.parts.count == 1, let only = slice.parts.first { return .file(only.file, only.range) }
    return .parts(slice)
  }

  /// The part that has a byte.
  private func index(of offset: Int) -> Int {
    var (low, high) = (0, parts.count)
    while low < high {
      let middle = (low + high) / 2
      if parts[middle].start <= offset { low = middle + 1 } else { high = middle }
    }
    return max(0, low - 1)
  }
}
