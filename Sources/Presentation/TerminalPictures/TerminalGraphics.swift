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

  /// The best way that the terminal knows.
  package let way: Way
  /// Pixels that a picture may be wide.
  package let maximumWidth: Int

  /// Wider pictures take more of a window than a glance needs.
  package static let usualWidth = 480

  /// Chooses the way from what the terminal said; nil if it knows none.
  ///
  /// - Parameters:
  ///   - replies: what the terminal said.
  ///   - columnCount: columns of the window; nil if that is not known.
  ///   - pixelWidth: pixels of the window that the system knows; nil if it knows none.
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
    // A cell of a terminal that does not say is taken for a small one.
    let width = pixelWidth ?? replies.windowWidth ?? columns.map { $0 * (replies.cellWidth ?? 8) } ?? Self.usualWidth
    maximumWidth = max(1, min(Self.usualWidth, width))
  }
}
