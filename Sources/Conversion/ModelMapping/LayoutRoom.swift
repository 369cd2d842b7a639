internal import Bytes
internal import Files

/// How much memory a change of layout takes, and where elements go that need more.
struct LayoutRoom: Sendable {
  /// The bytes that a change of layout holds at once: of a transposition, operand and result together.
  ///
  /// With less, the runs of elements that stay together become short, and there are more strips with a buffer each. With
  /// more, a strip leaves the third-level cache before it is permuted.
  var byteCount = 28 << 20
  /// Runs of elements that lie in a file are read one by one if they are at least as long; shorter ones take longer
  /// than to write and read all of them once more.
  var minimumRunByteCount = 1 << 10
  /// The directory for files without a name, which hold the elements of larger tensors while they are read.
  var directory = String.temporaryDirectory

  /// An array, if there is memory for it.
  ///
  /// - Throws: `FileError.Reason.outOfMemory`.
  static func allocate(_ byteCount: Int, for source: String) throws(FileError) -> [UInt8] {
    guard MemoryRoom.has(byteCount) else { throw FileError(.outOfMemory(byteCount: byteCount), file: source) }
    return [UInt8](repeating: 0, count: byteCount)
  }
}
