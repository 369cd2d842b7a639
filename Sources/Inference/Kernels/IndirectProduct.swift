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

  /// Rows of the output.
  let rowCount: Int
  /// Row pointers per row.
  let tapCount: Int
  /// The number of floats that follow each row pointer.
  let runCount: Int
  /// Floats of input that a further row brings into the cache; fewer than it reads, where windows overlap.
  let freshCount: Int
  let targets: [ProductTarget<PackedMatrix>]

  /// Writes the pointers of some output rows: those of the tap t go to the slots from `t * rows.count`.
  typealias RowPointers =
    @Sendable (_ rows: Range<Int>, _ slots: UnsafeMutablePointer<UnsafePointer<Float>?>) -> Void

  /// Row pointers per block: 64 KiB.
  private static let blockPointerCount = 8192
  private static let noBias = AlignedFloats(count: PanelLayout.widest)

  /// Computes the products.
  func run(on pool: WorkerPool, _ variant: KernelVariant, rowPointers: @escaping RowPointers) {
    precondition(targets.allSatisfy { $0.weights.depth == tapCount * runCount }, "weights do not fit the rows")
    guard rowCount > 0 else { return }
    // Blocks are cut where tiles end, so that all tiles have nearly the same height.
    let tileHeight = targets.map { variant.tileRowCount(panelColumns: $0.weights.layout.panelColumns) }.max() ?? 1
    precondition(tileHeight > 0, "the variant has no tiles for the weights' panels")
    let tileCount = (rowCount + tileHeight - 1) / tileHeight
    let panelCount = targets.reduce(0) { $0 + $1.weights.panelCount }
    // Half of the cache; the other half is for weights.
    let blockFloatCount = CacheSizes.secondLevelFloatCount / 2
    let blocksOfInput = (rowCount * freshCount + blockFloatCount - 1) / blockFloatCount
    let blocksOfPointers = (rowCount * tapCount + Self.blockPointerCount - 1) / Self.blockPointerCount
    let (blockCount, groupCount) = EvenShares.grid(
      leastBlocks: min(max(blocksOfInput, blocksOfPointers), tileCount), tileCount: tileCount, panelCount: panelCount,
      threadCount: pool.threadCount)
    pool.run(count: blockCount * groupCount) { task in
      let (block, group) = task.quotientAndRemainder(dividingBy: groupCount)
      let tiles = EvenShares.range(block, of: blockCount, count: tileCount)
      let first = EvenShares.range(tiles.lowerBound, of: tileCount, count: rowCount).lowerBound
      let end = EvenShares.range(tiles.upperBound - 1, of: tileCount, count: rowCount).upperBound
      let panels = EvenShares.range(group, of: groupCount, count: panelCount)
      // The task that this thread is likely to take next.
      let nextGroup = (task + pool.threadCount) % groupCount
      let next = EvenShares.range(nextGroup, of: groupCount, count: panelCount).lowerBound
      unsafe compute(rows: first..<end, panels: panels, next: next, variant, rowPointers)
    }
  }

  /// Computes some rows of some panels, which are counted over all targets; the panel `next` will probably follow them.
  private func compute(
    rows: Range<Int>, panels: Range<Int>, next: Int, _ variant: KernelVariant, _ rowPointers: RowPointers
  ) {
    unsafe withUnsafeTemporaryAllocation(of: UnsafePointer<Float>?.self, capacity: rows.count * tapCount) { slots in
      guard let slots = slots.baseAddress else { return }
      unsafe slots.initialize(repeating: nil, count: rows.count * tapCount)
      unsafe rowPointers(rows, slots)
      for panel in panels {
        let following = panel + 1 < panels.upperBound ? panel + 1 : next
        unsafe compute(rows: rows, panel: panel, next: following, UnsafePointer(slots), variant)
      }
    }
  }

  /// Computes some rows of one panel and asks for the weights of the next.
  private func compute(
    rows: Range<Int>, panel: Int, next: Int, _ slots: UnsafePointer<UnsafePointer<Float>?>, _ variant: KernelVariant
  ) {
    let (target, columns) = place(ofPanel: panel)
    let (nextTarget, nextColumns) = place(ofPanel: next)
    let weights = target.weights
    let height = variant.tileRowCount(panelColumns: columns.count)
    let tileCount = (rows.count + height - 1) / height
    let nextPanel = unsafe nextTarget.weights.panels.start + nextColumns.lowerBound * weights.depth
    let share = (nextColumns.count + tileCount - 1) / tileCount
    for tile in 0..<tileCount {
      // Tiles of equal height: a last tile of one row would take as long as one of three.
      let tileRows = EvenShares.range(tile, of: tileCount, count: rows.count)
      // Of many tiles, the last find that all is asked for.
      let asked = min(tile * share, nextColumns.count)
      var description = unsafe decant_tile(
        tap_count: tapCount, run_count: runCount, row_count: tileRows.count, panel_columns: columns.count,
        column_count: min(columns.count, weights.columnCount - columns.lowerBound),
        rows: slots + tileRows.lowerBound, row_slot_count: rows.count,
        weights: weights.panels.start + columns.lowerBound * weights.depth,
        ahead: nextPanel + asked * weights.depth, ahead_step: asked < nextColumns.count ? share : 0,
        bias: target.finish.addsBias ? weights.bias.start + columns.lowerBound : Self.noBias.start,
        output: target.output + (rows.lowerBound + tileRows.lowerBound) * target.outputStride + columns.lowerBound,
        output_stride: target.outputStride, rectifies: target.finish.rectifies ? 1 : 0)
      unsafe variant.functions.pointee.tile(&description)
    }
  }

  /// The target that has a panel, and the panel's columns in it, with their padding.
  private func place(ofPanel panel: Int) -> (target: ProductTarget<PackedMatrix>, columns: Range<Int>) {
    let (target, place) = ProductTarget.place(ofPanel: panel, in: targets)
    return (target, target.weights.layout.columns(of: place..<place + 1))
  }
}
