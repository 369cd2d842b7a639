internal import CDecantKernels

/// The work of one convolution by Winograd's transform; see `Conv2D.winograd`.
///
/// Every output value comes from one tile, whose sums have a fixed order: neither the cut nor the number of threads shows in its bits.
@safe
struct WinogradProduct: @unchecked Sendable {
  // Sendable by hand: tasks write disjoint parts of `scratch` and `output`, and all else is only read meanwhile.

  let window: Window
  let inputLayout, outputLayout: MapLayout
  let weights: WinogradWeights
  let rectifies: Bool
  let input: UnsafePointer<Float>
  /// As many zeros as the input has channels: a pixel outside the map.
  let zeros: UnsafePointer<Float>
  /// Memory for what lies between the steps; see `WinogradSchedule.scratchCount`.
  let scratch: UnsafeMutablePointer<Float>
  let output: UnsafeMutablePointer<Float>
  /// A table that lives as long as the program.
  let functions: UnsafePointer<decant_kernels>

  private var grid: TileGrid { TileGrid(weights.transform, window: window, output: outputLayout.shape) }
  private var depth: Int { weights.depth }
  private var positionCount: Int { weights.transform.positionCount }

  /// Transformed inputs of some tiles, `[position][tile][channel]`.
  private struct Transformed {
    /// Where they start in `scratch`.
    let start: Int
    let tiles: Range<Int>
  }

  /// Computes the convolution.
  func run(on pool: WorkerPool) {
    let grid = grid
    let schedule = WinogradSchedule(
      grid, weights.transform, depth: depth, layout: weights.layout, threadCount: pool.threadCount)
    if schedule.isFused {
      let perThread = schedule.productCount + schedule.transformedCount
      pool.run(count: schedule.blockCount) { task, worker in
        let block = EvenShares.range(task, of: schedule.blockCount, count: grid.count)
        let inputs = Transformed(start: worker * perThread + schedule.productCount, tiles: block)
        transform(block, of: inputs, grid)
        for group in 0..<schedule.groupCount {
          let panels = EvenShares.range(group, of: schedule.groupCount, count: weights.layout.panelCount)
          unsafe compute(block, of: inputs, panels: panels, products: scratch + worker * perThread, grid)
        }
      }
      return
    }
    for turn in 0..<schedule.turnCount {
      let tiles = EvenShares.range(turn, of: schedule.turnCount, count: grid.count)
      let inputs = Transformed(start: pool.threadCount * schedule.productCount, tiles: tiles)
      pool.run(count: schedule.inputTaskCount) { task in
        transform(Self.tiles(task, of: schedule.inputTaskCount, tiles), of: inputs, grid)
      }
      pool.run(count: schedule.blockCount * schedule.groupCount) { task, worker in
        let (block, group) = task.quotientAndRemainder(dividingBy: schedule.groupCount)
        let panels = EvenShares.range(group, of: schedule.groupCount, count: weights.layout.panelCount)
        unsafe compute(
          Self.tiles(block, of: schedule.blockCount, tiles), of: inputs, panels: panels,
          products: scratch + worker * schedule.productCount, grid)
      }
    }
  }

  private static func tiles(_ index: Int, of shares: Int, _ tiles: Range<Int>) -> Range<Int> {
    let share = EvenShares.range(index, of: shares, count: tiles.count)
    return tiles.lowerBound + share.lowerBound..<tiles.lowerBound + share.upperBound
  }

  // MARK: - Inputs

  /// Transforms the inputs of some tiles into their places among others.
  private func transform(_ tiles: Range<Int>, of inputs: Transformed, _ grid: TileGrid) {
    unsafe withUnsafeTemporaryAllocation(of: UnsafePointer<Float>?.self, capacity: positionCount) { pixels in
      guard let pixels = pixels.baseAddress else { return }
      unsafe pixels.initialize(repeating: nil, count: positionCount)
      unsafe weights.transform.withDescription { transform in
        for tile in tiles {
          unsafe findInputs(of: tile, grid, pixels)
          unsafe functions.pointee.winograd_input(
            transform, pixels, depth, scratch + inputs.start + (tile - inputs.tiles.lowerBound) * depth,
            inputs.tiles.count * depth)
        }
      }
    }
  }

  /// Writes a pointer to each input of a tile.
  private func findInputs(of tile: Int, _ grid: TileGrid, _ pixels: UnsafeMutablePointer<UnsafePointer<Float>?>) {
    let shape = inputLayout.shape
    let origin = window.origin(in: shape)
    let (n, y, x) = grid.place(of: tile)
    var slot = unsafe pixels
    for inputY in y + origin.y..<y + origin.y + grid.inputHeight {
      let isInside = inputY >= 0 && inputY < shape.height
      let lineStart = (n * shape.height + inputY) * shape.width
      for inputX in x + origin.x..<x + origin.x + grid.inputWidth {
        unsafe slot.pointee =
          isInside && inputX >= 0 && inputX < shape.width
          ? input + (lineStart + inputX) * inputLayout.pixelStride : zeros
        unsafe slot += 1
      }
    }
  }

  // MARK: - Products and outputs

  /// Products and outputs of some tiles for some panels of output channels.
  private func compute(
    _ block: Range<Int>, of inputs: Transformed, panels: Range<Int>, products: UnsafeMutablePointer<Float>,
    _ grid: TileGrid
  ) {
    let columns = weights.layout.columns(of: panels)
    let positionStride = weights.layout.paddedCount * depth
    let firstPanel = unsafe weights.panels.start + columns.lowerBound * depth
    let nextGroup = unsafe weights.panels.start + columns.upperBound % weights.layout.paddedCount * depth
    for position in 0..<positionCount {
      let firstRow = position * inputs.tiles.count + block.lowerBound - inputs.tiles.lowerBound
      var product = unsafe decant_product(
        row_count: block.count, depth: depth, column_count: columns.count, panel_columns: weights.layout.panelColumns,
        rows: scratch + inputs.start + firstRow * depth,
        row_stride: depth,
        weights: firstPanel + position * positionStride,
        next_weights: position + 1 < positionCount ? firstPanel + (position + 1) * positionStride : nextGroup,
        output: products + position * block.count * columns.count, output_stride: columns.count)
      unsafe functions.pointee.product(&product)
    }
    unsafe transformOutputs(block, columns: columns, products, grid)
  }

  private func transformOutputs(
    _ block: Range<Int>, columns: Range<Int>, _ products: UnsafePointer<Float>, _ grid: TileGrid
  ) {
    let shape = outputLayout.shape
    let columnCount = min(columns.count, weights.columnCount - columns.lowerBound)
    let pixelCount = grid.tileHeight * grid.tileWidth
    unsafe withUnsafeTemporaryAllocation(of: UnsafeMutablePointer<Float>?.self, capacity: pixelCount) { pixels in
      guard let pixels = pixels.baseAddress else { return }
      unsafe pixels.initialize(repeating: nil, count: pixelCount)
      unsafe weights.transform.withDescription { transform in
        for tile in block {
          let (n, y, x) = grid.place(of: tile)
          var slot = unsafe pixels
          for cellY in y..<y + grid.tileHeight {
            let lineStart = (n * shape.height + cellY) * shape.width
            for cellX in x..<x + grid.tileWidth {
              let isInside = cellY < shape.height && cellX < shape.width
              unsafe slot.pointee =
                isInside ? output + (lineStart + cellX) * outputLayout.pixelStride + columns.lowerBound : nil
              unsafe slot += 1
            }
          }
          unsafe functions.pointee.winograd_output(
            transform, products + (tile - block.lowerBound) * columns.count, block.count * columns.count,
            weights.bias.start + columns.lowerBound, rectifies ? 1 : 0, columnCount, pixels)
        }
      }
    }
  }
}
