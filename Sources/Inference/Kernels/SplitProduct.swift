internal import CDecantKernels

/// The work of convolutions of one map on tiles of bf16 numbers; see `Conv2D.split`.
///
/// First the threads split the map into scratch memory, then they share out tiles of positions times blocks of columns. Every output value
/// comes from one task, whose sums have a fixed order: neither the cut nor the number of threads shows in its bits.
@safe
struct SplitProduct: @unchecked Sendable {
  // Sendable by hand: tasks write disjoint parts of `scratch` and of the outputs, and all else is only read meanwhile.

  let window: Window
  let terms: SplitTerms
  let inputLayout: MapLayout
  /// The map that the window makes; targets differ in their channels only.
  let outputShape: MapShape
  let input: UnsafePointer<Float>
  let scratch: UnsafeMutableRawPointer
  let targets: [ProductTarget<SplitWeights>]
  /// A table that lives as long as the program.
  let functions: UnsafePointer<decant_split_kernels>

  /// bf16 values of input per block of tiles: 512 KiB, which leaves room for weights in the second-level cache of a processor with AMX, 2 MiB.
  private static let blockValueCount = 256 << 10
  /// bf16 values that are split at once: 8 MiB, which every machine's third-level cache has room for.
  private static let turnValueCount = 4 << 20
  private static let noBias = AlignedFloats(count: SplitWeights.blockWidth)

  /// Images that are split at once: all, where they are few or small.
  static func imagesPerTurn(_ window: Window, input: MapShape, output: MapShape, terms: SplitTerms) -> Int {
    var (one, oneOutput) = (input, output)
    (one.count, oneOutput.count) = (1, 1)
    let perImage = SplitSchedule(window, input: one, output: oneOutput, terms: terms).valueCount
    return min(max(turnValueCount / perImage, 1), max(input.count, 1))
  }

  /// Computes the convolutions.
  func run(on pool: WorkerPool) {
    let perTurn = Self.imagesPerTurn(window, input: inputLayout.shape, output: outputShape, terms: terms)
    for first in stride(from: 0, to: inputLayout.shape.count, by: perTurn) {
      let images = first..<min(first + perTurn, inputLayout.shape.count)
      let (turnInput, turnOutput) = (Self.part(inputLayout.shape, images), Self.part(outputShape, images))
      let schedule = SplitSchedule(window, input: turnInput, output: turnOutput, terms: terms)
      let map = unsafe SplitMap(
        window: window, schedule: schedule, layout: MapLayout(turnInput, pixelStride: inputLayout.pixelStride),
        outputShape: turnOutput,
        input: input + first * turnInput.height * turnInput.width * inputLayout.pixelStride,
        values: scratch.assumingMemoryBound(to: UInt16.self), functions: functions)
      map.split(on: pool)
      multiply(schedule, firstRow: first * outputShape.height * outputShape.width, on: pool)
    }
  }

  private static func part(_ shape: MapShape, _ images: Range<Int>) -> MapShape {
    var part = shape
    part.count = images.count
    return part
  }

  /// Multiplies what is split with all weights; `firstRow` is the first output position of the turn.
  private func multiply(_ schedule: SplitSchedule, firstRow: Int, on pool: WorkerPool) {
    func ceiling(_ count: Int, _ size: Int) -> Int { (count + size - 1) / size }
    let pairCount = ceiling(schedule.tileCount, 2)
    let panelCount = targets.reduce(0) { $0 + $1.weights.panelCount }
    let fitting = ceiling(schedule.tileCount * schedule.freshValueCount, Self.blockValueCount)
    let (blockCount, groupCount) = EvenShares.grid(
      leastBlocks: min(max(fitting, 1), pairCount), tileCount: pairCount, panelCount: panelCount,
      threadCount: pool.threadCount)
    pool.run(count: blockCount * groupCount) { task in
      let (block, group) = task.quotientAndRemainder(dividingBy: groupCount)
      let pairs = EvenShares.range(block, of: blockCount, count: pairCount)
      compute(
        schedule, tiles: 2 * pairs.lowerBound..<min(2 * pairs.upperBound, schedule.tileCount),
        panels: EvenShares.range(group, of: groupCount, count: panelCount), firstRow: firstRow)
    }
  }

  /// Computes some tiles for some panels, which are counted over all targets.
  private func compute(_ schedule: SplitSchedule, tiles: Range<Int>, panels: Range<Int>, firstRow: Int) {
    unsafe withUnsafeTemporaryAllocation(of: decant_split_tile.self, capacity: tiles.count) { tileList in
      unsafe withUnsafeTemporaryAllocation(of: decant_split_columns.self, capacity: panels.count) { columnList in
        let values = unsafe UnsafePointer(scratch.assumingMemoryBound(to: UInt16.self))
        for index in tiles {
          let tile = schedule.tile(index)
          unsafe tileList.initializeElement(
            at: index - tiles.lowerBound,
            to: decant_split_tile(
              values: values + tile.start, row: firstRow + tile.row, row_count: tile.rowCount))
        }
        for index in panels {
          unsafe columnList.initializeElement(at: index - panels.lowerBound, to: columns(ofPanel: index))
        }
        var product = unsafe decant_split_product(
          part_count: schedule.partCount, tile_height: schedule.tileHeight, part_stride: schedule.partStride,
          row_stride: schedule.rowStride, run_stride: schedule.runStride, block_stride: schedule.blockStride,
          run_count: schedule.runs.count, block_count: schedule.runs.blockCount, tiles: tileList.baseAddress,
          tile_count: tiles.count, columns: columnList.baseAddress, columns_count: panels.count)
        unsafe functions.pointee.product(&product)
      }
    }
  }

  /// The columns of a panel, counted over all targets.
  private func columns(ofPanel index: Int) -> decant_split_columns {
    let (target, block) = ProductTarget.place(ofPanel: index, in: targets)
    let weights = target.weights
    let column = block * SplitWeights.blockWidth
    let blocks = unsafe UnsafeRawPointer(weights.blocks.start).assumingMemoryBound(to: UInt16.self)
    return unsafe decant_split_columns(
      weights: blocks + block * weights.panelValueCount,
      bias: target.finish.addsBias ? weights.bias.start + column : Self.noBias.start, output: target.output + column,
      output_stride: target.outputStride, column_count: min(SplitWeights.blockWidth, weights.columnCount - column),
      rectifies: target.finish.rectifies ? 1 : 0)
  }
}
