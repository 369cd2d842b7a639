internal import Bytes
internal import Compression
internal import Files

/// What writers of zip archives have in common: members are stored one after the other, and the central directory
/// comes last.
///
/// A member's header has the CRC-32 of its bytes, so it is written after them.
package class ZipSink: FileSink {
  /// The members that have a place, in the order of the file.
  private(set) var members: [ZipMember] = []
  /// Of the member whose data is being written; nil before its first piece.
  private var checksum: UInt?
  /// What the offset of a member's bytes is a multiple of.
  private let alignment: Int
  /// The size from which 64-bit fields are used; a test sets another.
  private let largeByteCount: Int

  /// Creates the temporary file beside `path`.
  ///
  /// - Throws: `FileError` if `path` exists and is not to be replaced, or its directory cannot be written.
  init(
    path: String, replacesExisting: Bool, permissions: OutputPermissions, alignment: Int = 1,
    largeByteCount: Int = Int(UInt32.max)
  ) throws {
    self.alignment = alignment
    self.largeByteCount = largeByteCount
    try super.init(path: path, replacesExisting: replacesExisting, permissions: permissions)
  }

  /// The bytes of all members.
  var membersByteCount: Int { members.last.map { $0.offset + $0.byteCount } ?? 0 }

  /// Gives a member its place after those before it.
  ///
  /// - Returns: its number.
  @discardableResult
  func append(_ name: String, header: [UInt8] = [], dataByteCount: Int) -> Int {
    members.append(
      ZipMember(
        name: Array(name.utf8), header: header, dataByteCount: dataByteCount, offset: membersByteCount,
        largeByteCount: largeByteCount, alignment: alignment))
    return members.count - 1
  }

  /// Adds a member with all its data.
  func add(_ name: String, _ data: [UInt8]) throws {
    let member = append(name, dataByteCount: data.count)
    try write(data.rawSpan, at: 0, of: member)
    try end(member)
  }

  /// Writes some of a member's data, which come in order.
  func write(_ piece: RawSpan, at offset: Int, of member: Int) throws {
    checksum = CRC32.extend(checksum ?? members[member].headerChecksum, piece)
    try output.write(piece, at: members[member].dataOffset + offset)
  }

  /// Writes the header of a member whose data is complete.
  func end(_ member: Int) throws {
    members[member].checksum = checksum ?? members[member].headerChecksum
    checksum = nil
    let head = members[member].localHeader + members[member].header
    try output.write(head.rawSpan, at: members[member].offset)
  }

  /// Writes the central directory.
  func writeDirectory() throws {
    let directory = ZipMember.directory(of: members, at: membersByteCount, largeByteCount: largeByteCount)
    try output.write(directory.rawSpan, at: membersByteCount)
  }
}
