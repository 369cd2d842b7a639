internal import Bytes
internal import Files
internal import Messages
internal import ProtobufWire
internal import Tensors

/// Hands out the elements of a constant in pieces: those in the file, then copies of the last one if the list is short.
struct ConstantReader {
  let layout: ConstantLayout
  let source: WireFile

  /// Reads all elements of a fixed-width constant; see `TensorSource.read`.
  func read(width: Int, maximumByteCount: Int, _ body: (RawSpan) throws -> Void) throws {
    var pieces = Pieces(byteCount: maximumByteCount / width * width)
    if let content = layout.content {
      try source.forEachPiece(of: content) { piece in try pieces.append(piece, body) }
      return try pieces.finish(body)
    }
    guard let list = ConstantList.Field(layout.dtype) else { return try pieces.finish(body) }
    var varints = VarintBytes(width: width, isBool: layout.dtype == .bool)
    try source.forEachFieldUntyped(in: layout.message) { field, payload in
      guard field == list.number else { return }
      switch (list.coding, payload) {
      case (.fixed, .range(let part)), (.bytes, .range(let part)):
        try source.forEachPiece(of: part) { piece in try pieces.append(piece, body) }
      case (.varint, .number(let number)): try varints.append(number, to: &pieces, body)
      case (.varint, .range(let part)):
        try source.forEachPiece(of: part) { piece in
          for index in 0..<piece.byteCount { try varints.take(piece.unsafeByte(index), to: &pieces, body) }
        }
      default: break
      }
    }
    try fill(width: width, &pieces, body)
    try pieces.finish(body)
  }

  /// Repeats the last element, or zeros if there is none, until the shape is full.
  private func fill(width: Int, _ pieces: inout Pieces, _ body: (RawSpan) throws -> Void) throws {
    let missing = layout.byteCount - pieces.totalByteCount
    guard missing > 0 else { return }
    let last = pieces.totalByteCount >= width ? pieces.last(width) : [UInt8](repeating: 0, count: width)
    var block: [UInt8] = []
    while block.count < min(missing, 1 << 16) { block += last }
    var left = missing
    while left > 0 {
      let count = min(left, block.count)
      try pieces.append(block.rawSpan.extracting(first: count), body)
      left -= count
    }
  }

  /// Reads all strings.
  func readStrings() throws -> [[UInt8]] {
    let count = layout.shape.elementCount
    if let content = layout.content { return try strings(encodedIn: content, count: count) }
    var strings: [[UInt8]] = []
    try source.forEachFieldUntyped(in: layout.message) { field, payload in
      guard field == 8, case .range(let part) = payload else { return }
      strings.append(try source.file.read(at: part.lowerBound, count: part.count))
    }
    return strings + [[UInt8]](repeating: strings.last ?? [], count: max(0, count - strings.count))
  }

  /// Strings as they are in memory: all lengths as varints, then all bytes.
  ///
  /// - Source: TensorFlow `core/platform/tensor_coding.cc`, `EncodeStringList`.
  private func strings(encodedIn content: Range<Int>, count: Int) throws -> [[UInt8]] {
    let bytes = try source.file.read(at: content.lowerBound, count: content.count)
    var reader = ByteReader(bytes.rawSpan, baseOffset: content.lowerBound)
    do throws(ByteError) {
      var lengths: [Int] = []
      for _ in 0..<count { lengths.append(try reader.readVarintCount()) }
      var strings: [[UInt8]] = []
      for length in lengths { strings.append([UInt8](try reader.readBytes(length))) }
      if reader.isAtEnd { return strings }
    } catch {
      throw MetaGraphError(.wire(.bytes(error.reason)), file: source.file.path, offset: error.offset)
    }
    throw MetaGraphError(
      .constant(.byteCount(expected: reader.position, found: content.count)), file: source.file.path,
      offset: content.lowerBound)
  }
}

/// Gathers bytes into pieces that end at an element's end.
private struct Pieces {
  private var buffer: [UInt8] = []
  private let byteCount: Int
  /// The bytes of the last piece that was handed out; its end may still be needed.
  private var handedOut: [UInt8] = []
  private(set) var totalByteCount = 0

  init(byteCount: Int) {
    self.byteCount = byteCount
  }

  mutating func append(_ bytes: RawSpan, _ body: (RawSpan) throws -> Void) throws {
    var done = 0
    while done < bytes.byteCount {
      let count = min(byteCount - buffer.count, bytes.byteCount - done)
      // The buffer does not leave the closure.
      unsafe bytes.extracting(done..<done + count).withUnsafeBytes { unsafe buffer.append(contentsOf: $0) }
      done += count
      totalByteCount += count
      if buffer.count == byteCount { try handOut(body) }
    }
  }

  mutating func append(_ number: UInt64, width: Int, _ body: (RawSpan) throws -> Void) throws {
    for index in 0..<width { buffer.append(UInt8(truncatingIfNeeded: number >> UInt64(8 * index))) }
    totalByteCount += width
    if buffer.count == byteCount { try handOut(body) }
  }

  /// The last bytes that were appended.
  func last(_ count: Int) -> [UInt8] {
    Array((handedOut.suffix(count) + buffer).suffix(count))
  }

  /// Hands out the rest; if nothing was appended, hands out an empty piece.
  mutating func finish(_ body: (RawSpan) throws -> Void) throws {
    if !buffer.isEmpty || totalByteCount == 0 { try handOut(body) }
  }

  private mutating func handOut(_ body: (RawSpan) throws -> Void) throws {
    try body(buffer.rawSpan)
    swap(&buffer, &handedOut)
    buffer.removeAll(keepingCapacity: true)
  }
}

/// Turns packed varints into elements; the end of a window may cut a varint anywhere.
private struct VarintBytes {
  let width: Int
  let isBool: Bool
  private var value: UInt64 = 0
  private var shift: UInt64 = 0

  init(width: Int, isBool: Bool) {
    self.width = width
    self.isBool = isBool
  }

  mutating func take(_ byte: UInt8, to pieces: inout Pieces, _ body: (RawSpan) throws -> Void) throws {
    // Bits beyond 64 are dropped, as smart shifts do.
    value |= UInt64(byte & 0x7f) << shift
    shift = min(shift + 7, 70)
    guard byte < 0x80 else { return }
    try append(value, to: &pieces, body)
    (value, shift) = (0, 0)
  }

  func append(_ number: UInt64, to pieces: inout Pieces, _ body: (RawSpan) throws -> Void) throws {
    try pieces.append(isBool ? (number == 0 ? 0 : 1) : number, width: width, body)
  }
}
