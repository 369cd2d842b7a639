internal import Bytes
internal import Messages

/// The members of a zip archive, as its central directory lists them.
///
/// The file ends with the end record (22 bytes and a comment). Before it come, in a zip64 archive, a locator and a larger end
/// record, and then the central directory, which has a header for each member. Everything about a member is compared with
/// the file before it is used: sizes must fit the file and deflate's limits, and members must not overlap.
/// - Source: PKWARE's APPNOTE.TXT, 6.3.
package struct ZipListing: Sendable {
  /// One member.
  package struct Member: Sendable, Equatable {
    /// The name's bytes.
    package let name: [UInt8]
    /// How it is stored.
    package let method: Method
    /// CRC-32 of the member's bytes.
    package let checksum: UInt32
    /// Where its local header starts.
    package let headerOffset: Int
    /// The bytes that it takes in the archive.
    package let storedByteCount: Int
    /// The bytes of the member itself.
    package let byteCount: Int
    /// Whether a Unix program stored a symbolic link, whose target is the member's content.
    package let isLink: Bool
  }

  package enum Method: UInt16, Sendable {
    case stored = 0
    case deflated = 8
  }

  package let file: InputFile
  /// In the order of the central directory.
  package let members: [Member]

  /// The largest central directory that is read.
  package static let maximumDirectoryByteCount = 1 << 28
  /// Deflate cannot shrink data by more than this factor.
  package static let maximumExpansion = 1032

  package static let endSignature: UInt32 = 0x0605_4b50
  package static let end64Signature: UInt32 = 0x0606_4b50
  package static let locator64Signature: UInt32 = 0x0706_4b50
  package static let memberSignature: UInt32 = 0x0201_4b50
  package static let localSignature: UInt32 = 0x0403_4b50

  /// Reads the central directory of a file.
  ///
  /// - Throws: `ZipFailure` if it is damaged, or has something that Decant does not read.
  package init(_ file: InputFile) throws {
    let directory = try ZipDirectory(in: file)
    func failed(_ defect: ArchiveDefect, at offset: Int) -> ZipFailure {
      ZipFailure(defect: defect, offset: offset)
    }
    guard directory.range.count <= Self.maximumDirectoryByteCount else {
      throw failed(.directoryTooLarge(byteCount: directory.range.count), at: directory.range.lowerBound)
    }
    let bytes = try file.read(at: directory.range.lowerBound, count: directory.range.count)
    var reader = ByteReader(bytes.rawSpan, baseOffset: directory.range.lowerBound)
    var members: [Member] = []
    while !reader.isAtEnd {
      let offset = reader.offset
      if let byteCount = MemoryRoom.missing(forEntries: members.count + 1) {
        throw FileError(.outOfMemory(byteCount: byteCount), file: file.path)
      }
      do {
        members.append(try Member(parsing: &reader, directoryOffset: directory.range.lowerBound))
      } catch let error as ByteError {
        throw failed(.cutShort(error.reason), at: error.offset)
      } catch let defect as ArchiveDefect {
        throw failed(defect, at: offset)
      }
    }
    guard members.count == directory.memberCount else {
      throw failed(.memberCount(declared: directory.memberCount, found: members.count), at: directory.range.lowerBound)
    }
    // Nearly all archives have their members in the order of the directory.
    let isInOrder = zip(members, members.dropFirst()).allSatisfy { $0.headerOffset <= $1.headerOffset }
    let sorted = isInOrder ? members : members.sorted { $0.headerOffset < $1.headerOffset }
    for (first, second) in zip(sorted, sorted.dropFirst())
    where first.storedByteCount > second.headerOffset - first.headerOffset - Self.localHeaderByteCount {
      throw failed(.overlap(first.text, second.text), at: second.headerOffset)
    }
    self.file = file
    self.members = members
  }

  package static let localHeaderByteCount = 30

  /// Where a member's bytes start, by its local header, which must name the same member.
  package func dataOffset(of member: Member) throws -> Int {
    func failed(_ defect: ArchiveDefect) -> ZipFailure {
      ZipFailure(defect: defect, offset: member.headerOffset, member: member.text)
    }
    let fixed: [UInt8]
    do throws(FileError) {
      fixed = try file.read(at: member.headerOffset, count: Self.localHeaderByteCount)
    } catch {
      throw failed(.noLocalHeader)
    }
    let nameByteCount = Int(fixed[26]) | Int(fixed[27]) << 8
    let extraByteCount = Int(fixed[28]) | Int(fixed[29]) << 8
    guard fixed.littleEndian32(at: 0) == Self.localSignature, nameByteCount == member.name.count,
      try file.byteCount - member.headerOffset - fixed.count >= nameByteCount
        && file.read(at: member.headerOffset + fixed.count, count: nameByteCount) == member.name
    else { throw failed(.noLocalHeader) }
    let start = member.headerOffset + fixed.count + nameByteCount + extraByteCount
    guard start <= file.byteCount, member.storedByteCount <= file.byteCount - start else { throw failed(.pastEnd) }
    return start
  }
}

extension ZipListing.Member {
  /// The name as text.
  package var text: String { String(escapingInvalidUTF8: name) }

  /// A header of the central directory: signature, versions (2 x 2), flags, method, time, date, CRC-32, sizes (2 x 4), lengths of name,
  /// extra fields and comment, disk, attributes (2 and 4), offset of the local header; then name, extra fields, comment.
  fileprivate init(parsing reader: inout ByteReader, directoryOffset: Int) throws {
    guard try reader.readLittleEndian(UInt32.self) == ZipListing.memberSignature else { throw ArchiveDefect.noMember }
    let system = try reader.readLittleEndian(UInt16.self) >> 8
    try reader.skip(2)
    let flags = try reader.readLittleEndian(UInt16.self)
    let methodNumber = try reader.readLittleEndian(UInt16.self)
    try reader.skip(4)
    checksum = try reader.readLittleEndian()
    var stored = UInt64(try reader.readLittleEndian(UInt32.self))
    var whole = UInt64(try reader.readLittleEndian(UInt32.self))
    let nameByteCount = Int(try reader.readLittleEndian(UInt16.self))
    let extraByteCount = Int(try reader.readLittleEndian(UInt16.self))
    let commentByteCount = Int(try reader.readLittleEndian(UInt16.self))
    try reader.skip(4)
    let mode = try reader.readLittleEndian(UInt32.self) >> 16
    isLink = system == 3 && mode & 0o170000 == 0o120000
    var offset = UInt64(try reader.readLittleEndian(UInt32.self))
    name = [UInt8](try reader.readBytes(nameByteCount))
    let extra = try reader.readBytes(extraByteCount)
    try reader.skip(commentByteCount)
    try Self.readZip64(extra, &whole, &stored, &offset)
    let text = String(escapingInvalidUTF8: name)
    guard flags & 1 == 0 else { throw ArchiveDefect.encrypted(text) }
    guard let method = ZipListing.Method(rawValue: methodNumber) else {
      throw ArchiveDefect.method(Int(methodNumber), text)
    }
    guard let headerOffset = Int(exactly: offset), let storedByteCount = Int(exactly: stored),
      let byteCount = Int(exactly: whole), headerOffset <= directoryOffset,
      storedByteCount <= directoryOffset - headerOffset
    else { throw ArchiveDefect.pastEnd }
    let limit =
      switch method {
      case .stored: storedByteCount
      case .deflated: storedByteCount.multipliedChecked(by: ZipListing.maximumExpansion) ?? .max
      }
    guard method == .stored ? byteCount == limit : byteCount <= limit else {
      throw ArchiveDefect.impossibleSize(text, declared: byteCount, stored: storedByteCount)
    }
    self.method = method
    self.headerOffset = headerOffset
    self.storedByteCount = storedByteCount
    self.byteCount = byteCount
  }

  /// The 64-bit sizes and offset, in this order; each is present if its 32-bit field is all ones.
  private static func readZip64(
    _ extra: RawSpan, _ whole: inout UInt64, _ stored: inout UInt64, _ offset: inout UInt64
  ) throws(ByteError) {
    var reader = ByteReader(extra)
    while reader.remainingCount >= 4 {
      let tag = try reader.readLittleEndian(UInt16.self)
      let byteCount = Int(try reader.readLittleEndian(UInt16.self))
      // Fields of other writers may be cut short; the rest is then unusable.
      guard byteCount <= reader.remainingCount else { return }
      let field = try reader.readBytes(byteCount)
      guard tag == 1 else { continue }
      var values = ByteReader(field)
      if whole == 0xffff_ffff { whole = try values.readLittleEndian() }
      if stored == 0xffff_ffff { stored = try values.readLittleEndian() }
      if offset == 0xffff_ffff { offset = try values.readLittleEndian() }
    }
  }
}

/// What is wrong with a zip archive, and where.
package struct ZipFailure: Error {
  package let defect: ArchiveDefect
  /// In bytes, from the start of the file.
  package let offset: Int
  /// The name of the member, if it is about one.
  package var member: String?
}

/// Where the central directory of an archive is.
private struct ZipDirectory {
  let range: Range<Int>
  let memberCount: Int

  /// The end record, and the longest comment that may follow it.
  private static let endByteCount = 22
  private static let maximumCommentByteCount = 0xffff

  init(in file: InputFile) throws {
    func failed(_ defect: ArchiveDefect, at offset: Int = 0) -> ZipFailure {
      ZipFailure(defect: defect, offset: offset)
    }
    let tailByteCount = min(file.byteCount, Self.endByteCount + Self.maximumCommentByteCount)
    let tailOffset = file.byteCount - tailByteCount
    let tail = try file.read(at: tailOffset, count: tailByteCount)
    // The last place at which the record and the comment that it declares end exactly with the file.
    let place = stride(from: tailByteCount - Self.endByteCount, through: 0, by: -1).first { place in
      tail.littleEndian32(at: place) == ZipListing.endSignature
        && Int(tail[place + 20]) | Int(tail[place + 21]) << 8 == tailByteCount - place - Self.endByteCount
    }
    guard let place else { throw failed(.noEnd, at: file.byteCount) }
    let endOffset = tailOffset + place
    var count = UInt64(tail[place + 10]) | UInt64(tail[place + 11]) << 8
    var byteCount = UInt64(tail.littleEndian32(at: place + 12))
    var offset = UInt64(tail.littleEndian32(at: place + 16))
    var end = endOffset
    if count == 0xffff || byteCount == 0xffff_ffff || offset == 0xffff_ffff,
      let larger = try Self.larger(in: file, before: endOffset)
    {
      (count, byteCount, offset, end) = larger
    }
    guard let start = Int(exactly: offset), let length = Int(exactly: byteCount), let memberCount = Int(exactly: count),
      start <= end, length <= end - start
    else { throw failed(.directoryPastEnd, at: endOffset) }
    // Otherwise a record that was overwritten with zeros would make an archive without members.
    if start + length != end {
      // Some writers, such as PyTorch's, add the 64-bit records even if nothing needs them; they then say the same.
      let larger = try Self.larger(in: file, before: endOffset)
      if let larger, larger.count == count, larger.byteCount == byteCount, larger.offset == offset {
        end = larger.place
      }
    }
    guard start + length == end else { throw failed(.directoryGap(byteCount: end - start - length), at: endOffset) }
    range = start..<start + length
    self.memberCount = memberCount
  }

  /// What the zip64 end record says, and its offset, if its locator precedes the end record.
  private static func larger(
    in file: InputFile, before end: Int
  ) throws -> (count: UInt64, byteCount: UInt64, offset: UInt64, place: Int)? {
    guard end >= 20 else { return nil }
    let locator = try file.read(at: end - 20, count: 20)
    guard locator.littleEndian32(at: 0) == ZipListing.locator64Signature else { return nil }
    var reader = ByteReader(locator.rawSpan)
    try reader.skip(8)
    guard let place = Int(exactly: try reader.readLittleEndian(UInt64.self)), place <= end - 20, end - 20 - place >= 56
    else { throw ZipFailure(defect: .directoryPastEnd, offset: end - 20) }
    let record = try file.read(at: place, count: 56)
    guard record.littleEndian32(at: 0) == ZipListing.end64Signature else {
      throw ZipFailure(defect: .noEnd, offset: place)
    }
    var values = ByteReader(record.rawSpan)
    try values.skip(32)
    return (try values.readLittleEndian(), try values.readLittleEndian(), try values.readLittleEndian(), place)
  }
}
