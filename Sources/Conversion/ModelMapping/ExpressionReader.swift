internal import Bytes
internal import Messages
internal import Synchronization
internal import Tensors
internal import Threads

/// Reads what an expression makes of a source's tensors: in pieces, in bounded memory, in one pass over each tensor.
struct ExpressionReader {
  /// The source of the tensors.
  let source: any TensorSource
  /// What elements may take that come in one order and are needed in another.
  let room: LayoutRoom
  /// Tensors that need not be verified again.
  let verified: VerifiedTensors

  /// Bytes that are read at a time, if nobody asks for less.
  private static let pieceByteCount = 1 << 18

  /// Passes on the elements in order, in pieces that end at an element's end; perhaps none if there are no elements.
  ///
  /// - Throws: what the source throws, what `body` throws, `MappingError` if tensors are missing, do not fit, or have
  ///   another length than declared, and `FileError` if there is no room for what must be kept.
  func read(
    _ expression: TensorExpression, maximumByteCount: Int, _ body: (RawSpan) throws -> Void
  ) throws {
    switch expression {
    case .stored(let name):
      try source.read(source.requireDescriptor(named: name), maximumByteCount: maximumByteCount, body)
    case .reshaped(let operand, _): try read(operand, maximumByteCount: maximumByteCount, body)
    case .permuted(let operand, let axes):
      let layout = try layout(of: operand)
      let permutation = AxisPermutation(layout.dimensions, axes: axes, width: layout.width)
      if permutation.isIdentity { return try read(operand, maximumByteCount: maximumByteCount, body) }
      var strips = try StripPermutation(permutation, room: room, for: path(expression))
      let pieceByteCount = layout.pieceByteCount(maximumByteCount)
      func pass(_ strip: borrowing [UInt8], _ count: Int) throws {
        for start in stride(from: 0, to: count, by: pieceByteCount) {
          try body(strip.rawSpan.extracting(start..<min(count, start + pieceByteCount)))
        }
      }
      if strips.wantsPlace, let place = try place(of: operand, permutation), strips.canRead(place) {
        return try verifying(operand) { try strips.read(place, pass) }
      }
      try readAll(operand, layout) { try strips.take($0, pass) }
      try strips.finish(pass)
    case .sliced(let operand, let axis, let range):
      let layout = try layout(of: operand)
      let rowByteCount = layout.byteCount(after: axis)
      var part = PeriodicPart(
        period: rowByteCount * layout.dimensions[axis],
        kept: rowByteCount * range.lowerBound..<rowByteCount * range.upperBound,
        buffer: PieceBuffer(maximumByteCount: layout.pieceByteCount(maximumByteCount)))
      // Read to the end even after the part, or its checksum would not be verified.
      try read(operand, maximumByteCount: maximumByteCount) { try part.take($0, body) }
      try part.buffer.flush(body)
    case .joined(let operands, let axis):
      try join(operands, axis, expression, maximumByteCount: maximumByteCount, body)
    case .reordered(let operand, let axis, let blocks):
      try reorder(operand, axis, blocks, expression, maximumByteCount: maximumByteCount, body)
    case .constant(let numbers, _, _):
      try repeatConstant(numbers, expression, maximumByteCount: maximumByteCount, body)
    case .filled, .sum, .shifted, .foldedKernel, .foldedBias:
      try compute(expression, maximumByteCount: maximumByteCount, body)
    }
  }

  // MARK: - Elements that move

  /// Operands one after the other along an axis.
  private func join(
    _ operands: [TensorExpression], _ axis: Int, _ expression: TensorExpression, maximumByteCount: Int,
    _ body: (RawSpan) throws -> Void
  ) throws {
    let layouts = try operands.map(layout)
    guard let first = layouts.first else { throw misfit(expression) }
    let outerCount = first.dimensions[..<axis].reduce(1, *)
    if outerCount == 1 {
      for operand in operands { try read(operand, maximumByteCount: maximumByteCount, body) }
      return
    }
    let store = try ElementStore(
      byteCount: try layout(of: expression).byteCount, room: room, for: path(expression))
    var cursors: [(cursor: ElementStore.Cursor, rowByteCount: Int)] = []
    // A multiple of every width.
    let aheadByteCount = max(1 << 12, min(1 << 20, room.byteCount / operands.count)) / 16 * 16
    for (operand, layout) in zip(operands, layouts) {
      let start = store.filled
      try readAll(operand, layout, store.append)
      cursors.append(
        (.init(store, start..<store.filled, aheadByteCount: aheadByteCount), layout.byteCount(after: axis - 1)))
    }
    var pieces = PieceBuffer(maximumByteCount: first.pieceByteCount(maximumByteCount))
    for _ in 0..<outerCount {
      for index in cursors.indices {
        try cursors[index].cursor.pass(cursors[index].rowByteCount) { try pieces.add($0, body) }
      }
    }
    try pieces.flush(body)
  }

  /// Equal blocks of an axis in another order.
  private func reorder(
    _ operand: TensorExpression, _ axis: Int, _ blocks: [Int], _ expression: TensorExpression, maximumByteCount: Int,
    _ body: (RawSpan) throws -> Void
  ) throws {
    let layout = try layout(of: operand)
    if blocks == Array(blocks.indices) || layout.byteCount == 0 {
      return try read(operand, maximumByteCount: maximumByteCount, body)
    }
    let period = layout.dimensions[axis] * layout.byteCount(after: axis)
    let blockByteCount = period / blocks.count
    var pieces = PieceBuffer(maximumByteCount: layout.pieceByteCount(maximumByteCount))
    if period <= room.byteCount {
      // One period after the other.
      var whole = try LayoutRoom.allocate(period, for: path(expression))
      var filled = 0
      try readAll(operand, layout) { piece in
        var start = 0
        while start < piece.byteCount {
          let count = min(period - filled, piece.byteCount - start)
          whole.replace(at: filled, with: piece.extracting(start..<start + count))
          filled += count
          start += count
          guard filled == period else { continue }
          filled = 0
          for block in blocks {
            try pieces.add(whole.rawSpan.extracting(block * blockByteCount..<(block + 1) * blockByteCount), body)
          }
        }
      }
    } else {
      let store = try ElementStore(byteCount: layout.byteCount, room: room, for: path(expression))
      try readAll(operand, layout, store.append)
      var buffer = [UInt8](repeating: 0, count: Self.pieceByteCount)
      for start in stride(from: 0, to: layout.byteCount, by: period) {
        for block in blocks {
          let first = start + block * blockByteCount
          try store.read(first..<first + blockByteCount, through: &buffer) { try pieces.add($0, body) }
        }
      }
    }
    try pieces.flush(body)
  }

  // MARK: - Elements that are computed

  /// One number for all elements, or a number for each.
  private func repeatConstant(
    _ numbers: [Double], _ expression: TensorExpression, maximumByteCount: Int, _ body: (RawSpan) throws -> Void
  ) throws {
    let layout = try layout(of: expression)
    let bytes: [UInt8]
    if let format = FloatFormat(layout.dtype) {
      bytes = format.bytes(of: numbers)
    } else {
      let integers = numbers.compactMap { Int64(exactly: $0) }
      guard integers.count == numbers.count, layout.width <= 8 else { throw misfit(expression) }
      bytes = integers.flatMap { integer in (0..<layout.width).map { UInt8(truncatingIfNeeded: integer >> (8 * $0)) } }
    }
    guard bytes.count < layout.byteCount else {
      guard layout.byteCount > 0 else { return }
      return try bytes.forEachPiece(of: layout.dtype, maximumByteCount: maximumByteCount, body)
    }
    let piece = Array(
      repeatElement(bytes, count: max(1, min(maximumByteCount, layout.byteCount) / bytes.count)).joined())
    for start in stride(from: 0, to: layout.byteCount, by: piece.count) {
      try body(piece.rawSpan.extracting(first: min(piece.count, layout.byteCount - start)))
    }
  }

  private func compute(
    _ expression: TensorExpression, maximumByteCount: Int, _ body: (RawSpan) throws -> Void
  ) throws {
    let layout = try layout(of: expression)
    guard let format = FloatFormat(layout.dtype) else { throw misfit(expression) }
    let maximumByteCount = min(layout.pieceByteCount(maximumByteCount), Self.pieceByteCount)
    /// Passes on numbers that are computed from the operand's, given with the index of the first of them.
    func map(
      _ operand: TensorExpression, _ change: (_ numbers: inout [Double], _ first: Int) throws -> Void
    ) throws {
      var first = 0
      try readAll(operand, try self.layout(of: operand), maximumByteCount: maximumByteCount) { piece in
        var numbers = format.numbers(in: piece)
        try change(&numbers, first)
        first += numbers.count
        try body(format.bytes(of: numbers).rawSpan)
      }
    }
    switch expression {
    case .filled(let number, _):
      let count = layout.byteCount / layout.width
      let piece = format.bytes(of: [Double](repeating: number, count: min(count, maximumByteCount / layout.width)))
      for start in stride(from: 0, to: layout.byteCount, by: max(1, piece.count)) {
        try body(piece.rawSpan.extracting(first: min(piece.count, layout.byteCount - start)))
      }
    case .sum(let left, let right):
      let store = try ElementStore(byteCount: layout.byteCount, room: room, for: path(expression))
      try readAll(right, layout, store.append)
      var buffer = [UInt8](repeating: 0, count: maximumByteCount)
      try map(left) { numbers, first in
        let byteCount = numbers.count * layout.width
        try store.read(at: first * layout.width, count: byteCount, into: &buffer)
        for (index, other) in format.numbers(in: buffer.rawSpan.extracting(first: byteCount)).enumerated() {
          numbers[index] += other
        }
      }
    case .shifted(let operand, let number, let block, let count):
      let extent = layout.dimensions[0] / count
      try map(operand) { numbers, first in
        let shifted = (block * extent..<(block + 1) * extent).clamped(to: first..<first + numbers.count)
        for index in shifted { numbers[index - first] += number }
      }
    case .foldedKernel(let weights, let names):
      let scale = try FoldedNormalization(names, in: source).scale
      guard scale.count == layout.dimensions.last else { throw misfit(expression) }
      try map(.stored(weights)) { numbers, first in
        // Rounded as the engine does when it folds, so that both give the same bits.
        for index in numbers.indices {
          numbers[index] = Double(Float(numbers[index]) * scale[(first + index) % scale.count])
        }
      }
    case .foldedBias(let names):
      let bias = format.bytes(of: try FoldedNormalization(names, in: source).bias.map(Double.init))
      try bias.forEachPiece(of: layout.dtype, maximumByteCount: maximumByteCount, body)
    case .stored, .constant, .reshaped, .permuted, .sliced, .joined, .reordered: throw misfit(expression)
    }
  }

  // MARK: - Operands

  /// What is known of a tensor of fixed-width elements.
  private struct Layout {
    let dtype: DType
    let dimensions: [Int]
    let width: Int
    let byteCount: Int

    /// The bytes that one step on an axis skips; of axis -1, all.
    func byteCount(after axis: Int) -> Int { dimensions[(axis + 1)...].reduce(width, *) }

    /// The most bytes of a piece that ends at an element's end.
    func pieceByteCount(_ maximum: Int) -> Int { max(width, maximum / width * width) }
  }

  private func layout(of expression: TensorExpression) throws -> Layout {
    guard let kind = expression.kind({ source.descriptor(named: $0) }), let width = kind.dtype.byteCount,
      let byteCount = kind.shape.byteCount(of: kind.dtype)
    else { throw misfit(expression) }
    return Layout(dtype: kind.dtype, dimensions: kind.shape.dimensions, width: width, byteCount: byteCount)
  }

  /// Passes on exactly the declared elements of an operand.
  private func readAll(
    _ operand: TensorExpression, _ layout: Layout, maximumByteCount: Int = pieceByteCount,
    _ body: (RawSpan) throws -> Void
  ) throws {
    var rest = layout.byteCount
    try read(operand, maximumByteCount: maximumByteCount) { piece in
      guard piece.byteCount <= rest else { throw misfit(operand) }
      rest -= piece.byteCount
      try body(piece)
    }
    guard rest == 0 else { throw misfit(operand) }
  }

  /// Where an operand's elements are in a file, on the axes of a permutation; nil if that is not known.
  private func place(of operand: TensorExpression, _ permutation: AxisPermutation) throws -> StripPermutation.Place? {
    var (stored, offset) = (operand, 0)
    var strides = StripPermutation.packedStrides(permutation.dimensions, width: permutation.width)
    if case .sliced(let whole, let axis, let range) = operand {
      let layout = try layout(of: whole)
      // Axes that the permutation treats as one may not be one in the whole tensor.
      guard permutation.dimensions == (try self.layout(of: operand).dimensions) else { return nil }
      strides = StripPermutation.packedStrides(layout.dimensions, width: layout.width)
      (stored, offset) = (whole, range.lowerBound * strides[axis])
    }
    guard let name = stored.reshapedTensor,
      let elements = try source.placeOfElements(of: source.requireDescriptor(named: name))
    else { return nil }
    return StripPermutation.Place(
      elements: StoredElements(elements.file, at: elements.offset + offset), strides: strides)
  }

  /// Verifies an operand's checksum, if the source has checksums, while its elements are read in another order.
  private func verifying(_ operand: TensorExpression, _ body: () throws -> Void) throws {
    guard source.hasChecksums, !verified.contains(operand.inputs) else { return try body() }
    let layout = try layout(of: operand)
    let verification = BackgroundTask { isCancelled in
      try readAll(operand, layout) { _ in if isCancelled() { throw CancellationError() } }
    }
    do {
      try body()
    } catch {
      verification.cancel()
      throw error
    }
    try verification.wait()
    verified.insert(operand.inputs)
  }

  private func path(_ expression: TensorExpression) -> String {
    source.files.first?.path ?? expression.inputs.first ?? ""
  }

  private func misfit(_ expression: TensorExpression) -> MappingError {
    MappingError(.doesNotFit, file: source.files.first?.path, tensor: expression.inputs.first ?? "")
  }
}

/// Tensors whose checksums were verified, so that a thousand parts of one do not need a thousand passes over it.
final class VerifiedTensors: Sendable {
  private let names = Mutex<Set<ByteString>>([])

  /// Whether all of these were verified.
  func contains(_ tensors: [String]) -> Bool { names.withLock { $0.isSuperset(of: tensors.map { ByteString($0) }) } }

  /// Notes that these were verified.
  func insert(_ tensors: [String]) { names.withLock { $0.formUnion(tensors.map { ByteString($0) }) } }
}
