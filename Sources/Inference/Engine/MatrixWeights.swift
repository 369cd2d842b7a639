internal import Kernels
internal import Tensors

/// The weights of a layer that multiplies rows with a matrix, in the form that its kernel reads.
enum MatrixWeights: Sendable {
  case direct(DirectWeights)
  /// For products with few rows.
  case fixedPoint(FixedPointMatrix)

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
      let layout = PanelLayout(columnCount: columnCount)
      self = .direct(.packed(PackedMatrix(rows: collector.rows.span, depth: depth, layout: layout, bias: bias)))
    }
  }

  /// One column of the matrix, half a unit of its last place off at most where it has a fixed point.
  ///
  /// - Parameters:
  ///   - index: the column.
  ///   - columnCount: columns of the matrix.
  /// - Returns: `[depth]`.
  func column(_ index: Int, of columnCount: Int) -> [Float] {
    switch self {
    case .direct(.plain(let rows, _)): stride(from: index, to: rows.count, by: columnCount).map { rows[$0] }
    case .direct(.packed(let matrix)): matrix.column(index)
    case .fixedPoint(let matrix): matrix.column(index)
    }
  }

  /// The bias of one column.
  func bias(ofColumn index: Int) -> Float {
    switch self {
    case .direct(.plain(_, let bias)): bias[index]
    case .direct(.packed(let matrix)): matrix.bias(ofColumn: index)
    case .fixedPoint(let matrix): matrix.bias(ofColumn: index)
    }
  }

  /// Multiplies rows with the matrix and adds the bias.
  ///
  /// - Parameters:
  ///   - input: `[rowCount, depth]`.
  ///   - rowCount: rows of the input.
  ///   - output: `[rowCount, outputs]`.
  ///   - pool: whose threads share the work.
  func multiply(_ input: [Float], rowCount: Int, into output: inout MutableSpan<Float>, on pool: WorkerPool) {
    switch self {
    case .direct(.plain(let rows, let bias)):
      Dense.reference(input.span, rowCount: rowCount, weights: rows.span, bias: bias.span, output: &output)
    case .direct(.packed(let matrix)):
      Dense.run(input.span, rowCount: rowCount, weights: matrix, output: &output, on: pool)
    case .fixedPoint(let matrix):
      Dense.run(input.span, rowCount: rowCount, weights: matrix, output: &output, on: pool)
    }
  }
}
