/// How a terminal shows pictures.
package struct TerminalGraphics: Sendable, Equatable {
  /// A way to send a picture.
  package enum Way: Sendable, CaseIterable {
    /// kitty's graphics protocol: PNG in pieces.
    case kitty
    /// iTerm2's inline images: a whole file.
    case iTerm2
    /// DEC's sixel graphics: at most 256 colors.
    case sixel
  }

  /// The best way that the terminal supports.
  package let way: Way
  /// The maximum width of a picture, in pixels.
  package let maximumWidth: Int

  /// Wider pictures take up more of a window than they are worth.
  package static let usualWidth = 480

  /// Chooses the way from the terminal's replies; nil if it supports none.
  ///
  /// - Parameters:
  ///   - replies: the terminal's replies.
  ///   - columnCount: columns of the window; nil if unknown.
  ///   - pixelWidth: the window's width in pixels, as the system reports it; nil if unknown.
  init?(_ replies: TerminalReplies, columnCount: Int?, pixelWidth: Int?) {
    if replies.knowsKitty {
      way = .kitty
    } else if replies.knowsITerm2 {
      way = .iTerm2
    } else if replies.knowsSixel {
      way = .sixel
    } else {
      return nil
    }
    let columns = columnCount.map { min($0, 1000) }
    // If a terminal does not report the size of a cell, assume a small one.
    let width = pixelWidth ?? replies.windowWidth ?? columns.map { $0 * (replies.cellWidth ?? 8) } ?? Self.usualWidth
    maximumWidth = max(1, min(Self.usualWidth, width))
  }
}
