internal import Bytes
internal import Compression
internal import Essentials
package import Messages
internal import Threads

/// The files in an archive, or the one in a compressed file, read without writing any of them under its name.
///
/// Members that are stored as they are, in a tar or zip archive, are read from where they are. A compressed archive is unpacked once into a
/// file without a name, when it is opened; a deflated member of a zip archive when it is first read. Those files end with the last value
/// that uses them, however the process ends.
package final class Archive: Sendable {
  /// The path of the archive.
  package let path: String
  /// What is wrong with the archive; nil if nothing is. The parts that are intact can be read anyway.
  package let damage: PackedDefect?
  /// The archive when it was opened.
  let state: FileState

  /// The archive itself, or what it unpacks to, which members are ranges of.
  private let bytes: InputFile
  private let unpackedArchive: UnnamedFile?
  private let zip: ZipListing?
  private let members: [String: ArchiveMember]
  /// The names in each directory; the empty name is the archive itself.
  private let directories: [String: Set<String>]
  private let unpackedMembers = Guarded<[String: UnnamedFile]>([:])

  /// Opens a file; nil if it is not an archive of files, but for example a model that happens to be a zip archive.
  ///
  /// - Throws: `FileError` if it is an archive that cannot be read.
  init?(ofFileSystem path: String) throws(FileError) {
    let file = try InputFile(ofFileSystem: path)
    var names = ArchiveNames()
    var (damage, unpacked, zip): (PackedDefect?, UnnamedFile?, ZipListing?) = (nil, nil, nil)
    var bytes = file
    switch try FileKind(of: file) {
    case .tar:
      let listing = try TarListing(file)
      guard TorchTar(listing) == nil else { return nil }
      damage = names.add(listing)
    // Archives from before POSIX have no mark.
    case .unknown where try TarListing.begins(file): damage = try names.add(TarListing(file))
    case .zip:
      guard let listing = try Self.listing(of: file) else { return nil }
      zip = listing
      for member in listing.members { names.add(member) }
    case let kind:
      guard let format = kind.compression else { return nil }
      let (output, defect) = try Unpacker.unpack(file, format)
      unpacked = output
      bytes = try InputFile(output, shownAs: path)
      damage = defect
      if try TarListing.begins(bytes) {
        let tarDamage = try names.add(TarListing(bytes))
        damage = damage ?? tarDamage
      } else {
        if bytes.byteCount == 0 { throw FileError(.packed(.nothing), file: path) }
        names.add(Self.unpackedName(path.lastPart), ArchiveMember(content: .bytes(0..<bytes.byteCount)))
      }
    }
    damage = damage ?? names.defect
    if names.members.isEmpty { throw FileError(.packed(damage ?? .nothing), file: path) }
    self.path = path
    state = file.state
    self.bytes = bytes
    unpackedArchive = unpacked
    self.zip = zip
    self.damage = damage
    members = names.members
    directories = names.directories
  }

  /// The directory of a zip archive; nil for a model in one of the formats that are zip archives.
  private static func listing(of file: InputFile) throws(FileError) -> ZipListing? {
    do {
      let listing = try ZipListing(file)
      return ZipModel(listing, named: file.name) == nil ? listing : nil
    } catch let failure as ZipFailure {
      // The reader of the model's format reports what is wrong with it.
      if [.weights, .foreignWeights, .trainingState].contains(KnownFile(name: file.name)?.kind) { return nil }
      throw FileError(.packed(.zip(failure.defect)), file: file.path)
    } catch let error as FileError {
      throw error
    } catch {
      throw FileError(.packed(.zip(.noMember)), file: file.path)
    }
  }

  /// The name of what a compressed file holds: without the ending of the compression.
  private static func unpackedName(_ name: String) -> String {
    for ending in [".gz", ".bz2", ".xz", ".zst", ".zstd"]
    where name.hasSuffix(ending) && name.utf8.count > ending.utf8.count {
      return String(name.dropLast(ending.count))
    }
    return name
  }

  // MARK: - Members

  /// What is under a name; the empty one is the archive itself.
  package func member(_ name: String) -> ArchiveMember? {
    members[name] ?? (directories[name] == nil ? nil : ArchiveMember(content: .directory))
  }

  /// Whether a name is that of a directory.
  package func isDirectory(_ name: String) -> Bool { member(name)?.isDirectory == true }

  /// The names in a directory; nil if the name is not that of a directory.
  func entryNames(of directory: String) -> [String]? { directories[directory].map { Array($0) } }

  /// The names of all files, sorted by their bytes.
  package var fileNames: [String] {
    members.filter { $0.value.isRegular }.keys.sorted { $0.precedesInBytes($1) }
  }

  /// Members that are neither files nor directories, with what each is; sorted by name.
  package var otherMembers: [(name: String, words: Message)] {
    members.compactMap { name, member in
      if case .other(let words) = member.content { (name, words) } else { nil }
    }.sorted { $0.0.precedesInBytes($1.0) }
  }

  /// The bytes of a file: an open file, and the range of it that is the member's.
  func content(of name: String, shownAs path: String) throws(FileError) -> (
    file: InputFile, range: Range<Int>, unnamed: UnnamedFile?
  ) {
    guard let member = member(name) else {
      throw FileError(.packed(.noMember(name, present: Array(fileNames.prefix(5)))), file: self.path)
    }
    switch member.content {
    case .directory: throw FileError(.isDirectory, file: path)
    case .other(let noun): throw FileError(.packed(.notAFile(name, noun)), file: self.path)
    case .bytes(let range): return (bytes, range, range == 0..<bytes.byteCount ? unpackedArchive : nil)
    case .zipped(let member):
      let start = try dataOffset(of: member)
      if member.method == .stored { return (bytes, start..<start + member.storedByteCount, nil) }
      let unnamed = try unpacked(member, at: start, name, shownAs: path)
      let file = try InputFile(unnamed, shownAs: path)
      return (file, 0..<file.byteCount, unnamed)
    }
  }

  /// Whether some members of a zip archive are stored as they are; their CRC-32 is not compared when they are opened.
  package var hasStoredMembers: Bool { zip?.members.contains { $0.method == .stored && $0.byteCount > 0 } ?? false }

  /// Compares the CRC-32 of a member of a zip archive that is stored as it is; does nothing for others.
  ///
  /// - Parameters:
  ///   - name: the member's name.
  ///   - path: what errors call it.
  /// - Throws: `FileError` if it is another one, or the member cannot be read.
  package func verifyStored(_ name: String, shownAs path: String) throws(FileError) {
    guard case .zipped(let member) = member(name)?.content, member.method == .stored else { return }
    // A writer that was told to leave the sums out stores 0.
    guard member.checksum != 0 else { return }
    let start = try dataOffset(of: member)
    var checksum: UInt = 0
    var buffer: [UInt8] = []
    var done = 0
    while done < member.byteCount {
      let count = min(1 << 18, member.byteCount - done)
      try bytes.read(at: start + done, count: count, into: &buffer)
      checksum = CRC32.extend(checksum, buffer.rawSpan.extracting(first: count))
      done += count
    }
    let computed = UInt32(truncatingIfNeeded: checksum)
    guard computed == member.checksum else {
      throw FileError(.packed(.zip(.checksum(stored: member.checksum, computed: computed))), file: path)
    }
  }

  private func unpacked(
    _ member: ZipListing.Member, at start: Int, _ name: String, shownAs path: String
  ) throws(FileError) -> UnnamedFile {
    try unpackedMembers.withLock { files throws(FileError) in
      if let file = files[name] { return file }
      let file = try Unpacker.unpack(member, at: start, of: bytes, shownAs: path)
      files[name] = file
      return file
    }
  }

  private func dataOffset(of member: ZipListing.Member) throws(FileError) -> Int {
    do {
      return try zip?.dataOffset(of: member) ?? 0
    } catch let failure as ZipFailure {
      throw FileError(.packed(.zip(failure.defect)), file: path)
    } catch let error as FileError {
      throw error
    } catch {
      throw FileError(.packed(.zip(.noLocalHeader)), file: path)
    }
  }
}
