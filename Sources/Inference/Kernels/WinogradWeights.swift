internal import CDecantKernels

/// A convolution's weights as Winograd's products need them: one packed matrix per position of a tile.
package final class WinogradWeights: Sendable {
  /// The transform that they are made for.
  package let transform: WinogradTransform
  /// Input channels.
  package let depth: Int
  /// Output channels.
  package let columnCount: Int
  /// `[position][panel][depth][16]`.
  let panels: AlignedFloats
  let bias: AlignedFloats

  /// The number of panels of 16 columns.
  package var panelCount: Int { (columnCount + PackedMatrix.panelWidth - 1) / PackedMatrix.panelWidth }

  /// Bytes that the transformed form takes.
  package var byteCount: Int { (panels.count + bias.count) * MemoryLayout<Float>.stride }

  /// Transforms filters, in double precision and rounded once.
  ///
  /// - Parameters:
  ///   - weights: `[kernel rows, kernel columns, depth, columnCount]`, row-major.
  ///   - depth: input channels.
  ///   - columnCount: output channels.
  ///   - scale: `[columnCount]`, multiplied into the columns; nil for none.
  ///   - bias: `[columnCount]`; nil for none.
  ///   - transform: how the convolution will be computed.
  ///   - variant: the kernels that transform them.
  /// - Precondition: counts match.
  package init(
    _ weights: Span<Float>, depth: Int, columnCount: Int, scale: [Float]? = nil, bias: [Float]? = nil,
    transform: WinogradTransform, variant: KernelVariant = .chosen
  ) {
    let tapCount = transform.isPlane ? transform.tapCount * transform.tapCount : transform.tapCount
    precondition(weights.count == tapCount * depth * columnCount, "weights do not fit the transform")
    precondition(scale?.count ?? columnCount == columnCount, "a scale has a value per column")
    precondition(bias?.count ?? columnCount == columnCount, "a bias has a value per column")
    self.transform = transform
    self.depth = depth
    self.columnCount = columnCount
    let panelCount = (columnCount + PackedMatrix.panelWidth - 1) / PackedMatrix.panelWidth
    var panels = AlignedFloats(count: transform.positionCount * panelCount * depth * PackedMatrix.panelWidth)
    let functions = unsafe variant.functions.pointee
    // Every pointer is valid for the call, and the counts were checked above.
    unsafe transform.withDescription { description in
      unsafe weights.withUnsafeBufferPointer { weights in
        unsafe panels.withUnsafeMutableBufferPointer { panels in
          if let scale {
            unsafe functions.winograd_filters(
              description, weights.baseAddress, depth, columnCount, scale, panels.baseAddress)
          } else {
            unsafe functions.winograd_filters(
              description, weights.baseAddress, depth, columnCount, nil, panels.baseAddress)
          }
        }
      }
    }
    self.panels = panels
    self.bias = AlignedFloats(bias, paddedTo: panelCount * PackedMatrix.panelWidth)
  }
}
