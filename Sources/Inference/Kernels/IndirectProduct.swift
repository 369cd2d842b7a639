internal import CDecantKernels

/// A matrix product whose left rows are found through pointers: what convolutions and dense layers come down to.
///
/// Several matrices may be multiplied with the same rows, each into an output of its own. The output is cut into blocks of rows times
/// groups of panels. A task fills a table of row pointers for its block, then takes panel after panel over all tiles of the block: a
/// panel's weights and a block's activations both stay in the second-level cache meanwhile. Every output value is computed by one tile,
/// in the order of the reduction, so neither the cut nor the number of threads shows in its bits.
@safe
struct IndirectProduct: @unchecked Sendable {
  // Sendable by hand: outputs are written by disjoint tiles, and all else is only read while the product runs.

  /// A matrix and where its products go.
  @safe
  struct Target {
    let weights: PackedMatrix
    /// The first value of the first row.
    let output: UnsafeMutablePointer<Float>
    let outputStride: Int
    let finish: Conv2D.Finish
  }

  /// Rows of the output.
  let rowCount: Int
  /// Row pointers per row.
  let tapCount: Int
  /// The number of floats that follow each row pointer.
  let runCount: Int
  /// Floats of input that a further row brings into the cache; fewer than it reads, where windows overlap.
  let freshCount: Int
  let targets: [Target]

  /// Writes the pointers of some output rows: those of the tap t go to the slots from `t * tileHeight`.
  typealias RowPointers =
    @Sendable (_ rows: Range<Int>, _ slots: UnsafeMutablePointer<UnsafePointer<Float>?>, _ tileHeight: Int) -> Void

  /// Floats of input per block of rows: 512 KiB, the second-level cache of a Zen 3 core.
  private static let blockFloatCount = 131072
  /// Row pointers per block: 64 KiB.
  private static let blockPointerCount = 8192
  private static let noBias = AlignedFloats(count: PackedMatrix.panelWidth)

  /// Computes the products.
  func run(on pool: WorkerPool, _ variant: KernelVariant, rowPointers: @escaping RowPointers) {
    precondition(targets.allSatisfy { $0.weights.depth == tapCount * runCount }, "weights do not fit the rows")
    guard rowCount > 0 else { return }
    let tileHeight = unsafe variant.functions.pointee.tile_row_count
    let tileCount = (rowCount + tileHeight - 1) / tileHeight
    let panelCount = targets.reduce(0) { $0 + $1.weights.panelCount }
    let wantedTaskCount = EvenShares.taskCount(threadCount: pool.threadCount)
    let blocksOfInput = (rowCount * freshCount + Self.blockFloatCount - 1) / Self.blockFloatCount
    let blocksOfPointers = (rowCount * tapCount + Self.blockPointerCount - 1) / Self.blockPointerCount
    let blockCount = min(max(blocksOfInput, blocksOfPointers), tileCount)
    let groupCount = EvenShares.count(
      wanted: max(1, wantedTaskCount / blockCount), of: panelCount, threadCount: pool.threadCount)
    pool.run(count: blockCount * groupCount) { task in
      let (block, group) = task.quotientAndRemainder(dividingBy: groupCount)
      let tiles = EvenShares.range(block, of: blockCount, count: tileCount)
      let panels = EvenShares.range(group, of: groupCount, count: panelCount)
      unsafe compute(tiles: tiles, of: tileCount, panels: panels, variant.functions.pointee, rowPointers)
    }
  }

  /// Computes some tiles of some panels, which are counted over all targets.
  private func compute(
    tiles: Range<Int>, of tileCount: Int, panels: Range<Int>, _ functions: decant_kernels, _ rowPointers: RowPointers
  ) {
    let tileHeight = unsafe functions.tile_row_count
    let slotsPerTile = tapCount * tileHeight
    // Tiles of equal height: a last tile of one row would take as long as one of three.
    func rows(of tile: Int) -> Range<Int> { EvenShares.range(tile, of: tileCount, count: rowCount) }
    unsafe withUnsafeTemporaryAllocation(of: UnsafePointer<Float>?.self, capacity: tiles.count * slotsPerTile) {
      slots in
      guard let slots = slots.baseAddress else { return }
      unsafe slots.initialize(repeating: nil, count: tiles.count * slotsPerTile)
      for tile in tiles {
        unsafe rowPointers(rows(of: tile), slots + (tile - tiles.lowerBound) * slotsPerTile, tileHeight)
      }
      for panel in panels {
        let (target, column) = place(ofPanel: panel)
        let weights = target.weights
        for tile in tiles {
          let rows = rows(of: tile)
          var description = unsafe decant_tile(
            tap_count: tapCount, run_count: runCount, row_count: rows.count,
            column_count: min(PackedMatrix.panelWidth, weights.columnCount - column),
            rows: UnsafePointer(slots + (tile - tiles.lowerBound) * slotsPerTile),
            weights: weights.panels.start + column * weights.depth,
            bias: target.finish.addsBias ? weights.bias.start + column : Self.noBias.start,
            output: target.output + rows.lowerBound * target.outputStride + column,
            output_stride: target.outputStride, rectifies: target.finish.rectifies ? 1 : 0)
          unsafe functions.tile(&description)
        }
      }
    }
  }

  /// The target that has a panel, and the panel's first column in it.
  private func place(ofPanel panel: Int) -> (Target, column: Int) {
    var panel = panel
    var target = targets[0]
    for next in targets {
      target = next
      if panel < next.weights.panelCount { break }
      panel -= next.weights.panelCount
    }
    return (target, panel * PackedMatrix.panelWidth)
  }
}
