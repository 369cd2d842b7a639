internal import CDecantKernels

/// A convolution's weights as Winograd's products need them: one packed matrix per position of a tile.
package final class WinogradWeights: Sendable {
  /// The transform that they are made for.
  package let transform: WinogradTransform
  /// Input channels.
  package let depth: Int
  /// How the output channels are cut.
  package let layout: PanelLayout
  /// The panels of one position after those of another.
  let panels: AlignedFloats
  let bias: AlignedFloats

  /// Output channels.
  package var columnCount: Int { layout.columnCount }

  /// Bytes that the transformed form takes.
  package var byteCount: Int { (panels.count + bias.count) * MemoryLayout<Float>.stride }

  /// Transforms filters, in double precision and rounded once.
  ///
  /// - Parameters:
  ///   - weights: `[kernel rows, kernel columns, depth, columnCount]`, row-major.
  ///   - depth: input channels.
  ///   - layout: how to cut the output channels.
  ///   - scale: `[columnCount]`, multiplied into the columns; nil for none.
  ///   - bias: `[columnCount]`; nil for none.
  ///   - transform: how the convolution will be computed.
  ///   - variant: the kernels that transform them.
  /// - Precondition: counts match.
  package init(
    _ weights: Span<Float>, depth: Int, layout: PanelLayout, scale: [Float]? = nil, bias: [Float]? = nil,
    transform: WinogradTransform, variant: KernelVariant = .chosen
  ) {
    let tapCount = transform.isPlane ? transform.tapCount * transform.tapCount : transform.tapCount
    let columnCount = layout.columnCount
    precondition(weights.count == tapCount * depth * columnCount, "weights do not fit the transform")
    precondition(scale?.count ?? columnCount == columnCount, "a scale has a value per column")
    precondition(bias?.count ?? columnCount == columnCount, "a bias has a value per column")
    self.transform = transform
    self.depth = depth
    self.layout = layout
    var panels = AlignedFloats(count: transform.positionCount * layout.paddedCount * depth)
    let functions = unsafe variant.functions.pointee
    // Every pointer is valid for the call, and the counts were checked above.
    unsafe transform.withDescription { description in
      unsafe weights.withUnsafeBufferPointer { weights in
        unsafe panels.withUnsafeMutableBufferPointer { panels in
          if let scale {
            unsafe functions.winograd_filters(
              description, weights.baseAddress, depth, columnCount, scale, layout.panelColumns, panels.baseAddress)
          } else {
            unsafe functions.winograd_filters(
              description, weights.baseAddress, depth, columnCount, nil, layout.panelColumns, panels.baseAddress)
          }
        }
      }
    }
    self.panels = panels
    self.bias = AlignedFloats(bias, paddedTo: layout.paddedCount)
  }
}
