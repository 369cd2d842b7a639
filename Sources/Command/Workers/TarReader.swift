internal import Bytes
internal import Messages

/// Reads the members of a tar stream that are pictures by their names; skips all others without keeping them.
///
/// Archives may follow each other, as `cat a.tar b.tar` writes them.
/// - Source: POSIX.1-2008 `pax`, "ustar Interchange Format" and "pax Interchange Format"; GNU tar, `tar.h`.
struct TarReader {
  /// A member whose name is that of a picture.
  enum Member: Equatable, Sendable {
    /// Its name and its content.
    case picture(name: String, bytes: [UInt8])
    /// Its name and the number of its bytes, which are too many.
    case tooLarge(name: String, byteCount: Int)
  }

  /// Bytes that a picture may have, as in a line.
  static let maximumByteCount = LineReader.maximumByteCount
  /// Bytes that the records before a header may have. They hold paths and times.
  private static let maximumRecordByteCount = 1 << 20

  private let input: WorkerInput
  /// What is wrong with the stream; nil if nothing is so far.
  private(set) var failure: WorkerError?
  private var overrides = TarOverrides()

  /// Members of an input.
  init(_ input: WorkerInput) { self.input = input }

  /// Waits for the next picture; nil at the end, and if `failure` is set.
  mutating func next() -> Member? {
    do throws(WorkerError) {
      while let (block, offset) = try readHeader() {
        let header = try TarHeader(block, offset: offset)
        let size = overrides.size ?? header.size
        let padding = (512 - size % 512) % 512
        switch header.kind {
        case .records, .longName:
          try readOverrides(header, offset)
          continue
        case .picturesMayBe:
          let name = overrides.name ?? header.name
          overrides = TarOverrides()
          if let member = try readPicture(name, size, padding) { return member }
        case .other(let hasContent):
          overrides = TarOverrides()
          if hasContent { try skip(size, padding) }
        }
      }
    } catch {
      // A stream that was ended from outside is not damaged.
      if input.end != .ended { failure = error }
    }
    return nil
  }

  /// The next header and its offset; nil at the end of the input. Blocks of zeros, which end an archive, are passed over.
  private func readHeader() throws(WorkerError) -> (block: [UInt8], offset: Int)? {
    while true {
      let offset = input.byteCount
      let block = read(512)
      if block.isEmpty { return nil }
      guard block.count == 512 else { throw WorkerError(.tarEndsEarly, file: "standard input", offset: offset) }
      if block.contains(where: { $0 != 0 }) { return (block, offset) }
    }
  }

  /// Reads what precedes a header and changes it.
  private mutating func readOverrides(_ header: TarHeader, _ offset: Int) throws(WorkerError) {
    guard header.size <= Self.maximumRecordByteCount else {
      throw WorkerError(.badTarNumber("size"), file: "standard input", offset: offset)
    }
    let content = try content(header.size, (512 - header.size % 512) % 512)
    switch header.kind {
    case .longName: overrides.name = TarHeader.text(content[...])
    default:
      guard overrides.add(content) else {
        throw WorkerError(.badTarNumber("extended record"), file: "standard input", offset: offset)
      }
    }
  }

  /// The member, if its name is that of a picture; otherwise it is skipped.
  private func readPicture(_ name: String, _ size: Int, _ padding: Int) throws(WorkerError) -> Member? {
    let lower = name.lowercased()
    guard [".jpg", ".jpeg", ".png"].contains(where: lower.hasSuffix) else {
      try skip(size, padding)
      return nil
    }
    guard size <= Self.maximumByteCount, MemoryRoom.has(2 * size) else {
      try skip(size, padding)
      return .tooLarge(name: name, byteCount: size)
    }
    return .picture(name: name, bytes: try content(size, padding))
  }

  /// The bytes of a member.
  private func content(_ size: Int, _ padding: Int) throws(WorkerError) -> [UInt8] {
    let offset = input.byteCount
    let bytes = read(size)
    guard bytes.count == size else { throw WorkerError(.tarEndsEarly, file: "standard input", offset: offset) }
    try skip(0, padding)
    return bytes
  }

  /// Reads that many bytes; fewer at the end.
  private func read(_ count: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < count,
      input.next(
        count - bytes.count,
        { part in
          bytes += part
          return part.count
        })
    {}
    return bytes
  }

  private func skip(_ size: Int, _ padding: Int) throws(WorkerError) {
    let offset = input.byteCount
    for count in [size, padding] {
      var rest = count
      while rest > 0 {
        let hasMore = input.next(rest) { part in
          rest -= part.count
          return part.count
        }
        guard hasMore else { throw WorkerError(.tarEndsEarly, file: "standard input", offset: offset) }
      }
    }
  }
}
