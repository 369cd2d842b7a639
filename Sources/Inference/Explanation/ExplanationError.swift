package import Messages

/// Why a caption cannot be explained.
package typealias ExplanationError = LocatedError<ExplanationDefect>

/// What keeps a caption from being explained.
package enum ExplanationDefect: ErrorReason {
  /// A grid with too few patches per side to show anything, or so many that hiding them takes too long.
  case gridSide(Int)
  /// None of the model's captions of the picture contains a word.
  case noWords
  /// The page would replace a file that it is about.
  case outputIsSource(String)

  /// Usage for settings, bad data for a picture, "cannot create" for a page.
  package var category: ErrorCategory {
    switch self {
    case .gridSide: .usage
    case .noWords: .badData
    case .outputIsSource: .cannotCreate
    }
  }

  /// What was found, what was expected and what to try.
  package var sentence: Message {
    switch self {
    case .gridSide(let side):
      """
      a grid of \(side) x \(side) patches is out of range; give \(PatchGrid.sides.lowerBound) to \
      \(PatchGrid.sides.upperBound) patches per side, such as \(PatchGrid.defaultSide).
      """
    case .noWords:
      """
      the model's captions of this picture contain no words, so there is nothing to explain. Caption another picture to \
      see whether the model works: decant caption
      """
    case .outputIsSource(let source):
      "would replace \(source), which the page is about. Nothing was written; choose another name."
    }
  }
}
