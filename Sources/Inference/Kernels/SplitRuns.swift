internal import CDecantKernels

/// How the depth of a convolution is cut for tiles, which hold 32 depths of a position.
///
/// A tile loads 16 neighboring positions straight from a map, each a pixel after the one before. Neighboring pixels of a map follow each
/// other, so a kernel row is one run of memory, and what fills its last tile is multiplied with weights of 0. Where that does not work the
/// positions are *gathered* first: the whole window of a position becomes one run.
struct SplitRuns: Sendable, Equatable {
  /// Whether positions are gathered: windows of stride 2, and pixels whose bytes are a multiple of 4096, which would all fall into the same
  /// few lines of the first-level cache.
  let isGathered: Bool
  /// Runs of a position.
  let count: Int
  /// Values of a run.
  let depth: Int

  /// Blocks of 32 depths of a run.
  var blockCount: Int { (depth + Self.blockDepth - 1) / Self.blockDepth }

  /// Depths of a tile.
  static let blockDepth = Int(DECANT_SPLIT_DEPTH)

  /// The runs of a window over that many channels.
  init(_ window: Window, channels: Int) {
    isGathered = window.stride > 1 || channels * MemoryLayout<UInt16>.stride % 4096 == 0
    count = isGathered ? 1 : window.height
    depth = window.width * channels * (isGathered ? window.height : 1)
  }
}
