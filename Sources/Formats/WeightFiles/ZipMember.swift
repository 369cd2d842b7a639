internal import Bytes
internal import Compression
internal import Files

/// A stored member of an archive that is being written.
struct ZipMember {
  let name: [UInt8]
  /// What comes before the data and is part of the member, such as a numpy header; empty if nothing does.
  let header: [UInt8]
  let dataByteCount: Int
  /// Where the local header starts.
  let offset: Int
  let largeByteCount: Int
  /// Bytes of a field that does nothing but move the data to an aligned offset.
  let paddingByteCount: Int
  var checksum: UInt = 0

  /// A member that starts at an offset of the archive.
  ///
  /// - Parameters:
  ///   - name: its name.
  ///   - header: what comes before the data.
  ///   - dataByteCount: the bytes of the data.
  ///   - offset: where the local header starts.
  ///   - largeByteCount: the size from which 64-bit fields are used.
  ///   - alignment: what the offset of the member's bytes is a multiple of.
  init(
    name: [UInt8], header: [UInt8] = [], dataByteCount: Int, offset: Int, largeByteCount: Int, alignment: Int = 1
  ) {
    self.name = name
    self.header = header
    self.dataByteCount = dataByteCount
    self.offset = offset
    self.largeByteCount = largeByteCount
    let isLarge = header.count + dataByteCount >= largeByteCount
    let start = offset + 30 + name.count + (isLarge ? 20 : 0)
    let needed = (alignment - start % alignment) % alignment
    paddingByteCount = needed == 0 || needed >= Self.fieldHeaderByteCount ? needed : needed + alignment
  }

  /// The identifier and the length of an extra field.
  private static let fieldHeaderByteCount = 4
  /// The identifier of PyTorch's padding.
  private static let paddingField: UInt16 = 0x4246
  /// January 1, 1980, the first date that the format has: the archive is always the same.
  private static let date: UInt16 = 1 << 5 | 1
  /// Names are UTF-8.
  private static let flags: UInt16 = 1 << 11
  /// Version 2.0, or 4.5 if 64-bit fields are used.
  private static func version(isLarge: Bool) -> UInt16 { isLarge ? 45 : 20 }

  private var memberByteCount: Int { header.count + dataByteCount }
  private var isLarge: Bool { memberByteCount >= largeByteCount }
  private var hasLargeOffset: Bool { offset >= largeByteCount }

  /// The CRC-32 of the numpy header, with which that of the member begins.
  var headerChecksum: UInt {
    let header = header
    return CRC32.extend(0, header.rawSpan)
  }

  /// Bytes from the local header to the end of the member.
  var byteCount: Int { localHeaderByteCount + memberByteCount }
  /// Where the elements start.
  var dataOffset: Int { offset + localHeaderByteCount + header.count }

  private var localHeaderByteCount: Int { 30 + name.count + (isLarge ? 20 : 0) + paddingByteCount }

  /// The header before the member.
  var localHeader: [UInt8] {
    var bytes = LittleEndianBytes()
    bytes.append(ZipArchive.localSignature)
    bytes.append(Self.version(isLarge: isLarge))
    appendCommon(to: &bytes)
    bytes.append(UInt16((isLarge ? 20 : 0) + paddingByteCount))
    bytes.append(contentsOf: name)
    if isLarge {
      bytes.append(UInt16(1))
      bytes.append(UInt16(16))
      bytes.append(UInt64(memberByteCount))
      bytes.append(UInt64(memberByteCount))
    }
    if paddingByteCount > 0 {
      let count = paddingByteCount - Self.fieldHeaderByteCount
      bytes.append(Self.paddingField)
      bytes.append(UInt16(count))
      bytes.append(contentsOf: [UInt8](repeating: UInt8(ascii: "Z"), count: count))
    }
    return bytes.bytes
  }

  /// Flags, method, time, date, CRC-32, sizes and the length of the name: the same in both headers.
  private func appendCommon(to bytes: inout LittleEndianBytes) {
    bytes.append(Self.flags)
    bytes.append(ZipArchive.Method.stored.rawValue)
    bytes.append(UInt16(0))
    bytes.append(Self.date)
    bytes.append(UInt32(truncatingIfNeeded: checksum))
    let size = isLarge ? .max : UInt32(truncatingIfNeeded: memberByteCount)
    bytes.append(size)
    bytes.append(size)
    bytes.append(UInt16(truncatingIfNeeded: name.count))
  }

  private func appendDirectoryHeader(to bytes: inout LittleEndianBytes) {
    let extraByteCount = (isLarge ? 16 : 0) + (hasLargeOffset ? 8 : 0)
    let version = Self.version(isLarge: extraByteCount > 0)
    bytes.append(ZipArchive.memberSignature)
    bytes.append(version)
    bytes.append(version)
    appendCommon(to: &bytes)
    bytes.append(UInt16(extraByteCount == 0 ? 0 : extraByteCount + 4))
    // No comment, first disk, no attributes.
    bytes.append(contentsOf: [UInt8](repeating: 0, count: 10))
    bytes.append(hasLargeOffset ? .max : UInt32(truncatingIfNeeded: offset))
    bytes.append(contentsOf: name)
    guard extraByteCount > 0 else { return }
    bytes.append(UInt16(1))
    bytes.append(UInt16(extraByteCount))
    if isLarge {
      bytes.append(UInt64(memberByteCount))
      bytes.append(UInt64(memberByteCount))
    }
    if hasLargeOffset { bytes.append(UInt64(offset)) }
  }

  /// The central directory and the records that end an archive.
  static func directory(of members: [ZipMember], at offset: Int, largeByteCount: Int) -> [UInt8] {
    var bytes = LittleEndianBytes()
    for member in members { member.appendDirectoryHeader(to: &bytes) }
    let byteCount = bytes.bytes.count
    let isLarge = members.count >= 0xffff || byteCount >= largeByteCount || offset >= largeByteCount
    if isLarge {
      bytes.append(ZipArchive.end64Signature)
      bytes.append(UInt64(44))
      bytes.append(version(isLarge: true))
      bytes.append(version(isLarge: true))
      bytes.append(UInt64(0))
      bytes.append(UInt64(members.count))
      bytes.append(UInt64(members.count))
      bytes.append(UInt64(byteCount))
      bytes.append(UInt64(offset))
      bytes.append(ZipArchive.locator64Signature)
      bytes.append(UInt32(0))
      bytes.append(UInt64(offset + byteCount))
      bytes.append(UInt32(1))
    }
    bytes.append(ZipArchive.endSignature)
    bytes.append(UInt32(0))
    let count = isLarge ? .max : UInt16(truncatingIfNeeded: members.count)
    bytes.append(count)
    bytes.append(count)
    bytes.append(isLarge ? .max : UInt32(truncatingIfNeeded: byteCount))
    bytes.append(isLarge ? .max : UInt32(truncatingIfNeeded: offset))
    bytes.append(UInt16(0))
    return bytes.bytes
  }
}

/// Numbers in the form in which the archive stores them.
struct LittleEndianBytes {
  private(set) var bytes: [UInt8] = []

  mutating func append<T: FixedWidthInteger>(_ value: T) {
    for shift in stride(from: 0, to: T.bitWidth, by: 8) { bytes.append(UInt8(truncatingIfNeeded: value >> T(shift))) }
  }

  mutating func append(contentsOf other: [UInt8]) { bytes += other }
}
