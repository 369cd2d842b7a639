internal import Bytes
internal import Messages

/// The members of a tar archive: plain ones, with GNU's long names, or with pax's settings.
///
/// - Source: POSIX.1-2017, pax, "pax Interchange Format"; the manual of GNU tar, "Storing Sparse Files".
struct TarListing {
  /// What the archive holds, in its order.
  private(set) var members: [(name: [UInt8], member: ArchiveMember)] = []
  /// What is wrong with the archive, if something is; members that are whole are listed anyway.
  private(set) var damage: PackedDefect?

  private let file: InputFile
  private var window: [UInt8] = []
  private var windowStart = 0
  private var windowCount = 0
  private var next = Settings()

  /// What is known of the next member before its own header.
  private struct Settings {
    var name: [UInt8]?
    var target: [UInt8]?
    var byteCount: Int?
    var isSparse = false
  }

  /// Long names and settings may have this many bytes.
  private static let maximumTextByteCount = 1 << 20
  private static let windowByteCount = 1 << 16
  static let maximumMemberCount = 1 << 20

  /// Whether a file begins as a tar archive does.
  static func begins(_ file: InputFile) throws(FileError) -> Bool {
    guard file.byteCount >= TarHeader.blockByteCount else { return false }
    return TarHeader(try file.read(at: 0, count: TarHeader.blockByteCount)) != nil
  }

  /// Reads all headers.
  ///
  /// - Throws: `FileError` if the file cannot be read, or has too many members.
  init(_ file: InputFile) throws(FileError) {
    self.file = file
    var offset = 0
    while true {
      guard offset <= file.byteCount - TarHeader.blockByteCount else {
        damage = .tarCutShort
        return
      }
      let block = try block(at: offset)
      guard block.contains(where: { $0 != 0 }) else { return }
      guard let header = TarHeader(block) else {
        damage = .badHeader(offset: offset)
        return
      }
      offset += TarHeader.blockByteCount
      guard let end = try read(header, at: offset) else { return }
      offset = end
    }
  }

  /// Takes a header, and returns where the next one is; nil at the end of what can be read.
  private mutating func read(_ header: TarHeader, at start: Int) throws(FileError) -> Int? {
    var start = start
    switch header.kind {
    case .longName, .longTarget, .settings, .globalSettings:
      guard header.byteCount <= Self.maximumTextByteCount, header.byteCount <= file.byteCount - start else {
        damage =
          header.byteCount > Self.maximumTextByteCount
          ? .badHeader(offset: start - TarHeader.blockByteCount) : .tarCutShort
        return nil
      }
      let text = try file.read(at: start, count: header.byteCount)
      switch header.kind {
      case .longName: next.name = Array(text.prefix { $0 != 0 })
      case .longTarget: next.target = Array(text.prefix { $0 != 0 })
      case .settings: takeSettings(text)
      default: break
      }
      return Self.paddedEnd(start, header.byteCount)
    case .sparse:
      var more = header.hasMoreOfMap
      while more, start <= file.byteCount - TarHeader.blockByteCount {
        more = try block(at: start)[504] != 0
        start += TarHeader.blockByteCount
      }
    default: break
    }
    let settings = next
    next = Settings()
    // The setting is for a length that the header has no room for; kinds without data have none.
    let byteCount =
      header.kind == .file || header.kind == .sparse ? settings.byteCount ?? header.byteCount : header.byteCount
    guard let end = Self.paddedEnd(start, byteCount) else {
      damage = .badHeader(offset: start - TarHeader.blockByteCount)
      return nil
    }
    guard members.count < Self.maximumMemberCount else {
      throw FileError(.packed(.tooManyMembers(limit: Self.maximumMemberCount)), file: file.path)
    }
    let left = max(0, file.byteCount - start)
    let range = min(start, file.byteCount)..<min(start, file.byteCount) + min(byteCount, left)
    if header.kind != .label {
      let target = String(escapingInvalidUTF8: settings.target ?? header.target)
      members.append((settings.name ?? header.name, ArchiveMember(header.kind, settings.isSparse, target, range)))
    }
    guard byteCount <= left else {
      damage = .tarCutShort
      return nil
    }
    return end
  }

  /// Settings of pax: `LENGTH KEY=VALUE` and a line feed, for each.
  private mutating func takeSettings(_ text: [UInt8]) {
    var rest = text[...]
    while let space = rest.firstIndex(of: UInt8(ascii: " ")),
      let length = Int(String(decoding: rest[..<space], as: UTF8.self)), length > space - rest.startIndex,
      length <= rest.count
    {
      let line = rest[(space + 1)..<(rest.startIndex + length)]
      rest = rest.dropFirst(length)
      guard let equals = line.firstIndex(of: UInt8(ascii: "=")) else { continue }
      let value = Array(line[(equals + 1)...].dropLast())
      switch String(decoding: line[..<equals], as: UTF8.self) {
      case "path": next.name = next.isSparse ? next.name : value
      case "linkpath": next.target = value
      case "size": next.byteCount = Int(String(decoding: value, as: UTF8.self)).flatMap { $0 < 0 ? nil : $0 }
      case "GNU.sparse.name":
        next.name = value
        next.isSparse = true
      case let key where key.hasPrefix("GNU.sparse."): next.isSparse = true
      default: break
      }
    }
  }

  /// Where the block after some data begins.
  private static func paddedEnd(_ start: Int, _ byteCount: Int) -> Int? {
    let block = TarHeader.blockByteCount
    return start.addingChecked(byteCount)?.addingChecked(block - 1).map { $0 / block * block }
  }

  /// A block that is in the file.
  private mutating func block(at offset: Int) throws(FileError) -> [UInt8] {
    if offset < windowStart || offset + TarHeader.blockByteCount > windowStart + windowCount {
      windowCount = min(Self.windowByteCount, file.byteCount - offset)
      try file.read(at: offset, count: windowCount, into: &window)
      windowStart = offset
    }
    let start = offset - windowStart
    return Array(window[start..<start + TarHeader.blockByteCount])
  }
}

extension ArchiveMember {
  /// What a header of a tar archive describes.
  fileprivate init(_ kind: TarHeader.Kind, _ isSparse: Bool, _ target: String, _ range: Range<Int>) {
    content =
      switch kind {
      case _ where isSparse, .sparse:
        .other("stored as a sparse file, which Decant does not read. Make the archive again without tar's --sparse.")
      case .directory: .directory
      case .symbolicLink:
        .other("a symbolic link to '\(target)'. Decant does not follow links in archives; name what it links to.")
      case .hardLink:
        .other("a hard link to '\(target)'. Decant does not follow links in archives; name what it links to.")
      case .device: .other("a device, which has no content in an archive. Name a file.")
      case .pipe: .other("a pipe, which has no content in an archive. Name a file.")
      case .continuation: .other("the end of a file that begins in another archive. Join the archives first.")
      default: .bytes(range)
      }
  }
}
