internal import Bytes
internal import Files
internal import Tensors

/// The elements of a tensor that come in one order and are needed in another: in memory if there is room for them,
/// otherwise in a file without a name.
final class ElementStore {
  /// The bytes that belong in it.
  let byteCount: Int
  /// The bytes so far.
  private(set) var filled = 0
  private var memory: [UInt8] = []
  private let file: UnnamedFile?
  private let directory: String
  private var reader: InputFile?

  /// Starts without elements.
  ///
  /// - Parameters:
  ///   - byteCount: how many bytes will come.
  ///   - room: how many of them stay in memory, and where the file is made.
  ///   - source: what an error about memory names.
  /// - Throws: `FileError` if there is no memory, or no file can be made.
  init(byteCount: Int, room: LayoutRoom, for source: String) throws(FileError) {
    self.byteCount = byteCount
    directory = room.directory
    if byteCount <= room.byteCount {
      memory = try LayoutRoom.allocate(byteCount, for: source)
      file = nil
    } else {
      file = try UnnamedFile(in: room.directory)
    }
  }

  /// Appends elements.
  ///
  /// - Precondition: no more come than belong in it.
  func append(_ piece: RawSpan) throws(FileError) {
    precondition(piece.byteCount <= byteCount - filled, "only the declared elements come")
    if let file {
      try file.append([UInt8](piece))
    } else {
      memory.replace(at: filled, with: piece)
    }
    filled += piece.byteCount
  }

  /// Copies elements into the beginning of a buffer.
  ///
  /// - Precondition: all elements have come, and the buffer has room.
  func read(at offset: Int, count: Int, into buffer: inout [UInt8]) throws(FileError) {
    guard let file else {
      let elements = memory
      return buffer.replace(at: 0, with: elements.rawSpan.extracting(offset..<offset + count))
    }
    if reader == nil { reader = try InputFile(file, shownAs: directory) }
    try reader?.read(at: offset, count: count, into: &buffer)
  }

  /// Passes on a range in pieces of at most `buffer.count` bytes.
  func read(_ range: Range<Int>, through buffer: inout [UInt8], _ body: (RawSpan) throws -> Void) throws {
    var start = range.lowerBound
    while start < range.upperBound {
      let count = min(buffer.count, range.upperBound - start)
      try read(at: start, count: count, into: &buffer)
      try body(buffer.rawSpan.extracting(first: count))
      start += count
    }
  }

  /// A range of a store that is passed on bit by bit, and read ahead.
  struct Cursor {
    private let store: ElementStore
    private var next: Int
    private let end: Int
    private var buffer: [UInt8]
    private var unread = 0..<0

    /// Stands at the beginning of a range.
    ///
    /// - Parameters:
    ///   - store: all of its elements have come.
    ///   - range: the bytes to pass on.
    ///   - aheadByteCount: the bytes that are read at a time; a multiple of every width.
    init(_ store: ElementStore, _ range: Range<Int>, aheadByteCount: Int) {
      self.store = store
      (next, end) = (range.lowerBound, range.upperBound)
      buffer = [UInt8](repeating: 0, count: min(aheadByteCount, range.count))
    }

    /// Passes on the next bytes.
    ///
    /// - Precondition: there are that many.
    mutating func pass(_ count: Int, _ body: (RawSpan) throws -> Void) throws {
      var rest = count
      while rest > 0 {
        if unread.isEmpty {
          unread = 0..<min(buffer.count, end - next)
          try store.read(at: next, count: unread.count, into: &buffer)
          next += unread.count
        }
        let passed = min(rest, unread.count)
        try body(buffer.rawSpan.extracting(unread.prefix(passed)))
        unread = unread.dropFirst(passed)
        rest -= passed
      }
    }
  }
}

extension [UInt8] {
  /// Overwrites the bytes from an index on.
  ///
  /// - Precondition: there are that many bytes.
  mutating func replace(at index: Int, with bytes: RawSpan) {
    precondition(index >= 0 && bytes.byteCount <= count - index, "the bytes lie in the array")
    // In range by the precondition; source and destination are different memory.
    unsafe withUnsafeMutableBytes { destination in
      unsafe bytes.withUnsafeBytes { source in
        unsafe UnsafeMutableRawBufferPointer(rebasing: destination[index..<index + source.count]).copyMemory(
          from: source)
      }
    }
  }
}
