internal import Kernels
internal import Tensors

/// The weights of one layer, in the form that its algorithm reads.
enum LayerWeights: Sendable {
  /// `[depth, outputs]` row-major, and a bias; for the scalar kernels.
  case plain(rows: [Float], bias: [Float])
  /// For the fast kernels.
  case packed(PackedMatrix)
  /// For products with few rows.
  case fixedPoint(FixedPointMatrix)
  /// For Winograd's convolution.
  case transformed(WinogradWeights)
  /// For convolution on tiles of bf16 numbers.
  case split(SplitWeights)

  /// Reads a matrix straight into its form; it is never held twice.
  ///
  /// - Parameters:
  ///   - descriptor: the tensor.
  ///   - depth: rows; the caller has checked both extents against the tensor.
  ///   - layout: columns, and how to cut them for the fast kernels.
  ///   - scale: `[columnCount]`, multiplied into the columns; nil for none.
  ///   - bias: `[columnCount]`; nil for none.
  ///   - isPacked: whether the fast kernels will read it.
  ///   - reader: reads the tensor.
  /// - Throws: what the reader throws.
  init(
    reading descriptor: TensorDescriptor, depth: Int, layout: PanelLayout, scale: [Float]? = nil, bias: [Float]? = nil,
    isPacked: Bool, from reader: FloatReader
  ) throws {
    if isPacked {
      var packer = PackedMatrix.Packer(depth: depth, layout: layout, scale: scale)
      try reader.read(descriptor) { packer.append($0) }
      self = .packed(PackedMatrix(packer, bias: bias))
    } else {
      let columnCount = layout.columnCount
      var rows = try reader.floats(descriptor)
      if let scale {
        for index in rows.indices { rows[index] *= scale[index % columnCount] }
      }
      self = .plain(rows: rows, bias: bias ?? Array(repeating: 0, count: columnCount))
    }
  }

  /// Reads a convolution's weights, which are transformed whole.
  ///
  /// - Parameters: as above, and how the convolution will be computed.
  /// - Throws: what the reader throws.
  init(
    reading descriptor: TensorDescriptor, depth: Int, layout: PanelLayout, scale: [Float]?, bias: [Float]?,
    transform: WinogradTransform, from reader: FloatReader
  ) throws {
    let weights = try reader.floats(descriptor)
    self = .transformed(
      WinogradWeights(
        weights.span, depth: depth, layout: layout, scale: scale, bias: bias, transform: transform))
  }

  /// Reads a convolution's weights, which are split whole.
  ///
  /// - Parameters: as above, and
  ///   - window: the convolution's.
  ///   - terms: of how many products its products will be made.
  /// - Throws: what the reader throws.
  init(
    reading descriptor: TensorDescriptor, window: Window, depth: Int, columnCount: Int, scale: [Float]?, bias: [Float]?,
    terms: SplitTerms, from reader: FloatReader
  ) throws {
    let weights = try reader.floats(descriptor)
    self = .split(
      SplitWeights(
        weights.span, window: window, depth: depth, columnCount: columnCount, scale: scale, bias: bias, terms: terms))
  }

  /// The packed matrix.
  ///
  /// - Precondition: that is its form; the plan gives such steps to no other.
  var matrix: PackedMatrix {
    guard case .packed(let matrix) = self else { preconditionFailure("the weights are not packed") }
    return matrix
  }

  /// The split weights.
  ///
  /// - Precondition: that is their form; the plan gives such steps to no other.
  var split: SplitWeights {
    guard case .split(let weights) = self else { preconditionFailure("the weights are not split") }
    return weights
  }

  /// The weights as what a finishing average needs.
  ///
  /// - Precondition: they are packed or split; the plan gives such steps to no other.
  var biased: any BiasedWeights {
    switch self {
    case .packed(let matrix): matrix
    case .split(let weights): weights
    case .plain, .fixedPoint, .transformed: preconditionFailure("the weights are not those of a 1x1 convolution")
    }
  }

  /// One column of the matrix. If the matrix is in fixed point, values are off by at most half a unit in the last
  /// place.
  ///
  /// - Parameters:
  ///   - index: the column.
  ///   - columnCount: columns of the matrix.
  /// - Returns: `[depth]`.
  /// - Precondition: the weights are those of a matrix; only convolutions are transformed or split.
  func column(_ index: Int, of columnCount: Int) -> [Float] {
    switch self {
    case .plain(let rows, _): stride(from: index, to: rows.count, by: columnCount).map { rows[$0] }
    case .packed(let matrix): matrix.column(index)
    case .fixedPoint(let matrix): matrix.column(index)
    case .transformed, .split: preconditionFailure("only convolutions are transformed or split")
    }
  }

  /// The bias of one column.
  ///
  /// - Precondition: the weights are those of a matrix; only convolutions are transformed or split.
  func bias(ofColumn index: Int) -> Float {
    switch self {
    case .plain(_, let bias): bias[index]
    case .packed(let matrix): matrix.bias(ofColumn: index)
    case .fixedPoint(let matrix): matrix.bias(ofColumn: index)
    case .transformed, .split: preconditionFailure("only convolutions are transformed or split")
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
    case .plain(let rows, let bias):
      Dense.reference(input.span, rowCount: rowCount, weights: rows.span, bias: bias.span, output: &output)
    case .packed(let matrix): Dense.run(input.span, rowCount: rowCount, weights: matrix, output: &output, on: pool)
    case .fixedPoint(let matrix): Dense.run(input.span, rowCount: rowCount, weights: matrix, output: &output, on: pool)
    case .transformed, .split: preconditionFailure("only convolutions are transformed or split")
    }
  }

  /// Convolves maps with the weights, adds the bias and applies ReLU.
  func convolve(
    _ input: Span<Float>, _ inputLayout: MapLayout, window: Window,
    into output: inout MutableSpan<Float>, _ outputLayout: MapLayout, scratch: inout MutableSpan<Float>,
    on pool: WorkerPool
  ) {
    switch self {
    case .plain(let rows, let bias):
      Conv2D.reference(
        input, inputLayout, window: window, weights: rows.span, bias: bias.span, rectifies: true,
        output: &output, outputLayout)
    case .packed(let matrix):
      Conv2D.run(
        input, inputLayout, window: window, weights: matrix, rectifies: true, output: &output, outputLayout, on: pool)
    case .transformed(let weights):
      Conv2D.winograd(
        input, inputLayout, window: window, weights: weights, rectifies: true, output: &output, outputLayout,
        scratch: &scratch, on: pool)
    case .split(let weights):
      Conv2D.split(
        input, inputLayout, window: window, weights: weights, rectifies: true, output: &output, outputLayout,
        scratch: &scratch, on: pool)
    case .fixedPoint: preconditionFailure("convolutions have no fixed point")
    }
  }
}
