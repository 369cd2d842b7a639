internal import Kernels
internal import Tensors

/// Weights that are multiplied as they are, neither transformed nor split nor rounded.
enum DirectWeights: Sendable {
  /// `[depth, outputs]` row-major, and a bias; for the scalar kernels.
  case plain(rows: [Float], bias: [Float])
  /// For the fast kernels.
  case packed(PackedMatrix)

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
}
