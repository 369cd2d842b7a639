internal import CDecantKernels

/// A matrix of weights with its bias, in the order in which a tile reads them.
///
/// Columns are cut into panels, so that one step of the reduction reads whole cache lines that follow each other. For a convolution the
/// rows are kernel rows, kernel columns, input channels, as in HWIO.
package final class PackedMatrix: Sendable {
  /// Rows: the length of the reduction.
  package let depth: Int
  /// How the columns, one for each output, are cut.
  package let layout: PanelLayout
  let panels: AlignedFloats
  let bias: AlignedFloats

  /// Columns: outputs.
  package var columnCount: Int { layout.columnCount }

  /// Bytes that the packed form takes.
  package var byteCount: Int { (panels.count + bias.count) * MemoryLayout<Float>.stride }

  /// Packs a whole matrix.
  ///
  /// - Parameters:
  ///   - rows: `[depth, columnCount]`, row-major.
  ///   - depth: rows.
  ///   - layout: how to cut the columns.
  ///   - bias: `[columnCount]`; nil for none.
  /// - Precondition: counts match.
  package convenience init(rows: Span<Float>, depth: Int, layout: PanelLayout, bias: [Float]? = nil) {
    var packer = Packer(depth: depth, layout: layout)
    unsafe rows.withUnsafeBytes { bytes in
      _ = unsafe packer.append(RawSpan(_unsafeBytes: bytes))
    }
    self.init(packer, bias: bias)
  }

  /// Makes a matrix of what a packer took.
  ///
  /// - Precondition: the packer got all rows; `bias` has a value per column.
  package init(_ packer: consuming Packer, bias: [Float]? = nil) {
    precondition(packer.isComplete, "rows are missing")
    precondition(bias.map { $0.count == packer.layout.columnCount } ?? true, "a bias has a value per column")
    depth = packer.depth
    layout = packer.layout
    self.bias = AlignedFloats(bias, paddedTo: layout.paddedCount)
    panels = packer.panels
  }

  /// Packs rows as they come from a file, so that a matrix is never held twice.
  package struct Packer: ~Copyable {
    package let depth: Int
    package let layout: PanelLayout
    private let scale: [Float]?
    fileprivate var panels: AlignedFloats
    private var rowCount = 0
    /// The beginning of a row whose end is in the next piece.
    private var partialRow: [UInt8] = []

    /// Starts with no rows.
    ///
    /// - Parameters:
    ///   - depth: rows of the matrix.
    ///   - layout: how to cut the columns.
    ///   - scale: `[columnCount]`, multiplied into the columns; nil for none.
    package init(depth: Int, layout: PanelLayout, scale: [Float]? = nil) {
      precondition(depth > 0, "a matrix has rows")
      precondition(scale.map { $0.count == layout.columnCount } ?? true, "a scale has a value per column")
      self.depth = depth
      self.layout = layout
      self.scale = scale
      panels = AlignedFloats(count: layout.paddedCount * depth)
    }

    /// Whether all rows have come.
    package var isComplete: Bool { rowCount == depth && partialRow.isEmpty }

    /// Takes the next bytes of the matrix: float32 in the machine's order, row-major, cut anywhere.
    ///
    /// - Returns: whether the bytes fit; where they do not, nothing is taken.
    @discardableResult
    package mutating func append(_ bytes: RawSpan) -> Bool {
      let rowByteCount = layout.columnCount * MemoryLayout<Float>.stride
      guard bytes.byteCount <= (depth - rowCount) * rowByteCount - partialRow.count else { return false }
      var start = 0
      if !partialRow.isEmpty {
        start = min(rowByteCount - partialRow.count, bytes.byteCount)
        unsafe bytes.extracting(0..<start).withUnsafeBytes { unsafe partialRow.append(contentsOf: $0) }
        guard partialRow.count == rowByteCount else { return true }
        let row = partialRow
        unsafe row.withUnsafeBytes { unsafe pack($0, rowCount: 1) }
        partialRow.removeAll(keepingCapacity: true)
      }
      let wholeCount = (bytes.byteCount - start) / rowByteCount
      let end = start + wholeCount * rowByteCount
      unsafe bytes.extracting(start..<end).withUnsafeBytes { unsafe pack($0, rowCount: wholeCount) }
      unsafe bytes.extracting(end..<bytes.byteCount).withUnsafeBytes { unsafe partialRow.append(contentsOf: $0) }
      return true
    }

    /// `bytes` holds that many rows, and as many are still missing; the caller checked.
    private mutating func pack(_ bytes: UnsafeRawBufferPointer, rowCount count: Int) {
      guard count > 0, let start = bytes.baseAddress else { return }
      let (firstRow, depth, layout, scale) = (rowCount, depth, layout, scale)
      var span = panels.mutableSpan
      unsafe span.withUnsafeMutableBufferPointer { panels in
        if let scale {
          unsafe decant_pack_rows(
            start, count, layout.columnCount, scale, firstRow, depth, layout.panelColumns, panels.baseAddress)
        } else {
          unsafe decant_pack_rows(
            start, count, layout.columnCount, nil, firstRow, depth, layout.panelColumns, panels.baseAddress)
        }
      }
      rowCount += count
    }
  }
}
