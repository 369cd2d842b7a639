internal import CDecantKernels

/// A matrix product whose left rows are found through pointers: what convolutions and dense layers come down to.
///
/// The output is cut into blocks of rows times groups of panels. A task fills a table of row pointers for its block, then
/// takes panel after panel over all tiles of the block: a panel's weights and a block's activations both stay in the
/// second-level cache meanwhile. Every output value is computed by one tile, in the order of the reduction, so neither
/// the cut nor the number of threads shows in its bits.
@safe
struct IndirectProduct: @unchecked Sendable {
  // Sendable by hand: `output` is written by disjoint tiles, and all else is only read while the product runs.

  /// Rows of the output.
  let rowCount: Int
  /// Row pointers per row.
  let tapCount: Int
  /// Floats behind each row pointer.
  let runCount: Int
  /// Floats of input that a further row brings into the cache; fewer than it reads, where windows overlap.
  let freshCount: Int
  let weights: PackedMatrix
  /// The first value of the first row.
  let output: UnsafeMutablePointer<Float>
  let outputStride: Int
  let rectifies: Bool

  /// Writes the pointers of an output row: the tap t goes to the slot at `t * tileHeight`.
  typealias RowPointers = @Sendable (_ row: Int, _ slots: UnsafeMutablePointer<UnsafePointer<Float>?>) -> Void

  /// Rows of a tile.
  static let tileHeight = Int(DECANT_TILE_ROWS)

  /// Floats of input per block of rows: 256 KiB, half of the second-level cache of a Zen 3 core.
  private static let blockFloatCount = 65536
  /// Tasks per thread, so that one thread that loses its core for a while leaves its tasks to the others.
  private static let tasksPerThread = 4

  /// Computes the product.
  func run(on pool: WorkerPool, _ variant: KernelVariant, rowPointers: @escaping RowPointers) {
    precondition(weights.depth == tapCount * runCount, "weights do not fit the rows")
    guard rowCount > 0 else { return }
    let tileCount = (rowCount + Self.tileHeight - 1) / Self.tileHeight
    let wantedTaskCount = pool.threadCount == 1 ? 1 : pool.threadCount * Self.tasksPerThread
    let tilesPerBlock = min(max(Self.blockFloatCount / max(freshCount * Self.tileHeight, 1), 1), tileCount)
    let blockCount = (tileCount + tilesPerBlock - 1) / tilesPerBlock
    let groupCount = min(weights.panelCount, max(1, wantedTaskCount / blockCount))
    pool.run(count: blockCount * groupCount) { task in
      let (block, group) = task.quotientAndRemainder(dividingBy: groupCount)
      let tiles = block * tilesPerBlock..<min((block + 1) * tilesPerBlock, tileCount)
      let panelCount = weights.panelCount
      let panels = group * panelCount / groupCount..<(group + 1) * panelCount / groupCount
      unsafe compute(tiles: tiles, panels: panels, variant.functions.pointee, rowPointers)
    }
  }

  private func compute(
    tiles: Range<Int>, panels: Range<Int>, _ functions: decant_kernels, _ rowPointers: RowPointers
  ) {
    let slotsPerTile = tapCount * Self.tileHeight
    unsafe withUnsafeTemporaryAllocation(of: UnsafePointer<Float>?.self, capacity: tiles.count * slotsPerTile) {
      slots in
      guard let slots = slots.baseAddress else { return }
      unsafe slots.initialize(repeating: nil, count: tiles.count * slotsPerTile)
      let rows = tiles.lowerBound * Self.tileHeight..<min(tiles.upperBound * Self.tileHeight, rowCount)
      for row in rows {
        let (tile, place) = (row - rows.lowerBound).quotientAndRemainder(dividingBy: Self.tileHeight)
        unsafe rowPointers(row, slots + tile * slotsPerTile + place)
      }
      for panel in panels {
        let column = panel * PackedMatrix.panelWidth
        for tile in tiles {
          let row = tile * Self.tileHeight
          var description = unsafe decant_tile(
            tap_count: tapCount, run_count: runCount, row_count: min(Self.tileHeight, rowCount - row),
            column_count: min(PackedMatrix.panelWidth, weights.columnCount - column),
            rows: UnsafePointer(slots + (tile - tiles.lowerBound) * slotsPerTile),
            weights: weights.panels.start + column * weights.depth, bias: weights.bias.start + column,
            output: output + row * outputStride + column, output_stride: outputStride, rectifies: rectifies ? 1 : 0)
          unsafe functions.tile(&description)
        }
      }
    }
  }
}
