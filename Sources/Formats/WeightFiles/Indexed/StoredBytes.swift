internal import Bytes
internal import Files

/// Bytes that elements are read from: a part of a file, a member of an archive, or bytes that had to be decoded already.
enum StoredBytes: Sendable {
  /// A part of a file; the range lies within it.
  case file(InputFile, Range<Int>)
  /// Parts of several files, one after another.
  case parts(StoredParts)
  /// A member of a zip archive.
  case member(ZipStorage)
  /// Bytes in memory.
  case memory([UInt8])

  /// A whole file.
  init(_ file: InputFile) { self = .file(file, 0..<file.byteCount) }

  /// The number of bytes.
  var byteCount: Int {
    switch self {
    case .file(_, let range): range.count
    case .parts(let parts): parts.byteCount
    case .member(let storage): storage.member.byteCount
    case .memory(let bytes): bytes.count
    }
  }

  /// The offset of a byte in its file, for errors; nil if no file has it.
  func fileOffset(of position: Int) -> Int? {
    switch self {
    case .file(_, let range): range.lowerBound + position
    case .parts(let parts): parts.fileOffset(of: position)
    case .member, .memory: nil
    }
  }

  /// Some of the bytes; nil if they are not all there.
  ///
  /// - Throws: the archive's error if a member's header is damaged.
  func part(at offset: Int, count: Int) throws -> StoredBytes? {
    guard offset >= 0, count >= 0, offset <= byteCount, count <= byteCount - offset else { return nil }
    switch self {
    case .file(let file, let range):
      return .file(file, range.lowerBound + offset..<range.lowerBound + offset + count)
    case .parts(let parts): return parts.slice(offset..<offset + count)
    case .member(let storage): return try storage.bytes().part(at: offset, count: count)
    case .memory(let bytes): return .memory(Array(bytes[offset..<offset + count]))
    }
  }

  /// Reads bytes.
  ///
  /// - Throws: `FileError` if they are not all there or cannot be read, or the archive's error.
  func read(at offset: Int, count: Int) throws -> [UInt8] {
    var buffer: [UInt8] = []
    try read(at: offset, count: count, into: &buffer)
    if buffer.count > count { buffer.removeSubrange(count...) }
    return buffer
  }

  /// Reads bytes into a buffer, which grows if it is smaller.
  func read(at offset: Int, count: Int, into buffer: inout [UInt8]) throws {
    switch self {
    case .file(let file, let range):
      guard offset >= 0, count >= 0, offset <= range.count, count <= range.count - offset else {
        throw FileError(
          .tooShort(offset: range.lowerBound + max(offset, 0), needed: count, byteCount: range.upperBound),
          file: file.path)
      }
      try file.read(at: range.lowerBound + offset, count: count, into: &buffer)
    case .parts(let parts): try parts.read(at: offset, count: count, into: &buffer)
    case .member(let storage): try storage.bytes().read(at: offset, count: count, into: &buffer)
    case .memory(let bytes):
      precondition(offset >= 0 && count >= 0 && count <= bytes.count - offset, "the caller checked the range")
      if buffer.count < count { buffer += [UInt8](repeating: 0, count: count - buffer.count) }
      buffer.replaceSubrange(0..<count, with: bytes[offset..<offset + count])
    }
  }
}
