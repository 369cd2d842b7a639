/// One step from a file to the network's input, as data that a graph's steps can be compared with.
package enum PreprocessingStep: Sendable, Equatable {
  /// A JPEG becomes samples of 0 to 255.
  case decode(channels: Int, isChromaInterpolated: Bool, ratio: Int)
  /// Every value is multiplied by a number.
  case multiply(Float)
  /// A number is subtracted from every value.
  case subtract(Float)
  /// Bilinear, whatever the aspect ratio.
  case resize(height: Int, width: Int, alignsCorners: Bool, usesPixelCenters: Bool)
  /// A part of the picture.
  case crop(top: Int, left: Int, height: Int, width: Int)

  /// The steps in words.
  package var description: String {
    switch self {
    case .decode(let channels, let isInterpolated, let ratio):
      "decodes to \(channels) channels, chroma \(isInterpolated ? "interpolated" : "repeated"), at 1/\(ratio)"
    case .multiply(let factor): "multiplies by \(factor)"
    case .subtract(let offset): "subtracts \(offset)"
    case .resize(let height, let width, let alignsCorners, let usesPixelCenters):
      "resizes to \(height) x \(width), bilinear, "
        + (alignsCorners ? "corners aligned" : usesPixelCenters ? "from pixel centers" : "from pixel corners")
    case .crop(let top, let left, let height, let width):
      "keeps \(height) x \(width) pixels from row \(top), column \(left)"
    }
  }

  /// Whether two steps are of the same kind, whatever their numbers.
  package func isSameKind(as other: Self) -> Bool {
    switch (self, other) {
    case (.decode, .decode), (.multiply, .multiply), (.subtract, .subtract), (.resize, .resize), (.crop, .crop): true
    default: false
    }
  }
}

extension ImagePreprocessor {
  /// What happens to a picture, in order, with the numbers that `RGBImage` and `input(from:)` compute with.
  package static let steps: [PreprocessingStep] = [
    .decode(channels: 3, isChromaInterpolated: true, ratio: 1),
    .multiply(sampleScale),
    .resize(height: resizedSide, width: resizedSide, alignsCorners: false, usesPixelCenters: false),
    .crop(top: cropStart, left: cropStart, height: inputSide, width: inputSide),
    .subtract(offset),
    .multiply(range),
  ]
}
