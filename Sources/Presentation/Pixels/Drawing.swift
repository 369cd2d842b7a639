internal import Images
internal import Inspection
internal import Messages
internal import Portraits

/// A picture of a tensor and what its axes and colors mean.
struct Drawing {
  let image: DrawnImage?
  let notes: [Message]

  /// Nothing to draw.
  init(without reason: Message) { (image, notes) = (nil, [reason]) }

  /// Kernels over pictures, each as a picture of its own.
  init(kernels sheet: KernelSheet, maximumWidth: Int) {
    let layout = PanelSheet(
      width: sheet.width, height: sheet.height, panelCount: sheet.kernels.count, side: 48, maximumCellSide: 12,
      maximumWidth: maximumWidth)
    let shown = sheet.kernels.prefix(layout.panelCount)
    image = .colors(
      RGBImage(
        width: layout.pixelWidth, height: layout.pixelHeight,
        pixels: layout.pixels(shown.map { sheet.pixels(of: $0, reach: $0.reach) }, border: [255, 255, 255])))
    let count: Message =
      shown.count < sheet.kernelCount
      ? "the first \(shown.count) of \(HumanText.grouped(sheet.kernelCount)) kernels"
      : HumanText.count(shown.count, "kernel")
    var notes: [Message] = [
      """
      \(count) of \(sheet.height) x \(sheet.width) pixels in red, green and blue, from left to right and top to bottom; \
      axes: \(sheet.axisNames.joined(separator: ", "))
      """,
      "gray is 0, brighter is positive, darker is negative; each kernel's own largest value has full color",
    ]
    let dead = shown.count { $0.reach == 0 && $0.nonFiniteCount == 0 }
    let weak = shown.count { sheet.isWeak($0) } - dead
    if dead > 0 { notes.append("\(HumanText.count(dead, "kernel")) \(dead.noun("is", "are")) all zeros") }
    if weak > 0 {
      notes.append(
        "\(HumanText.count(weak, "kernel")) \(weak.noun("reaches", "reach")) less than a hundredth of the strongest")
    }
    self.notes = notes
  }

  /// A vector.
  init(vector grid: ValueGrid, maximumWidth: Int) {
    let plot = BarPlot(grid, maximumWidth: maximumWidth)
    image = plot.image.map(DrawnImage.palette)
    let bar: Message =
      grid.cellColumnCount == 1 ? "a bar for each value" : "each bar the mean of \(grid.cellColumnCount) values"
    let (lower, upper) = plot.range
    notes = [
      "from left to right: \(grid.columns), \(bar)",
      """
      bars from \(HumanText.significant(lower, 4)) to \(HumanText.significant(upper, 4)); the gray line is 0, blue is \
      below it, orange above
      """,
    ]
  }

  /// A matrix, or slices of one size.
  init(grids: [ValueGrid], channelAxis: Int?, rank: Int, maximumWidth: Int) {
    let grid = grids[0]
    let colors = HeatColors(fitting: grids)
    let layout = PanelSheet(
      width: grid.columnCount, height: grid.rowCount, panelCount: grids.count, side: grids.count == 1 ? 384 : 192,
      maximumCellSide: 24, maximumWidth: maximumWidth)
    let shown = grids.prefix(layout.panelCount)
    // The border uses the palette entry of the strongest blue, which looks like the entry beside it.
    let pixels = layout.pixels(shown.map { $0.values.map { max(1, colors.index(of: $0)) } }, border: [0])
    image = .palette(
      PaletteImage(
        width: layout.pixelWidth, height: layout.pixelHeight, pixels: pixels,
        palette: [Self.border] + HeatColors.opaquePalette.dropFirst()))
    func channels(_ axis: Int) -> Message { axis == channelAxis ? ", output channels" : "" }
    var notes: [Message] = [
      """
      down: \(grid.rows)\(channels(rank - 2)); from left to right: \(grid.columns)\(channels(rank - 1)); \
      \(Self.cell(grid))
      """
    ]
    let slices = shown.compactMap { grid in grid.slice.map { "\($0)" as Message } }
    if !slices.isEmpty {
      let order: Message = slices.count > 1 ? ", from left to right and top to bottom" : ""
      notes.append("\(slices.count.noun("slice")) \(Message.list(slices))\(order)")
    }
    let beyond = shown.reduce(0) { $0 + colors.beyondCount(in: $1) }
    let clipped: Message =
      beyond > 0 ? "; \(HumanText.count(beyond, "cell")) \(beyond.noun("is", "are")) beyond it" : ""
    notes.append(
      """
      white is 0, blue is below it, orange above; colors are full at \(HumanText.significant(colors.limit, 4))\(clipped)
      """)
    self.notes = notes
  }

  private static let border = PNGPicture.Color(red: 150, green: 150, blue: 150)

  private static func cell(_ grid: ValueGrid) -> Message {
    let count = grid.cellRowCount.multipliedReportingOverflow(by: grid.cellColumnCount)
    guard count.partialValue != 1 || count.overflow else { return "a cell for each value" }
    let (rows, columns) = (HumanText.grouped(grid.cellRowCount), HumanText.grouped(grid.cellColumnCount))
    return "each cell the mean of \(rows) x \(columns) values"
  }
}
