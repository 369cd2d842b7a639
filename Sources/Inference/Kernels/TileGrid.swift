/// How the output of a convolution is cut into Winograd's tiles.
struct TileGrid {
  /// The tiles' outputs, rows and columns; 1 along an axis that is not transformed.
  let tileHeight, tileWidth: Int
  /// The tiles' inputs, rows and columns.
  let inputHeight, inputWidth: Int
  /// Tiles in a column and in a row of a map.
  let rowCount, columnCount: Int
  /// Tiles of all maps.
  let count: Int

  /// Cuts a map that a window of that transform makes.
  init(_ transform: WinogradTransform, window: Window, output: MapShape) {
    func extents(_ taps: Int) -> (outputs: Int, inputs: Int) {
      taps > 1 ? (transform.outputCount, transform.extent) : (1, 1)
    }
    (tileHeight, inputHeight) = extents(window.height)
    (tileWidth, inputWidth) = extents(window.width)
    rowCount = (output.height + tileHeight - 1) / tileHeight
    columnCount = (output.width + tileWidth - 1) / tileWidth
    count = output.count * rowCount * columnCount
  }

  /// A tile's map, and the row and column of its first output.
  func place(of tile: Int) -> (n: Int, y: Int, x: Int) {
    let (line, column) = tile.quotientAndRemainder(dividingBy: columnCount)
    let (n, row) = line.quotientAndRemainder(dividingBy: rowCount)
    return (n, row * tileHeight, column * tileWidth)
  }
}
