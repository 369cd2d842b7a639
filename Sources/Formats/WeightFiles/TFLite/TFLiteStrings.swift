internal import Bytes
internal import Files
internal import Messages

/// The buffer of a string tensor: the number of strings, where each starts and the last ends, and their bytes. The
/// numbers have 32 bits.
/// - Source: TensorFlow 2.21, `tensorflow/lite/string_util.h`.
struct TFLiteStrings: Sendable {
  let file: InputFile
  let range: Range<Int>

  /// Checks that there are as many strings as the shape says.
  func requireCount(_ count: Int) throws {
    guard range.count >= 8 else { throw defect("the buffer has only \(range.count.counted("byte"))") }
    let bytes = try file.read(at: range.lowerBound, count: 4)
    let found = Int(Int32(bitPattern: bytes.littleEndian32(at: 0)))
    guard found == count else {
      throw defect("there are \(found) in the buffer, but the shape has \(count.counted("element"))")
    }
    guard count <= range.count / 4 - 2 else { throw defect("the buffer has no room for \(count.counted("string"))") }
  }

  /// All strings.
  func read() throws -> [[UInt8]] {
    let bytes = try file.read(at: range.lowerBound, count: range.count)
    let count = Int(bytes.littleEndian32(at: 0))
    guard count <= bytes.count / 4 - 2 else { throw defect("their number changed") }
    // Each string is an array of its own.
    guard MemoryRoom.has(count * 64) else { throw FileError(.outOfMemory(byteCount: count * 64), file: file.path) }
    return try (0..<count).map { index in
      let start = Int(bytes.littleEndian32(at: 4 + 4 * index))
      let end = Int(bytes.littleEndian32(at: 8 + 4 * index))
      guard start <= end, end <= bytes.count, start >= 4 * (count + 2) else {
        throw defect("string \(index) is from byte \(start) to byte \(end) of a buffer of \(bytes.count)")
      }
      return Array(bytes[start..<end])
    }
  }

  private func defect(_ why: Message) -> WeightFileDefect { .tfLite(.strings(why)) }
}
