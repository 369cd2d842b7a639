package import Images
internal import Messages

/// The patches that are hidden one after the other: as many across as down, on the part of a picture that the network
/// sees.
///
/// The network does not see a picture's margin: the picture is resized to 346 x 346, and the middle 299 x 299 is what
/// it sees. The patches divide that window; `rows` and `columns` say where they are in the picture.
package struct PatchGrid: Sendable, Hashable {
  /// Patches across, and down.
  package let side: Int
  /// How the stored picture, which the network sees, must be turned to be upright.
  package let orientation: PictureOrientation

  /// The numbers of patches per side that can be requested. One patch would hide everything. With 32, a patch has 9
  /// pixels per side, and hiding so few shows little.
  package static let sides = 2...32
  /// The default side: 64 patches in all.
  package static let defaultSide = 8
  /// A grid.
  ///
  /// - Throws: `ExplanationDefect.gridSide` if `side` is not one of `sides`.
  package init(side: Int = Self.defaultSide) throws(ExplanationError) {
    guard Self.sides.contains(side) else { throw ExplanationError(.gridSide(side)) }
    self.init(side, .upright)
  }

  private init(_ side: Int, _ orientation: PictureOrientation) {
    (self.side, self.orientation) = (side, orientation)
  }

  /// The same patches on a picture with this stored orientation.
  func turned(from orientation: PictureOrientation) -> PatchGrid { PatchGrid(side, orientation) }

  /// Patches in all.
  package var patchCount: Int { side * side }

  /// The part of the upright picture's width that each column of patches takes, in 0...1.
  package var columns: [ClosedRange<Double>] {
    extents(areReversed: [.mirrored, .turnedAround, .turnedLeft, .transversed].contains(orientation))
  }

  /// The part of the upright picture's height that each row of patches takes, in 0...1.
  package var rows: [ClosedRange<Double>] {
    extents(areReversed: [.flipped, .turnedAround, .turnedRight, .transversed].contains(orientation))
  }

  private func extents(areReversed: Bool) -> [ClosedRange<Double>] {
    let edges = (0...side).map { index in
      Double(Self.windowStart + firstPixel(of: index)) / Double(ImagePreprocessor.resizedSide)
    }
    let stored = zip(edges, edges.dropFirst()).map { $0...$1 }
    return areReversed ? stored.reversed().map { 1 - $0.upperBound...1 - $0.lowerBound } : stored
  }

  /// The pixels of the network's input in a column or row of patches, as the picture is stored.
  func pixels(_ index: Int) -> Range<Int> { firstPixel(of: index)..<firstPixel(of: index + 1) }

  /// The pixels that are hidden with a column or row of patches: half a patch extra on each side.
  func hiddenPixels(_ index: Int) -> Range<Int> {
    let margin = ImagePreprocessor.inputSide / (2 * side)
    return max(firstPixel(of: index) - margin, 0)..<min(firstPixel(of: index + 1) + margin, ImagePreprocessor.inputSide)
  }

  private func firstPixel(of index: Int) -> Int { index * ImagePreprocessor.inputSide / side }

  private static let windowStart = (ImagePreprocessor.resizedSide - ImagePreprocessor.inputSide) / 2
}
