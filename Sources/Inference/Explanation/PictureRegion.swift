package import Messages

/// A ninth of a picture, for saying where something is.
package struct PictureRegion: Sendable, Hashable {
  /// A third of the height, from the top.
  package enum Row: Int, Sendable { case upper, middle, lower }
  /// A third of the width, from the left.
  package enum Column: Int, Sendable { case left, middle, right }

  /// The third from the top.
  package let row: Row
  /// The third from the left.
  package let column: Column

  /// The ninth that contains a point.
  ///
  /// - Parameters:
  ///   - x: the part of the picture's width to the left of the point, in 0...1.
  ///   - y: the part of its height above the point, in 0...1.
  package init(x: Double, y: Double) {
    func third(_ part: Double) -> Int { part < 1.0 / 3 ? 0 : part > 2.0 / 3 ? 2 : 1 }
    row = Row(rawValue: third(y)) ?? .middle
    column = Column(rawValue: third(x)) ?? .middle
  }

  /// Such as `upper left`.
  package var name: String {
    switch (row, column) {
    case (.upper, .left): "upper left"
    case (.upper, .middle): "upper middle"
    case (.upper, .right): "upper right"
    case (.middle, .left): "middle left"
    case (.middle, .middle): "center"
    case (.middle, .right): "middle right"
    case (.lower, .left): "lower left"
    case (.lower, .middle): "lower middle"
    case (.lower, .right): "lower right"
    }
  }
}

extension PictureRegion: MessageConvertible {
  /// Such as `upper left`.
  package var message: Message { "\(name)" }
}
