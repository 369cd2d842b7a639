internal import CDecantKernels

/// Splits a map into the form that tiles are loaded from; see `SplitSchedule`.
@safe
struct SplitMap: @unchecked Sendable {
  // Sendable by hand: tasks write disjoint parts of `values`, and all else is only read meanwhile.

  let window: Window
  let schedule: SplitSchedule
  let layout: MapLayout
  let outputShape: MapShape
  let input: UnsafePointer<Float>
  let values: UnsafeMutablePointer<UInt16>
  let functions: UnsafePointer<decant_split_kernels>

  private var shape: MapShape { layout.shape }

  /// Splits the map on all threads.
  func split(on pool: WorkerPool) {
    let count = schedule.runs.isGathered ? schedule.tileCount : shape.count * schedule.height
    // A few lines each: handing out a single one takes about as long as splitting it.
    let taskCount = min(2 * EvenShares.taskCount(threadCount: pool.threadCount), count)
    pool.run(count: taskCount) { task in
      let range = EvenShares.range(task, of: taskCount, count: count)
      if schedule.runs.isGathered {
        gather(tiles: range)
      } else {
        splitLines(range, isLast: task == taskCount - 1)
      }
    }
  }

  // MARK: - Planes

  /// Splits some lines of pixels, counted over all images, with their border.
  private func splitLines(_ lines: Range<Int>, isLast: Bool) {
    let origin = window.origin(in: shape)
    let lineCount = schedule.width * shape.channels
    for line in lines {
      let (n, row) = line.quotientAndRemainder(dividingBy: schedule.height)
      let start = line * lineCount
      let y = row + origin.y
      guard 0..<shape.height ~= y else {
        clear(from: start, count: lineCount)
        continue
      }
      let first = -origin.x
      let end = first + shape.width
      clear(from: start, count: first * shape.channels)
      clear(from: start + end * shape.channels, count: (schedule.width - end) * shape.channels)
      let from = unsafe input + (n * shape.height + y) * shape.width * layout.pixelStride
      if layout.isContiguous {
        unsafe split(from, count: (end - first) * shape.channels, to: start + first * shape.channels)
      } else {
        for x in first..<end {
          unsafe split(
            from + (x - first) * layout.pixelStride, count: shape.channels, to: start + x * shape.channels)
        }
      }
    }
    // The last window's last block reads on here; what it reads must be a number, as the weights there are 0.
    if isLast { clear(from: shape.count * schedule.imageValueCount, count: SplitRuns.blockDepth) }
  }

  private func split(_ from: UnsafePointer<Float>, count: Int, to start: Int) {
    unsafe functions.pointee.split(
      from, count, schedule.partCount, values + start, schedule.partStride, schedule.blockStride)
  }

  private func clear(from start: Int, count: Int) {
    for part in 0..<schedule.partCount {
      unsafe (values + part * schedule.partStride + start).initialize(repeating: 0, count: count)
    }
  }

  // MARK: - Tiles

  /// Writes the windows of some tiles' positions one after the other.
  private func gather(tiles: Range<Int>) {
    let depth = schedule.runs.blockCount * SplitRuns.blockDepth
    unsafe withUnsafeTemporaryAllocation(of: Float.self, capacity: depth) { row in
      guard let row = row.baseAddress else { return }
      unsafe row.initialize(repeating: 0, count: depth)
      for index in tiles {
        let tile = schedule.tile(index)
        for place in 0..<tile.rowCount {
          unsafe gather(position: tile.row + place, into: row)
          unsafe functions.pointee.split(
            row, depth, schedule.partCount, values + tile.start + place * schedule.rowStride, schedule.partStride,
            schedule.blockStride)
        }
      }
    }
  }

  /// Copies the window of an output position, cells outside the map as zeros.
  private func gather(position: Int, into row: UnsafeMutablePointer<Float>) {
    let origin = window.origin(in: shape)
    let (line, x) = position.quotientAndRemainder(dividingBy: outputShape.width)
    let (n, y) = line.quotientAndRemainder(dividingBy: outputShape.height)
    let (top, left) = (y * window.stride + origin.y, x * window.stride + origin.x)
    var cell = unsafe row
    for inputY in top..<top + window.height {
      let isInside = inputY >= 0 && inputY < shape.height
      for inputX in left..<left + window.width {
        if isInside && inputX >= 0 && inputX < shape.width {
          let pixel = (n * shape.height + inputY) * shape.width + inputX
          unsafe cell.update(from: input + pixel * layout.pixelStride, count: shape.channels)
        } else {
          unsafe cell.update(repeating: 0, count: shape.channels)
        }
        unsafe cell += shape.channels
      }
    }
  }
}
