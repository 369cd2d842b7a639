internal import Bytes
internal import Compression
internal import Files
internal import Messages
internal import Threads

/// A member of a zip archive that tensors are read from at any place.
///
/// A stored member is read where it is. A compressed one is first unpacked into a file without a name, in pieces, when it is first
/// needed. Its CRC-32 is compared once: by whoever reads it from the first to the last byte, or by `verify`.
final class ZipStorage: Sendable {
  let member: ZipArchive.Member
  private let archive: ZipArchive
  private let verifiesChecksum: Bool
  private let state: Guarded<State>

  private struct State {
    var bytes: StoredBytes?
    var isVerified: Bool
  }

  /// The most bytes that a compressed member may have.
  static let maximumUnpackedByteCount = 1 << 36
  private static let pieceByteCount = 1 << 18

  /// - Parameters:
  ///   - member: the member.
  ///   - archive: its archive.
  ///   - verifiesChecksum: whether its CRC-32 is compared.
  init(_ member: ZipArchive.Member, of archive: ZipArchive, verifiesChecksum: Bool) {
    self.member = member
    self.archive = archive
    // A writer that was told to leave the sums out stores 0, also for members that have bytes.
    let hasChecksum = member.checksum != 0 || member.byteCount == 0
    self.verifiesChecksum = verifiesChecksum && hasChecksum
    state = Guarded(State(bytes: nil, isVerified: !self.verifiesChecksum))
  }

  /// The bytes of the member.
  ///
  /// - Throws: `WeightFileDefect.archive` if the member's header or its compressed data is damaged, or it is too large.
  func bytes() throws -> StoredBytes {
    try state.withLock { state in
      if let bytes = state.bytes { return bytes }
      let bytes: StoredBytes
      if member.method == .stored {
        let start = try archive.dataOffset(of: member)
        bytes = .file(archive.file, start..<start + member.storedByteCount)
      } else {
        bytes = try unpacked()
        state.isVerified = true
      }
      state.bytes = bytes
      return bytes
    }
  }

  /// Whether the CRC-32 still has to be compared.
  var needsVerification: Bool { state.withLock { !$0.isVerified } }

  /// Compares the CRC-32 of all bytes, which the caller has read in order.
  ///
  /// - Throws: `ArchiveDefect.checksum`.
  func verify(computed checksum: UInt) throws {
    guard UInt32(truncatingIfNeeded: checksum) == member.checksum else {
      throw WeightFileError(
        .archive(.checksum(stored: member.checksum, computed: UInt32(truncatingIfNeeded: checksum))),
        file: archive.file.path, offset: member.headerOffset, tensor: member.text)
    }
    state.withLock { $0.isVerified = true }
  }

  /// Reads all bytes to compare the CRC-32, unless that was done before.
  func verify() throws {
    guard needsVerification else { return }
    let bytes = try bytes()
    // The bytes may have been unpacked, and verified, just now.
    guard needsVerification else { return }
    var buffer: [UInt8] = []
    var checksum: UInt = 0
    var done = 0
    while done < member.byteCount {
      let count = min(Self.pieceByteCount, member.byteCount - done)
      try bytes.read(at: done, count: count, into: &buffer)
      checksum = CRC32.extend(checksum, buffer.rawSpan.extracting(first: count))
      done += count
    }
    try verify(computed: checksum)
  }

  private func unpacked() throws -> StoredBytes {
    guard member.byteCount <= Self.maximumUnpackedByteCount else {
      throw WeightFileError(
        .archive(.tooLargeToUnpack(member.text, byteCount: member.byteCount, limit: Self.maximumUnpackedByteCount)),
        file: archive.file.path, offset: member.headerOffset)
    }
    let reader = try ZipMemberReader(member, of: archive, verifiesChecksum: verifiesChecksum)
    var buffer: [UInt8] = []
    if member.byteCount <= Self.pieceByteCount {
      let count = try reader.read(upTo: member.byteCount, into: &buffer)
      try reader.finish()
      return .memory(Array(buffer.prefix(count)))
    }
    let output = try UnnamedFile(in: String.temporaryDirectory)
    while reader.position < member.byteCount {
      let count = try reader.read(upTo: Self.pieceByteCount, into: &buffer)
      try output.append(Array(buffer.prefix(count)))
    }
    try reader.finish()
    let file = try InputFile(output, shownAs: "\(archive.file.path): \(member.text)")
    return .file(file, 0..<file.byteCount)
  }
}
