/// How the work of one convolution by Winograd's transform is cut up, so that what is used together lies together in a cache.
///
/// Most convolutions are *fused*: a task transforms the inputs of a block of tiles, multiplies them with all the weights and transforms the
/// products, and all of it stays in its core's second-level cache. Where weights outweigh activations by far every task should read few
/// weights instead: first all inputs are transformed, then tasks take a block of tiles times a group of panels.
struct WinogradSchedule {
  /// Whether a task does all three steps for a block of tiles.
  let isFused: Bool
  /// Turns in which all tiles are done, one after the other; 1 when fused.
  let turnCount: Int
  /// Tasks that the inputs of a turn are cut into, when not fused.
  let inputTaskCount: Int
  /// Blocks of tiles of a turn.
  let blockCount: Int
  /// Groups of panels of output channels, whose products are held at once.
  let groupCount: Int
  /// Floats of products that a task holds at most.
  let productCount: Int
  /// Floats of transformed inputs that a task, or when not fused all together hold at most.
  let transformedCount: Int

  /// Floats of transformed inputs that are held at once when not fused: 8 MiB, which every machine's third-level cache has room for.
  private static let turnFloatCount = 2 << 20
  /// Floats of transformed inputs per block: 256 KiB, or a quarter of the second-level cache if that is more; twice that when not fused.
  private static let blockFloatCount = max(64 << 10, CacheSizes.secondLevelFloatCount / 4)
  /// Floats of products per task: half of that, so that they stay in that cache until they are transformed.
  private static let productFloatCount = blockFloatCount / 2
  /// Tiles of a block, below which reading all weights for it would take too long.
  private static let tilesPerBlock = 20

  init(_ grid: TileGrid, _ transform: WinogradTransform, depth: Int, layout: PanelLayout, threadCount: Int) {
    let (positionCount, panelCount) = (transform.positionCount, layout.panelCount)
    let tileFloatCount = max(positionCount * depth, 1)
    let wantedTaskCount = EvenShares.taskCount(threadCount: threadCount)
    func ceiling(_ count: Int, _ size: Int) -> Int { (count + size - 1) / size }
    // Measured on Inception v3: reading all weights per block costs less than fetching from another core what it has just transformed.
    isFused = 4 * grid.count >= layout.paddedCount
    turnCount = isFused ? 1 : ceiling(grid.count * tileFloatCount, Self.turnFloatCount)
    let tiles = ceiling(grid.count, turnCount)
    inputTaskCount = min(wantedTaskCount, tiles)
    let sharedGroupCount: Int
    if isFused {
      let fitting = ceiling(tiles * tileFloatCount, Self.blockFloatCount)
      let wanted = min(wantedTaskCount, max(tiles / Self.tilesPerBlock, threadCount))
      blockCount = min(ceiling(max(fitting, wanted), threadCount) * threadCount, tiles)
      sharedGroupCount = 1
    } else {
      blockCount = min(ceiling(tiles * tileFloatCount, 2 * Self.blockFloatCount), tiles)
      sharedGroupCount = EvenShares.groups(of: panelCount, blocks: blockCount, threadCount: threadCount)
    }
    let panelFloatCount = positionCount * ceiling(tiles, blockCount) * layout.panelColumns
    let fitting = max(Self.productFloatCount / panelFloatCount, 1)
    groupCount = min(max(sharedGroupCount, ceiling(panelCount, fitting)), panelCount)
    productCount = ceiling(panelCount, groupCount) * panelFloatCount
    transformedCount = (isFused ? ceiling(tiles, blockCount) : tiles) * tileFloatCount
  }

  /// Floats of scratch memory that this many threads need.
  func scratchCount(threadCount: Int) -> Int {
    threadCount * productCount + (isFused ? threadCount : 1) * transformedCount
  }
}
