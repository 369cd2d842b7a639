internal import Bytes
internal import Compression
internal import Files
internal import Messages

/// Hands out the bytes of a zip member in order, and inflates them if they are deflated.
///
/// Memory does not depend on what the member declares. The number of bytes and their CRC-32 are compared at the end.
final class ZipMemberReader {
  private let archive: ZipArchive
  private let member: ZipArchive.Member
  private let verifiesChecksum: Bool
  private var inflater: Inflater?
  private var input: [UInt8] = []
  /// Where the next stored bytes are.
  private var offset: Int
  private let end: Int
  private var checksum: UInt = 0
  /// Bytes handed out.
  private(set) var position = 0

  /// The number of bytes to read at a time.
  private static let inputByteCount = 1 << 17

  init(_ member: ZipArchive.Member, of archive: ZipArchive, verifiesChecksum: Bool) throws {
    self.archive = archive
    self.member = member
    self.verifiesChecksum = verifiesChecksum
    offset = try archive.dataOffset(of: member)
    end = offset + member.storedByteCount
    if member.method == .deflated {
      guard let inflater = Inflater() else { throw failure(.badDeflate) }
      self.inflater = inflater
    }
  }

  /// Reads up to `count` bytes; fewer only at the member's end.
  func read(upTo count: Int, into buffer: inout [UInt8]) throws -> Int {
    let wanted = min(count, member.byteCount - position)
    if buffer.count < wanted { buffer += [UInt8](repeating: 0, count: wanted - buffer.count) }
    if inflater == nil {
      try archive.file.read(at: offset, count: wanted, into: &buffer)
      offset += wanted
    } else {
      try inflate(wanted, into: &buffer)
    }
    if verifiesChecksum {
      checksum = CRC32.extend(checksum, buffer.rawSpan.extracting(first: wanted))
    }
    position += wanted
    return wanted
  }

  /// Checks that the member is as long as it declares, and its checksum. Call it after everything was read.
  func finish() throws {
    guard position == member.byteCount else {
      throw failure(.byteCount(declared: member.byteCount, found: position))
    }
    if let inflater {
      // There must not be even one byte more than declared.
      var extra: [UInt8] = [0]
      while offset < end || inflater.hasInput {
        try fill()
        let (count, isAtEnd) = try inflated(1, into: &extra, from: 0)
        guard count == 0 else { throw failure(.byteCount(declared: member.byteCount, found: position + count)) }
        if isAtEnd { break }
      }
    }
    guard verifiesChecksum, UInt32(truncatingIfNeeded: checksum) != member.checksum else { return }
    throw failure(.checksum(stored: member.checksum, computed: UInt32(truncatingIfNeeded: checksum)))
  }

  private func inflate(_ wanted: Int, into buffer: inout [UInt8]) throws {
    var done = 0
    while done < wanted {
      try fill()
      let (count, isAtEnd) = try inflated(wanted - done, into: &buffer, from: done)
      done += count
      if isAtEnd || (count == 0 && offset >= end && inflater?.hasInput != true) { break }
    }
    guard done == wanted else {
      throw failure(.byteCount(declared: member.byteCount, found: position + done))
    }
  }

  private func fill() throws {
    guard let inflater, !inflater.hasInput, offset < end else { return }
    let count = min(Self.inputByteCount, end - offset)
    try archive.file.read(at: offset, count: count, into: &input)
    offset += count
    inflater.setInput(input, count: count)
  }

  private func inflated(_ count: Int, into buffer: inout [UInt8], from start: Int) throws -> (Int, Bool) {
    guard let inflater, let result = inflater.inflate(into: &buffer, from: start, count: count) else {
      throw failure(.badDeflate)
    }
    return result
  }

  private func failure(_ defect: ArchiveDefect) -> WeightFileError {
    WeightFileError(.archive(defect), file: archive.file.path, offset: member.headerOffset, tensor: member.text)
  }
}
