/// How the work of one convolution by Winograd's transform is cut up, so that what is used together lies together in a cache.
///
/// A convolution with more activations than weights is *fused*: a task transforms the inputs of a block of tiles, multiplies them with all
/// the weights and transforms the products, and all of it stays in its core's second-level cache. Where weights outweigh activations
/// every task should read few weights instead: first all inputs are transformed, then tasks take a block of tiles times a group of
/// panels.
struct WinogradSchedule {
  /// Whether a task does all three steps for a block of tiles.
  let isFused: Bool
  /// Tiles whose transformed inputs are held at once: a block's when fused, else as many as fit into the common memory.
  let tilesPerTurn: Int
  /// Tiles of a block.
  let tilesPerBlock: Int
  /// Panels of output channels whose products are held at once.
  let panelsPerGroup: Int
  /// Floats of products that a task holds.
  let productCount: Int
  /// Floats of transformed inputs that a task, or when not fused all together hold.
  let transformedCount: Int

  /// Floats of transformed inputs that are held at once when not fused: 8 MiB, which every machine's third-level cache has room for.
  private static let turnFloatCount = 2 << 20
  /// Floats of transformed inputs per block: 256 KiB, half of the second-level cache of a Zen 3 core.
  private static let blockFloatCount = 64 << 10
  /// Floats of products per task: 128 KiB, which should stay in that cache until they are transformed.
  private static let productFloatCount = 32 << 10
  /// Blocks are made of this many tiles or a multiple, so that tiles of a product have their full height.
  private static let tileUnit = 12
  /// Tasks per thread, so that one thread that loses its core for a while leaves its tasks to the others.
  private static let tasksPerThread = 4

  init(_ grid: TileGrid, _ transform: WinogradTransform, depth: Int, panelCount: Int, threadCount: Int) {
    let positionCount = transform.positionCount
    let tileFloatCount = max(positionCount * depth, 1)
    let wantedTaskCount = threadCount == 1 ? 1 : threadCount * Self.tasksPerThread
    isFused = grid.count >= panelCount * PackedMatrix.panelWidth
    func rounded(_ count: Int) -> Int { max((count + Self.tileUnit / 2) / Self.tileUnit, 1) * Self.tileUnit }
    let fitting = Self.blockFloatCount / tileFloatCount
    if isFused {
      let shared = (grid.count + wantedTaskCount - 1) / wantedTaskCount
      tilesPerBlock = min(rounded(min(fitting, shared)), grid.count)
      tilesPerTurn = tilesPerBlock
    } else {
      tilesPerTurn = min(rounded(Self.turnFloatCount / tileFloatCount), grid.count)
      let blockCount = max(1, (tilesPerTurn + fitting) / max(2 * fitting, 1))
      tilesPerBlock = min(rounded((tilesPerTurn + blockCount - 1) / blockCount), tilesPerTurn)
    }
    let blocks = (tilesPerTurn + tilesPerBlock - 1) / tilesPerBlock
    let shared = isFused ? panelCount : panelCount / max(1, min(panelCount, wantedTaskCount / blocks))
    let panelFloatCount = positionCount * tilesPerBlock * PackedMatrix.panelWidth
    panelsPerGroup = max(1, min(Self.productFloatCount / max(panelFloatCount, 1), shared))
    productCount = panelsPerGroup * panelFloatCount
    transformedCount = tilesPerTurn * tileFloatCount
  }

  /// Floats of scratch memory that so many threads need.
  func scratchCount(threadCount: Int) -> Int {
    threadCount * productCount + (isFused ? threadCount : 1) * transformedCount
  }
}
