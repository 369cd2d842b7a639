internal import CDecantKernels

/// A convolution's weights as tiles of bf16 numbers, for `Conv2D.split`.
package final class SplitWeights: Sendable {
  /// The window that they are packed for.
  package let window: Window
  /// Input channels.
  package let depth: Int
  /// Output channels.
  package let columnCount: Int
  /// Of how many products those with them are made.
  package let terms: SplitTerms
  let runs: SplitRuns
  /// `[column block][run][depth block][part][2][16][16][2]`, two numbers in the place of a float.
  let blocks: AlignedFloats
  /// Zeros after the last column.
  let bias: AlignedFloats

  /// Columns of a block.
  package static let blockWidth = Int(DECANT_SPLIT_COLUMNS)

  /// Blocks of 32 columns, which are its panels.
  package var panelCount: Int { (columnCount + Self.blockWidth - 1) / Self.blockWidth }

  /// Numbers of a panel.
  var panelValueCount: Int {
    runs.count * runs.blockCount * terms.partCount * 2 * Int(DECANT_SPLIT_TILE_VALUES)
  }

  /// Bytes that the packed form takes.
  package var byteCount: Int { (blocks.count + bias.count) * MemoryLayout<Float>.stride }

  /// Splits and packs weights.
  ///
  /// - Parameters:
  ///   - weights: `[kernel rows, kernel columns, depth, columnCount]`, row-major.
  ///   - window: the window that they belong to.
  ///   - depth: input channels.
  ///   - columnCount: output channels.
  ///   - scale: `[columnCount]`, multiplied into the columns before they are split; nil for none.
  ///   - bias: `[columnCount]`; nil for none.
  ///   - terms: of how many products those with them will be made.
  ///   - variant: the kernels that split them.
  /// - Precondition: counts match.
  package init(
    _ weights: Span<Float>, window: Window, depth: Int, columnCount: Int, scale: [Float]? = nil, bias: [Float]? = nil,
    terms: SplitTerms, variant: KernelVariant = .chosen
  ) {
    precondition(depth > 0 && columnCount > 0, "a convolution has channels")
    precondition(weights.count == window.tapCount * depth * columnCount, "weights do not fit the window")
    precondition(scale?.count ?? columnCount == columnCount, "a scale has a value per column")
    precondition(bias?.count ?? columnCount == columnCount, "a bias has a value per column")
    (self.window, self.depth, self.columnCount, self.terms) = (window, depth, columnCount, terms)
    let runs = SplitRuns(window, channels: depth)
    self.runs = runs
    let blockCount = (columnCount + Self.blockWidth - 1) / Self.blockWidth
    // Two numbers are as large as a float.
    var blocks = AlignedFloats(
      count: blockCount * runs.count * runs.blockCount * terms.partCount * Int(DECANT_SPLIT_TILE_VALUES))
    let pack: (UnsafePointer<Float>?, UnsafePointer<Float>?, UnsafeMutableRawPointer) -> Void = { rows, scale, blocks in
      // Memory from `AlignedFloats` that nothing reads as floats.
      unsafe variant.split.pointee.pack(
        rows, runs.count, runs.depth, columnCount, scale, terms.partCount,
        blocks.assumingMemoryBound(to: UInt16.self))
    }
    // Every pointer is valid for the call, and the counts were checked above.
    unsafe weights.withUnsafeBufferPointer { weights in
      unsafe blocks.withUnsafeMutableBufferPointer { blocks in
        guard let start = blocks.baseAddress else { return }
        if let scale {
          unsafe scale.withUnsafeBufferPointer { unsafe pack(weights.baseAddress, $0.baseAddress, start) }
        } else {
          unsafe pack(weights.baseAddress, nil, start)
        }
      }
    }
    self.blocks = blocks
    self.bias = AlignedFloats(bias, paddedTo: blockCount * Self.blockWidth)
  }
}
