internal import Bytes
internal import Files
internal import Messages
internal import Tensors

/// Numbers in a field of a protobuf message, packed or one by one, which become elements when they are read.
struct ProtobufList: Sendable {
  /// How numbers are stored.
  enum Coding: Sendable {
    case fixed32, fixed64, varint
  }

  /// What keeps the numbers from being elements.
  enum Failure {
    /// There are more or fewer than the shape requires; nil if the others were not counted.
    case count(Int?)
    /// A number has more bits than an element.
    case tooLarge(Int64)
  }

  let file: InputFile
  let message: Range<Int>
  let field: UInt32
  let coding: Coding
  let dtype: DType
  /// The bits of an element; if there are fewer than 8, several share a number.
  let bits: Int
  /// How many numbers there must be.
  let count: Int
  /// How many elements there must be.
  let elementCount: Int
  /// The tensor, for errors.
  let tensor: String
  /// What a failure is in the format.
  let defect: @Sendable (Failure) -> WeightFileDefect

  /// Hands out the elements in pieces; see `TensorSource`.
  func read(upTo maximumByteCount: Int, _ body: (RawSpan) throws -> Void) throws {
    var pieces = ElementPieces(upTo: maximumByteCount, width: dtype.byteCount ?? 1)
    var found = 0
    let walk = ProtobufFile(file)
    func take(_ number: UInt64) throws {
      found += 1
      guard found <= count else { throw error(.count(nil)) }
      if bits < 8 {
        // The last byte may have parts that belong to no element.
        var parts: [UInt8] = []
        parts.appendParts(
          of: try byte(of: number), bits: bits, isSigned: dtype.kind == .signedInteger)
        let left = elementCount - pieces.byteCount
        try pieces.append(parts.rawSpan.extracting(first: min(left, parts.count)), body)
      } else {
        try pieces.append(elementBits(of: number), width: dtype.byteCount ?? 1, body)
      }
    }
    try walk.forEachField(in: message) { field, payload in
      guard field == self.field else { return }
      switch (coding, payload) {
      case (.varint, .number(let number)): try take(number)
      case (.varint, .bytes(let range)): try walk.forEachNumber(in: range, take)
      case (.fixed32, .fixed32(let range)), (.fixed64, .fixed64(let range)), (.fixed32, .bytes(let range)),
        (.fixed64, .bytes(let range)):
        try file.forEachPiece(of: range) { try pieces.append($0, body) }
      default: return
      }
    }
    guard coding != .varint || found == count else {
      throw error(.count(found))
    }
    try pieces.finish(body)
  }

  /// The bits of a number in the width of the type.
  private func elementBits(of number: UInt64) throws -> UInt64 {
    switch dtype {
    case .bool: number == 0 ? 0 : 1
    case .int64, .uint64, .int32: number
    case .uint32:
      if let small = UInt32(exactly: number) { UInt64(small) } else { throw tooLarge(Int64(bitPattern: number)) }
    default:
      // Writers store the bits of an 8-bit or 16-bit number with the sign or without it.
      if case let value = Int32(truncatingIfNeeded: number),
        (-(1 << (bits - 1))..<1 << bits).contains(Int(value))
      {
        UInt64(truncatingIfNeeded: value)
      } else {
        throw tooLarge(Int64(Int32(truncatingIfNeeded: number)))
      }
    }
  }

  /// A number that holds the bits of several elements.
  private func byte(of number: UInt64) throws -> UInt8 {
    let value = Int32(truncatingIfNeeded: number)
    guard (-128...255).contains(value) else { throw tooLarge(Int64(value)) }
    return UInt8(truncatingIfNeeded: value)
  }

  private func tooLarge(_ value: Int64) -> WeightFileError { error(.tooLarge(value)) }

  private func error(_ failure: Failure) -> WeightFileError {
    WeightFileError(defect(failure), file: file.path, offset: message.lowerBound, tensor: tensor)
  }
}

extension InputFile {
  /// Reads a part of the file in pieces of a usual size.
  func forEachPiece(of range: Range<Int>, _ body: (RawSpan) throws -> Void) throws {
    var buffer: [UInt8] = []
    var offset = range.lowerBound
    while offset < range.upperBound {
      let count = min(1 << 17, range.upperBound - offset)
      try read(at: offset, count: count, into: &buffer)
      try body(buffer.rawSpan.extracting(first: count))
      offset += count
    }
  }
}
