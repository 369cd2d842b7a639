internal import CDecantKernels

/// A matrix of weights in 24 bits, with its bias: three quarters of the bytes of a `PackedMatrix`.
///
/// A product with few rows takes as long as its weights take to come from memory, so what counts are bytes. Every column has a unit, a power
/// of two, and its weights are whole numbers of that unit below 2^23: the largest are rounded by a bit and others by less than float32
/// rounds sums with them. Weights of 16 bits of any kind remain as they are unless they are much smaller than their column's largest.
///
/// Panels have 16 columns; `fixed_point_weights` in CDecantKernels.h says where a weight's bytes are.
package final class FixedPointMatrix: Sendable {
  /// Rows: the length of the reduction.
  package let depth: Int
  /// Columns: outputs.
  package let columnCount: Int
  /// Groups of four depths and 16 columns, 192 bytes each, in memory of floats.
  let panels: AlignedFloats
  /// `[panelCount][16]`: a 256th of a column's unit.
  let scale: AlignedFloats
  let bias: AlignedFloats

  /// Columns of a panel.
  static let panelWidth = Int(DECANT_FIXED_COLUMNS)

  /// The number of panels.
  package var panelCount: Int { (columnCount + Self.panelWidth - 1) / Self.panelWidth }

  /// Bytes that the packed form takes.
  package var byteCount: Int { (panels.count + scale.count + bias.count) * MemoryLayout<Float>.stride }

  /// Floats that a panel takes the memory of.
  var panelStride: Int { panels.count / panelCount }

  /// Rounds a whole matrix; nil if a weight is infinite or not a number.
  ///
  /// - Parameters:
  ///   - rows: `[depth, columnCount]`, row-major.
  ///   - depth: rows.
  ///   - columnCount: columns.
  ///   - bias: `[columnCount]`; nil for none.
  ///   - variant: the kernels that round; all give the same.
  /// - Precondition: counts match.
  package convenience init?(
    rows: Span<Float>, depth: Int, columnCount: Int, bias: [Float]? = nil, variant: KernelVariant = .chosen
  ) {
    var collector = Collector(depth: depth, columnCount: columnCount)
    unsafe rows.withUnsafeBytes { bytes in
      _ = unsafe collector.append(RawSpan(_unsafeBytes: bytes))
    }
    self.init(collector, bias: bias, variant: variant)
  }

  /// Rounds the rows that a collector took; nil if a weight is infinite or not a number.
  ///
  /// - Precondition: the collector got all rows; `bias` has a value per column.
  package init?(
    _ collector: borrowing Collector, bias: [Float]? = nil, variant: KernelVariant = .chosen
  ) {
    precondition(collector.isComplete, "rows are missing")
    precondition(bias.map { $0.count == collector.columnCount } ?? true, "a bias has a value per column")
    guard collector.isFinite else { return nil }
    (depth, columnCount) = (collector.depth, collector.columnCount)
    let panelCount = (columnCount + Self.panelWidth - 1) / Self.panelWidth
    let groupsPerPanel = (depth + Int(DECANT_FIXED_DEPTHS) - 1) / Int(DECANT_FIXED_DEPTHS)
    let floatsPerGroup = Int(DECANT_FIXED_GROUP_BYTES) / MemoryLayout<Float>.stride
    self.bias = AlignedFloats(bias, paddedTo: panelCount * Self.panelWidth)
    var panels = AlignedFloats(count: panelCount * groupsPerPanel * floatsPerGroup)
    var scale = AlignedFloats(count: panelCount * Self.panelWidth)
    let (depth, columnCount) = (depth, columnCount)
    // The memory was just made for this depth and this number of columns.
    unsafe panels.withUnsafeMutableBufferPointer { panels in
      unsafe scale.withUnsafeMutableBufferPointer { scale in
        unsafe variant.functions.pointee.fixed_point_weights(
          collector.rows.start, depth, columnCount, collector.magnitudes, panels.baseAddress, scale.baseAddress)
      }
    }
    self.panels = panels
    self.scale = scale
  }
}
