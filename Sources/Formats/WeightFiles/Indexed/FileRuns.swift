internal import Files

/// Parts of a file that are read as if one followed the other.
struct FileRuns: Sendable {
  private let file: InputFile
  private let ranges: [Range<Int>]
  /// Where each range starts among all bytes, and after them their number.
  private let starts: [Int]

  /// Ranges that lie in the file and do not overlap.
  init(_ file: InputFile, _ ranges: [Range<Int>]) {
    self.file = file
    self.ranges = ranges.filter { !$0.isEmpty }
    var starts = [0]
    // The sum is at most the file's length.
    for range in self.ranges { starts.append((starts.last ?? 0) + range.count) }
    self.starts = starts
  }

  var byteCount: Int { starts.last ?? 0 }

  /// The offset in the file of one of the bytes; nil if there is no such byte.
  func fileOffset(of position: Int) -> Int? {
    guard position >= 0, position < byteCount else { return nil }
    let run = index(of: position)
    return ranges[run].lowerBound + position - starts[run]
  }

  /// Reads bytes into a buffer, which grows if it is smaller.
  func read(at offset: Int, count: Int, into buffer: inout [UInt8]) throws(FileError) {
    guard offset >= 0, count >= 0, offset <= byteCount, count <= byteCount - offset else {
      throw FileError(.tooShort(offset: offset, needed: count, byteCount: byteCount), file: file.path)
    }
    var done = 0
    while done < count {
      let run = index(of: offset + done)
      let start = offset + done - starts[run]
      let piece = min(count - done, ranges[run].count - start)
      if buffer.count < done { buffer += [UInt8](repeating: 0, count: done - buffer.count) }
      try file.read(at: ranges[run].lowerBound + start, count: piece, into: &buffer, from: done)
      done += piece
    }
  }

  /// The range that a byte is in, which exists.
  private func index(of position: Int) -> Int {
    var (low, high) = (0, ranges.count - 1)
    while low < high {
      let middle = (low + high + 1) / 2
      if starts[middle] <= position { low = middle } else { high = middle - 1 }
    }
    return low
  }
}
