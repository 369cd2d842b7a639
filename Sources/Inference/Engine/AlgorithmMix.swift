internal import Kernels

/// Which convolutions are computed by Winograd's transforms, and in what tiles, and which on tiles of bf16 numbers.
///
/// Larger tiles need fewer multiplications but round less exactly. `Precision` chooses between `standard`, `exactSplit`
/// and `fastSplit`; the others exist to measure what they would cost (`make accuracy`).
package enum AlgorithmMix: String, CaseIterable, Sendable {
  /// Every convolution as a matrix product on the activations.
  case direct
  /// 3x3 in tiles of 2x2, 1x3 and 3x1 in tiles of 4; the others direct.
  case smallTiles = "small tiles"
  /// 3x3 and 5x5 in tiles of 4x4, or of 2x2 on the smallest maps; 1x3, 3x1, 1x7 and 7x1 in tiles of 4.
  case shortTiles = "short tiles"
  /// As short tiles, with 1x7 and 7x1 in tiles of 6: the fastest whose captions are TensorFlow's word for word.
  case standard
  /// 3x3 in tiles of 6x6, 5x5 in tiles of 4x4, 1x7 and 7x1 in tiles of 6, 1x3 and 3x1 in tiles of 4.
  case largeTiles = "large tiles"
  /// As standard; where six products of bf16 numbers are faster than float32, those: as exact, and fast on AMX.
  case exactSplit = "split, exact"
  /// Three products of bf16 numbers for every convolution.
  case fastSplit = "split, fast"

  /// The transforms to choose from; the first that fits a window is taken.
  ///
  /// - Parameter isSmall: whether reading the weights is what takes time, since the map is small.
  /// - Returns: the transforms, the wanted ones first.
  func transforms(onSmallMap isSmall: Bool) -> [WinogradTransform] {
    switch self {
    case .direct: []
    case .smallTiles: [.f2x2_3x3, .f4_3]
    case .shortTiles: [isSmall ? .f2x2_3x3 : .f4x4_3x3, .f4x4_5x5, .f4_3, .f4_7]
    case .fastSplit: []
    case .standard, .exactSplit: [isSmall ? .f2x2_3x3 : .f4x4_3x3, .f4x4_5x5, .f4_3, .f6_7]
    case .largeTiles: [.f6x6_3x3, .f4x4_5x5, .f4_3, .f6_7]
    }
  }

  /// How many products of bf16 numbers make up each product of a convolution; nil for float32.
  ///
  /// Six products leave AMX about as fast as float32 with all its multiplications. So they lose to Winograd's transforms, except on the
  /// smallest maps, where reading transformed weights takes longer; and what no transform fits is faster with them.
  func splitTerms(for window: Window, onSmallMap isSmall: Bool) -> SplitTerms? {
    switch self {
    case .direct, .smallTiles, .shortTiles, .standard, .largeTiles: nil
    case .exactSplit: window.tapCount == 1 || window.stride > 1 || isSmall ? .six : nil
    case .fastSplit: .three
    }
  }
}
