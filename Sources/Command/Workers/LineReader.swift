internal import Bytes
internal import Essentials

/// Splits a driver's bytes into lines.
///
/// A line that is too long is skipped without being kept. A line of white space is not a request, and is skipped. The
/// last line counts without a line break too, unless reading was ended from outside: then the driver was still writing
/// it.
package struct LineReader {
  /// A line of the driver.
  package enum Line: Equatable, Sendable {
    /// The bytes without the line break.
    case text([UInt8])
    /// More bytes than a line may have.
    case tooLong
  }

  /// Bytes that a line may have: a picture of 48 MiB in base64.
  package static let maximumByteCount = 64 << 20

  private let input: WorkerInput
  private let limit: Int

  /// Lines of an input.
  package init(_ input: WorkerInput, maximumByteCount: Int = Self.maximumByteCount) {
    self.input = input
    limit = maximumByteCount
  }

  /// Waits for the next line; nil at the end.
  package func next() -> Line? {
    while let line = nextOfAny() {
      if case .text(let bytes) = line, bytes.allSatisfy({ [0x20, 0x09, 0x0d].contains($0) }) { continue }
      return line
    }
    return nil
  }

  /// The next line, which may be empty.
  private func nextOfAny() -> Line? {
    var line: [UInt8] = []
    var isEmpty = true
    var isTooLong = false
    var isComplete = false
    while !isComplete {
      let hasMore = input.next { bytes in
        let end = Self.lineEnd(in: bytes)
        let part = bytes[..<(end ?? bytes.endIndex)]
        isEmpty = false
        if !isTooLong, hasRoom(for: part.count, after: line) {
          line += part
        } else {
          (line, isTooLong) = ([], true)
        }
        isComplete = end != nil
        return part.count + (isComplete ? 1 : 0)
      }
      guard hasMore else {
        guard !isEmpty, input.end != .ended else { return nil }
        break
      }
    }
    return isTooLong ? .tooLong : .text(line)
  }

  /// The index of the first line break.
  private static func lineEnd(in bytes: ArraySlice<UInt8>) -> Int? {
    unsafe bytes.withUnsafeBytes { buffer in
      guard let start = buffer.baseAddress, let found = unsafe memchr(start, 0x0a, buffer.count) else { return nil }
      return unsafe bytes.startIndex + (UnsafeRawPointer(found) - start)
    }
  }

  /// Whether a line may grow: neither the limit nor memory is exceeded.
  private func hasRoom(for count: Int, after line: [UInt8]) -> Bool {
    guard count <= limit - line.count else { return false }
    // An array that grows doubles, and the old one exists meanwhile.
    return line.count + count <= line.capacity || MemoryRoom.has(2 * (line.count + count))
  }
}
