internal import Bytes
internal import Compression
internal import Essentials

/// Unpacks compressed data into a file without a name: once, from the first byte to the last.
///
/// Memory does not depend on the data. The disk is protected by a limit for what a file may become, and by a look at the room that
/// is left.
struct Unpacker {
  /// What is unpacked so far.
  let output: UnnamedFile
  private let file: InputFile
  private let limit: Int
  private let directory: String
  /// Where the next packed bytes are, and where they end.
  private var offset: Int
  private let end: Int
  private var input: [UInt8] = []
  private var used = 0
  private var available = 0
  private var buffer = [UInt8](repeating: 0, count: outputByteCount)
  private var nextLook = lookByteCount
  /// CRC-32 of what is unpacked.
  private var checksum: UInt = 0

  /// The most bytes that any file is unpacked to.
  private static let maximumByteCount = 1 << 36
  /// The most bytes that one packed byte may become, except in small files.
  private static let maximumExpansion = 1000
  /// What every file may be unpacked to.
  private static let smallByteCount = 1 << 26
  /// The room on the disk that is left to others.
  private static let reservedByteCount = 1 << 25
  /// The room is looked at once for as many bytes.
  private static let lookByteCount = 1 << 24
  private static let inputByteCount = 1 << 16
  private static let outputByteCount = 1 << 18

  private init(_ file: InputFile, _ range: Range<Int>, limit: Int) throws(FileError) {
    directory = String.temporaryDirectory
    output = try UnnamedFile(in: directory)
    self.file = file
    self.limit = limit
    offset = range.lowerBound
    end = range.upperBound
  }

  /// Unpacks a compressed file, also one that is several streams, as some programs write them.
  ///
  /// - Returns: what was unpacked, and what is wrong with the rest, if something is.
  /// - Throws: `FileError` if it cannot be read, if nothing can be unpacked, or if a limit is exceeded.
  static func unpack(
    _ file: InputFile, _ format: CompressionFormat
  ) throws(FileError) -> (output: UnnamedFile, damage: PackedDefect?) {
    let expanded = file.byteCount.multipliedChecked(by: maximumExpansion) ?? .max
    var unpacker = try Unpacker(
      file, 0..<file.byteCount, limit: min(maximumByteCount, max(smallByteCount, expanded)))
    let damage = try unpacker.unpackStreams(format)
    if let damage, unpacker.output.byteCount == 0 { throw FileError(.packed(damage), file: file.path) }
    return (unpacker.output, damage)
  }

  /// Unpacks a deflated member of a zip archive, whose data starts at an offset.
  ///
  /// - Throws: `FileError` also if its length or its CRC-32 differs from the stored one.
  static func unpack(
    _ member: ZipListing.Member, at start: Int, of file: InputFile, shownAs path: String
  ) throws(FileError) -> UnnamedFile {
    var unpacker = try Unpacker(
      file, start..<start + member.storedByteCount, limit: min(member.byteCount, maximumByteCount))
    let failure = { (defect: ArchiveDefect) in FileError(.packed(.zip(defect)), file: path) }
    guard let decoder = Inflater() else { throw failure(.badDeflate) }
    do throws(FileError) {
      if try unpacker.unpackStream(decoder, format: "deflate") != nil { throw failure(.badDeflate) }
    } catch {
      if case .packed(.tooLarge) = error.reason, member.byteCount > maximumByteCount {
        throw failure(.tooLargeToUnpack(member.text, byteCount: member.byteCount, limit: maximumByteCount))
      }
      if case .packed(.tooLarge) = error.reason {
        throw failure(.byteCount(declared: member.byteCount, found: member.byteCount + 1))
      }
      throw error
    }
    guard unpacker.output.byteCount == member.byteCount else {
      throw failure(.byteCount(declared: member.byteCount, found: unpacker.output.byteCount))
    }
    let computed = UInt32(truncatingIfNeeded: unpacker.checksum)
    // A writer that was told to leave the sums out stores 0.
    guard computed == member.checksum || member.checksum == 0 else {
      throw failure(.checksum(stored: member.checksum, computed: computed))
    }
    return unpacker.output
  }

  private mutating func unpackStreams(_ format: CompressionFormat) throws(FileError) -> PackedDefect? {
    while true {
      let decoder: any StreamDecoder
      do throws(DecodingFailure) { decoder = try format.makeDecoder() } catch {
        throw FileError(.outOfMemory(byteCount: CompressionFormat.maximumWindowByteCount), file: file.path)
      }
      if let defect = try unpackStream(decoder, format: format.rawValue) { return defect }
      try skipZeros()
      guard used < available else { return nil }
      guard format.isStart(input[used..<available]) else {
        return .trailing(format: format.rawValue, byteCount: available - used + end - offset)
      }
    }
  }

  /// Unpacks one stream; the result is what is wrong with it.
  private mutating func unpackStream(
    _ decoder: any StreamDecoder, format: String
  ) throws(FileError) -> PackedDefect? {
    while true {
      try fill()
      let step = decoder.decode(input, used..<available, into: &buffer)
      used += step.used
      try append(step.made)
      switch step.outcome {
      case .unfinished: break
      case .complete: return nil
      case .failed(let failure): return defect(failure, format)
      }
      guard step.used == 0, step.made == 0 else { continue }
      return used < available
        ? .damaged(format: format, unpacked: output.byteCount) : .cutShort(format: format, unpacked: output.byteCount)
    }
  }

  private func defect(_ failure: DecodingFailure, _ format: String) -> PackedDefect {
    switch failure {
    case .damaged: .damaged(format: format, unpacked: output.byteCount)
    case .windowTooLarge, .noMemory:
      .windowTooLarge(format: format, limit: CompressionFormat.maximumWindowByteCount)
    case .unsupported: .unsupported(format: format)
    }
  }

  /// Some programs fill up the last block after a stream.
  private mutating func skipZeros() throws(FileError) {
    repeat {
      while used < available, input[used] == 0 { used += 1 }
      guard used == available else { return }
      try fill()
    } while used < available
  }

  private mutating func fill() throws(FileError) {
    guard used == available, offset < end else { return }
    let count = min(Self.inputByteCount, end - offset)
    try file.read(at: offset, count: count, into: &input)
    offset += count
    (used, available) = (0, count)
  }

  private mutating func append(_ count: Int) throws(FileError) {
    guard count > 0 else { return }
    guard count <= limit - output.byteCount else {
      throw FileError(.packed(.tooLarge(packed: end, limit: limit)), file: file.path)
    }
    checksum = CRC32.extend(checksum, buffer.rawSpan.extracting(first: count))
    try output.append(Array(buffer[..<count]))
    guard output.byteCount >= nextLook else { return }
    nextLook = output.byteCount + Self.lookByteCount
    if let free = Self.room(in: directory), free < Self.reservedByteCount {
      throw FileError(.packed(.noRoom(directory: directory, free: free)), file: file.path)
    }
  }

  /// The bytes that may still be stored in a directory; nil if the system cannot say.
  private static func room(in directory: String) -> Int? {
    var status = statvfs()
    guard unsafe statvfs(directory, &status) == 0 else { return nil }
    return Int(status.f_bavail).multipliedChecked(by: Int(status.f_frsize))
  }
}
