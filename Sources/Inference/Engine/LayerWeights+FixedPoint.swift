internal import Kernels
internal import Tensors

extension LayerWeights {
  /// Reads a matrix that few rows are multiplied with, which is rounded to 24 bits so that there is less to read from memory.
  ///
  /// One with weights that are infinite or not numbers has no such form and is packed as it is.
  ///
  /// - Parameters:
  ///   - descriptor: the tensor.
  ///   - depth: rows; the caller has checked both extents against the tensor.
  ///   - columnCount: columns.
  ///   - bias: `[columnCount]`.
  ///   - reader: reads the tensor.
  /// - Throws: what the reader throws.
  init(
    rounding descriptor: TensorDescriptor, depth: Int, columnCount: Int, bias: [Float], from reader: FloatReader
  ) throws {
    var collector = FixedPointMatrix.Collector(depth: depth, columnCount: columnCount)
    try reader.read(descriptor) { collector.append($0) }
    if let matrix = FixedPointMatrix(collector, bias: bias) {
      self = .fixedPoint(matrix)
    } else {
      self = .packed(
        PackedMatrix(
          rows: collector.rows.span, depth: depth, layout: PanelLayout(columnCount: columnCount), bias: bias))
    }
  }
}
