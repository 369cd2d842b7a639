internal import Bytes
internal import Files

/// Strings in a field of a message, which are read when they are wanted.
struct ProtobufStrings: Sendable {
  let file: InputFile
  let message: Range<Int>
  let field: UInt32
  /// How many there are, and their bytes together.
  let count: Int
  let byteCount: Int

  /// The memory that each string takes besides its bytes.
  private static let overhead = 64

  /// All strings.
  func read() throws -> [[UInt8]] {
    let needed = byteCount.addingChecked(count.multipliedChecked(by: Self.overhead) ?? .max) ?? .max
    guard MemoryRoom.has(needed) else { throw FileError(.outOfMemory(byteCount: needed), file: file.path) }
    var strings: [[UInt8]] = []
    strings.reserveCapacity(count)
    try ProtobufFile(file).forEachField(in: message) { field, payload in
      guard field == self.field, case .bytes(let range) = payload else { return }
      strings.append(try file.read(at: range.lowerBound, count: range.count))
    }
    return strings
  }
}
