internal import Images

/// A picture as the network sees it, with patches to hide.
///
/// A patch is hidden together with half a patch on each side, so that something on the line between two patches is
/// completely hidden once. The gray has the picture's average brightness: it is less conspicuous than one gray for all
/// pictures.
///
/// Both were measured on 100 drawn scenes with the scenes model. Of 160 words that name a shape, this many have their
/// strongest patch on that shape: 135 without the margin and with the middle gray 0, 150 with the margin, 146 with the
/// brightness, 157 with both.
struct Occlusion {
  /// `[299, 299, 3]`, row-major, in [-1, 1].
  private let values: [Float]
  private let grid: PatchGrid
  private let gray: Float

  /// A picture with nothing hidden yet.
  init(of values: [Float], grid: PatchGrid) {
    (self.values, self.grid) = (values, grid)
    gray = values.isEmpty ? 0 : Float(values.reduce(0.0) { $0 + Double($1) } / Double(values.count))
  }

  /// Several copies of the picture, each with a different patch hidden.
  ///
  /// - Parameter patches: indices in the grid, row by row, as the picture is stored.
  /// - Returns: `[patches.count, 299, 299, 3]`.
  func hiding(_ patches: Range<Int>) -> [Float] {
    var images: [Float] = []
    images.reserveCapacity(patches.count * values.count)
    for patch in patches {
      let start = images.count
      images += values
      let columns = grid.hiddenPixels(patch % grid.side)
      for y in grid.hiddenPixels(patch / grid.side) {
        let row = start + y * ImagePreprocessor.inputSide * 3
        for place in row + columns.lowerBound * 3..<row + columns.upperBound * 3 { images[place] = gray }
      }
    }
    return images
  }
}
