internal import CDecantKernels

/// The work of one convolution by Winograd's transform; see `Conv2D.winograd`.
///
/// Every output value comes from one tile, whose sums have a fixed order: neither the cut nor the number of threads shows in its bits.
@safe
struct WinogradProduct: @unchecked Sendable {
  // Sendable by hand: tasks write disjoint parts of `transformed` and `output`, and all else is only read meanwhile.

  let window: Window
  let inputLayout, outputLayout: MapLayout
  let weights: WinogradWeights
  let rectifies: Bool
  let input: UnsafePointer<Float>
  /// As many zeros as the input has channels: a pixel outside the map.
  let zeros: UnsafePointer<Float>
  /// `[position][tile][channel]` of the tiles of a turn.
  let transformed: UnsafeMutablePointer<Float>
  let output: UnsafeMutablePointer<Float>
  /// A table that lives as long as the program.
  let functions: UnsafePointer<decant_kernels>

  private var grid: TileGrid { TileGrid(weights.transform, window: window, output: outputLayout.shape) }
  private var depth: Int { weights.depth }
  private var positionCount: Int { weights.transform.positionCount }

  /// Floats of transformed inputs that are held at once: 8 MiB, which every machine's third-level cache has room for.
  private static let turnFloatCount = 2 << 20
  /// Floats of transformed inputs per block: 512 KiB, the second-level cache of a Zen 3 core.
  private static let blockFloatCount = 128 << 10
  /// Floats of products per task: 192 KiB, which should stay in that cache until they are transformed.
  private static let productFloatCount = 48 << 10
  /// Tiles that a task of the first step transforms.
  private static let tilesPerTask = 8
  /// Tasks per thread, so that one thread that loses its core for a while leaves its tasks to the others.
  private static let tasksPerThread = 4

  /// Tiles whose transformed inputs are held at once.
  static func tilesPerTurn(_ grid: TileGrid, _ transform: WinogradTransform, depth: Int) -> Int {
    let height = IndirectProduct.tileHeight
    let fitting = turnFloatCount / max(transform.positionCount * depth, 1)
    return min(grid.count, max(fitting / height * height, height))
  }

  /// Computes the convolution.
  func run(on pool: WorkerPool) {
    let grid = grid
    let turnCount = Self.tilesPerTurn(grid, weights.transform, depth: depth)
    for first in stride(from: 0, to: grid.count, by: turnCount) {
      let tiles = first..<min(first + turnCount, grid.count)
      transformInputs(tiles, on: pool)
      multiply(tiles, on: pool)
    }
  }

  // MARK: - Inputs

  private func transformInputs(_ tiles: Range<Int>, on pool: WorkerPool) {
    let grid = grid
    pool.run(count: (tiles.count + Self.tilesPerTask - 1) / Self.tilesPerTask) { task in
      let first = tiles.lowerBound + task * Self.tilesPerTask
      let positionStride = tiles.count * depth
      unsafe withUnsafeTemporaryAllocation(of: UnsafePointer<Float>?.self, capacity: positionCount) { pixels in
        guard let pixels = pixels.baseAddress else { return }
        unsafe pixels.initialize(repeating: nil, count: positionCount)
        unsafe weights.transform.withDescription { transform in
          for tile in first..<min(first + Self.tilesPerTask, tiles.upperBound) {
            unsafe findInputs(of: tile, grid, pixels)
            unsafe functions.pointee.winograd_input(
              transform, pixels, depth, transformed + (tile - tiles.lowerBound) * depth, positionStride)
          }
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

  private func multiply(_ tiles: Range<Int>, on pool: WorkerPool) {
    let height = IndirectProduct.tileHeight
    let blockCount = max(1, (tiles.count * positionCount * depth + Self.blockFloatCount / 2) / Self.blockFloatCount)
    let rowCount = (tiles.count + height - 1) / height
    let tilesPerBlock = (rowCount + blockCount - 1) / blockCount * height
    let blocks = (tiles.count + tilesPerBlock - 1) / tilesPerBlock
    let panelFloatCount = positionCount * tilesPerBlock * PackedMatrix.panelWidth
    let wantedTaskCount = pool.threadCount == 1 ? 1 : pool.threadCount * Self.tasksPerThread
    let panelsPerGroup = max(
      1,
      min(
        Self.productFloatCount / panelFloatCount,
        weights.panelCount / max(1, min(weights.panelCount, wantedTaskCount / blocks)))
    )
    let groupCount = (weights.panelCount + panelsPerGroup - 1) / panelsPerGroup
    pool.run(count: blocks * groupCount) { task in
      let (block, group) = task.quotientAndRemainder(dividingBy: groupCount)
      let first = block * tilesPerBlock
      let panels = group * panelsPerGroup..<min((group + 1) * panelsPerGroup, weights.panelCount)
      unsafe compute(
        first..<min(first + tilesPerBlock, tiles.count), of: tiles, panels: panels, functions.pointee)
    }
  }

  /// Products and outputs of some tiles, counted from the turn's first, for some panels of output channels.
  private func compute(_ block: Range<Int>, of turn: Range<Int>, panels: Range<Int>, _ functions: decant_kernels) {
    let columns = panels.count * PackedMatrix.panelWidth
    let positionStride = block.count * columns
    unsafe withUnsafeTemporaryAllocation(
      byteCount: positionCount * positionStride * MemoryLayout<Float>.stride, alignment: AlignedFloats.alignment
    ) { memory in
      let products = unsafe memory.bindMemory(to: Float.self)
      guard let products = products.baseAddress else { return }
      for position in 0..<positionCount {
        unsafe multiply(
          position, block, of: turn, panels: panels, products + position * positionStride, stride: columns, functions)
      }
      unsafe transformOutputs(block, of: turn, panels: panels, products, positionStride, columns, functions)
    }
  }

  private func multiply(
    _ position: Int, _ block: Range<Int>, of turn: Range<Int>, panels: Range<Int>,
    _ products: UnsafeMutablePointer<Float>, stride outputStride: Int, _ functions: decant_kernels
  ) {
    let height = IndirectProduct.tileHeight
    unsafe withUnsafeTemporaryAllocation(of: UnsafePointer<Float>?.self, capacity: height) { rows in
      guard let rows = rows.baseAddress else { return }
      unsafe rows.initialize(repeating: nil, count: height)
      for panel in panels {
        let weightStart = (position * weights.panelCount + panel) * depth * PackedMatrix.panelWidth
        for first in stride(from: block.lowerBound, to: block.upperBound, by: height) {
          let count = min(height, block.upperBound - first)
          for row in 0..<count {
            unsafe rows[row] = UnsafePointer(transformed + (position * turn.count + first + row) * depth)
          }
          let outputStart =
            (first - block.lowerBound) * outputStride + (panel - panels.lowerBound) * PackedMatrix.panelWidth
          var description = unsafe decant_tile(
            tap_count: 1, run_count: depth, row_count: count, column_count: PackedMatrix.panelWidth, rows: rows,
            weights: weights.panels.start + weightStart, bias: Self.noBias.start, output: products + outputStart,
            output_stride: outputStride, rectifies: 0)
          unsafe functions.tile(&description)
        }
      }
    }
  }

  private static let noBias = AlignedFloats(count: PackedMatrix.panelWidth)

  private func transformOutputs(
    _ block: Range<Int>, of turn: Range<Int>, panels: Range<Int>, _ products: UnsafePointer<Float>,
    _ positionStride: Int, _ columns: Int, _ functions: decant_kernels
  ) {
    let (grid, shape) = (grid, outputLayout.shape)
    let firstColumn = panels.lowerBound * PackedMatrix.panelWidth
    let columnCount = min(columns, weights.columnCount - firstColumn)
    let pixelCount = grid.tileHeight * grid.tileWidth
    unsafe withUnsafeTemporaryAllocation(of: UnsafeMutablePointer<Float>?.self, capacity: pixelCount) { pixels in
      guard let pixels = pixels.baseAddress else { return }
      unsafe pixels.initialize(repeating: nil, count: pixelCount)
      unsafe weights.transform.withDescription { transform in
        for tile in block {
          let (n, y, x) = grid.place(of: turn.lowerBound + tile)
          for cell in 0..<pixelCount {
            let (cellY, cellX) = cell.quotientAndRemainder(dividingBy: grid.tileWidth)
            let isInside = y + cellY < shape.height && x + cellX < shape.width
            let pixel = (n * shape.height + y + cellY) * shape.width + x + cellX
            unsafe pixels[cell] = isInside ? output + pixel * outputLayout.pixelStride + firstColumn : nil
          }
          unsafe functions.winograd_output(
            transform, products + (tile - block.lowerBound) * columns, positionStride,
            weights.bias.start + firstColumn, rectifies ? 1 : 0, columnCount, pixels)
        }
      }
    }
  }
}
