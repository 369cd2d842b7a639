/// Pictures of one size side by side, each cell drawn as a square of pixels, with a border around every picture.
struct PanelSheet: Equatable {
  /// Cells in a row of a panel.
  let width: Int
  /// Rows of a panel.
  let height: Int
  /// Pixels of a cell in each direction.
  let scale: Int
  /// Panels that are drawn.
  let panelCount: Int
  /// Panels side by side.
  let columnCount: Int

  /// Pixels between panels and around them.
  private static let border = 2

  /// Lays out panels of `width` x `height` cells, of which there is at least one.
  ///
  /// - Parameters:
  ///   - width: cells in a row of a panel.
  ///   - height: rows of a panel.
  ///   - panelCount: how many there are; those that would be too far down are left out, but the first row is always
  ///     drawn.
  ///   - side: about how many pixels the longer side of a panel may have; a cell has at least 1.
  ///   - maximumCellSide: the maximum number of pixels per cell.
  ///   - maximumWidth: the maximum width of the sheet in pixels; one panel is drawn even if it is wider.
  init(width: Int, height: Int, panelCount: Int, side: Int, maximumCellSide: Int, maximumWidth: Int) {
    (self.width, self.height) = (width, height)
    let room = min(side, maximumWidth - 2 * Self.border)
    scale = max(1, min(maximumCellSide, min(room / width, side / height)))
    let (step, rowStep) = (width * scale + Self.border, height * scale + Self.border)
    columnCount = max(1, min(panelCount, (maximumWidth - Self.border) / step))
    let rowCount = max(1, (Self.maximumHeight - Self.border) / rowStep)
    self.panelCount = min(panelCount, rowCount * columnCount)
  }

  /// A picture is at most this many pixels high, unless a single panel is higher.
  static let maximumHeight = 960

  private var rowCount: Int { (panelCount - 1) / columnCount + 1 }
  /// The width of the sheet in pixels.
  var pixelWidth: Int { columnCount * (width * scale + Self.border) + Self.border }
  /// The height of the sheet in pixels.
  var pixelHeight: Int { rowCount * (height * scale + Self.border) + Self.border }

  /// Draws the panels.
  ///
  /// - Parameters:
  ///   - panels: `panelCount` times `[height, width, channels]`.
  ///   - border: the channels of the border, and of the places without a panel.
  /// - Returns: `[pixelHeight, pixelWidth, channels]`.
  func pixels(_ panels: [[UInt8]], border: [UInt8]) -> [UInt8] {
    precondition(panels.count == panelCount, "the layout is for these panels")
    let channelCount = border.count
    var pixels = [UInt8](repeating: 0, count: pixelWidth * pixelHeight * channelCount)
    for place in pixels.indices { pixels[place] = border[place % channelCount] }
    for (number, panel) in panels.enumerated() {
      precondition(panel.count == width * height * channelCount, "a panel has its cells")
      let top = number / columnCount * (height * scale + Self.border) + Self.border
      let left = number % columnCount * (width * scale + Self.border) + Self.border
      for y in 0..<height * scale {
        for x in 0..<width * scale {
          let cell = (y / scale * width + x / scale) * channelCount
          let place = ((top + y) * pixelWidth + left + x) * channelCount
          for channel in 0..<channelCount { pixels[place + channel] = panel[cell + channel] }
        }
      }
    }
    return pixels
  }
}
