internal import CDecantKernels

/// How the split map of some images lies in scratch memory, and which tiles of positions its outputs are cut into.
///
/// Not gathered, the map is one plane per part, `[n][rows][columns][channels]`, with a border of zeros where windows leave the map. Gathered,
/// it is a tile after the other, `[tile][part][block][row of the tile][32]`.
struct SplitSchedule {
  let runs: SplitRuns
  let partCount: Int
  /// Rows of every tile. Tiles are of equal height: a last one of one row would take nearly as long as one of many.
  let tileHeight: Int
  let tilesPerLine: Int
  /// Tiles of all lines.
  let tileCount: Int
  /// A plane's rows and columns of pixels, border included.
  let height, width: Int
  /// Distances in bf16 values; see `decant_split_product`.
  let partStride, rowStride, runStride, blockStride: Int
  /// bf16 values of one part of one image's plane.
  let imageValueCount: Int
  /// bf16 values that are split, all parts together.
  let valueCount: Int

  private let channels: Int
  /// Positions that follow each other both in the plane and in the output, and such lines of an image; without a border the whole batch is
  /// one line.
  private let lineWidth, linesPerImage: Int

  /// Cuts a convolution of all images of `input`.
  init(_ window: Window, input: MapShape, output: MapShape, terms: SplitTerms) {
    func ceiling(_ count: Int, _ size: Int) -> Int { (count + size - 1) / size }
    let most = Int(DECANT_SPLIT_ROWS)
    runs = SplitRuns(window, channels: input.channels)
    partCount = terms.partCount
    channels = input.channels
    // As many pixels as the windows of stride 1 see; windows of another stride are gathered, from the map itself.
    (height, width) = (output.height + window.height - 1, output.width + window.width - 1)
    let lines: Int
    if runs.isGathered || window.tapCount == 1 {
      (lineWidth, linesPerImage, lines) = (output.pixelCount, 0, 1)
    } else if window.width == 1 {
      (lineWidth, linesPerImage, lines) = (output.height * output.width, 1, output.count)
    } else {
      (lineWidth, linesPerImage, lines) = (output.width, output.height, output.count * output.height)
    }
    var wanted = ceiling(lineWidth, most)
    // Tiles are multiplied two at a time.
    if lines == 1, wanted > 1 { wanted += wanted % 2 }
    tileHeight = ceiling(lineWidth, wanted)
    tilesPerLine = ceiling(lineWidth, tileHeight)
    tileCount = lines * tilesPerLine
    imageValueCount = height * width * channels
    if runs.isGathered {
      rowStride = SplitRuns.blockDepth
      blockStride = tileHeight * rowStride
      runStride = 0
      partStride = runs.blockCount * blockStride
      valueCount = tileCount * partCount * partStride
    } else {
      rowStride = channels
      blockStride = SplitRuns.blockDepth
      runStride = width * channels
      // The last tile reads rows after the last position, and the last block values after the last channel.
      let count = output.count * imageValueCount + most * channels + SplitRuns.blockDepth
      partStride = ceiling(count, SplitRuns.blockDepth) * SplitRuns.blockDepth
      valueCount = partCount * partStride
    }
  }

  /// Floats of scratch memory that the split values take.
  var scratchCount: Int { (valueCount + 1) / 2 }

  /// bf16 values that a further tile brings into the cache; fewer than it reads, where windows overlap.
  var freshValueCount: Int { tileHeight * partCount * (runs.isGathered ? runs.blockCount * rowStride : channels) }

  /// A tile: where its values start, its first output position, and how many positions it has.
  func tile(_ index: Int) -> (start: Int, row: Int, rowCount: Int) {
    let (line, place) = index.quotientAndRemainder(dividingBy: tilesPerLine)
    let first = place * tileHeight
    let row = line * lineWidth + first
    let rowCount = min(tileHeight, lineWidth - first)
    if runs.isGathered { return (index * partCount * partStride, row, rowCount) }
    guard linesPerImage > 0 else { return (first * channels, row, rowCount) }
    let (n, y) = line.quotientAndRemainder(dividingBy: linesPerImage)
    return (n * imageValueCount + (y * width + first) * channels, row, rowCount)
  }
}
