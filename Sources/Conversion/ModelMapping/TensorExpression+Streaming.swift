internal import Bytes
internal import Tensors

/// Reads in pieces if no complete tensor is needed in memory.
extension TensorExpression {
  /// Whether the elements come in the order in which its tensors are read, in one pass over each.
  ///
  /// Only valid for expressions that fit; see `kind`.
  func streams(_ lookup: (String) -> TensorDescriptor?) -> Bool {
    switch self {
    case .stored(let name): lookup(name)?.dtype.byteCount != nil
    case .reshaped(let operand, _), .sliced(let operand, _, _): operand.streams(lookup)
    case .permuted(let operand, let axes):
      // Moving axes of extent 1 moves no element.
      (operand.kind(lookup)?.shape.dimensions).map { dimensions in
        let moved = axes.filter { dimensions[$0] != 1 }
        return zip(moved, moved.dropFirst()).allSatisfy { $0 < $1 }
      } == true && operand.streams(lookup)
    case .joined(let operands, let axis):
      (operands.first?.kind(lookup)?.shape.dimensions).map { $0[..<axis].allSatisfy { $0 == 1 } } == true
        && operands.allSatisfy { $0.streams(lookup) }
    case .filled, .reordered, .sum, .shifted, .foldedKernel, .foldedBias: false
    }
  }

  /// Passes on the elements in pieces; perhaps no piece if there are no elements.
  ///
  /// - Throws: what the source throws, what `body` throws, and `MappingError` if operands do not fit.
  /// - Precondition: `streams` is true.
  func stream(from source: any TensorSource, maximumByteCount: Int, _ body: (RawSpan) throws -> Void) throws {
    switch self {
    case .stored(let name):
      try source.read(source.requireDescriptor(named: name), maximumByteCount: maximumByteCount, body)
    case .reshaped(let operand, _), .permuted(let operand, _):
      try operand.stream(from: source, maximumByteCount: maximumByteCount, body)
    case .joined(let operands, _):
      for operand in operands { try operand.stream(from: source, maximumByteCount: maximumByteCount, body) }
    case .sliced(let operand, let axis, let range):
      guard let kind = operand.kind({ source.descriptor(named: $0) }), let width = kind.dtype.byteCount else {
        throw misfit(source)
      }
      let rowByteCount = kind.shape.dimensions[(axis + 1)...].reduce(width, *)
      var part = PeriodicPart(
        period: rowByteCount * kind.shape.dimensions[axis],
        kept: rowByteCount * range.lowerBound..<rowByteCount * range.upperBound,
        buffer: PieceBuffer(maximumByteCount: max(width, maximumByteCount / width * width)))
      // Read to the end even after the part, or its checksum would not be verified.
      try operand.stream(from: source, maximumByteCount: maximumByteCount) { try part.take($0, body) }
      try part.buffer.flush(body)
    case .filled, .reordered, .sum, .shifted, .foldedKernel, .foldedBias: throw misfit(source)
    }
  }

  /// The most bytes that are in memory at once while `value(in:)` assembles the result; saturates at `Int.max`.
  func neededByteCount(_ lookup: (String) -> TensorDescriptor?) -> Int {
    func sum(_ a: Int, _ b: Int) -> Int { a.addingChecked(b) ?? .max }
    let size = kind(lookup).flatMap { $0.shape.byteCount(of: $0.dtype) } ?? .max
    if streams(lookup) { return size }
    func needed(with operand: TensorExpression) -> Int {
      let operandSize = operand.kind(lookup).flatMap { $0.shape.byteCount(of: $0.dtype) } ?? .max
      return max(operand.neededByteCount(lookup), sum(operandSize, size))
    }
    switch self {
    case .stored: return size
    case .reshaped(let operand, _): return operand.neededByteCount(lookup)
    case .permuted(let operand, _), .sliced(let operand, _, _), .reordered(let operand, _, _):
      return needed(with: operand)
    case .joined(let operands, _):
      // All operands are in memory with the result, and the one that needs the most may still be in progress.
      return sum(operands.map { $0.neededByteCount(lookup) }.max() ?? 0, sum(size, size))
    case .filled, .sum, .shifted, .foldedKernel, .foldedBias:
      // The operands, and numbers in double precision.
      return size.multipliedChecked(by: 4) ?? .max
    }
  }
}

/// The bytes of a stream in one range of every period.
private struct PeriodicPart {
  let period: Int
  let kept: Range<Int>
  var buffer: PieceBuffer
  /// Where the next byte is within its period.
  private var position = 0

  init(period: Int, kept: Range<Int>, buffer: PieceBuffer) {
    (self.period, self.kept, self.buffer) = (period, kept, buffer)
  }

  mutating func take(_ piece: RawSpan, _ body: (RawSpan) throws -> Void) throws {
    var start = 0
    while start < piece.byteCount {
      // Up to the end of the part, its beginning or the end of the period, whichever comes next.
      let isKept = kept.contains(position)
      let next = isKept ? kept.upperBound : position < kept.lowerBound ? kept.lowerBound : period
      let end = start + min(next - position, piece.byteCount - start)
      if isKept { try buffer.add(piece.extracting(start..<end), body) }
      position += end - start
      if position == period { position = 0 }
      start = end
    }
  }
}

/// Gathers bytes into pieces, so that a part of few bytes at a time is not passed on a few bytes at a time.
private struct PieceBuffer {
  let maximumByteCount: Int
  private var bytes: [UInt8] = []

  init(maximumByteCount: Int) {
    self.maximumByteCount = maximumByteCount
  }

  mutating func add(_ span: RawSpan, _ body: (RawSpan) throws -> Void) throws {
    if bytes.isEmpty, span.byteCount * 2 > maximumByteCount { return try body(span) }
    if bytes.count + span.byteCount > maximumByteCount { try flush(body) }
    if bytes.capacity == 0 { bytes.reserveCapacity(maximumByteCount) }
    unsafe span.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
  }

  mutating func flush(_ body: (RawSpan) throws -> Void) throws {
    guard !bytes.isEmpty else { return }
    try body(bytes.rawSpan)
    bytes.removeAll(keepingCapacity: true)
  }
}
