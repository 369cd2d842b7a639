internal import Explanation
internal import Images
internal import Markup
internal import Messages

/// Draws patches over a picture.
///
/// The picture is on the page once, in the overview; the maps refer to it there by its id.
struct PatchDrawing {
  let grid: PatchGrid
  let preview: PicturePreview?

  /// The picture, the frame of what the network sees, and the patches.
  var overview: HTML {
    let picture = preview.map { preview -> HTML in
      """
      <image id="whole-picture" width="\(at: width)" height="\(at: height)" \
      href="\(HTML(dataURI: preview.jpeg, type: "image/jpeg"))"/>
      """
    }
    let lines =
      columns.dropFirst().map { column -> HTML in
        "<path d=\"M\(at: column.lowerBound) \(at: frame.y)V\(at: frame.y + frame.height)\"/>"
      }
      + rows.dropFirst().map { row -> HTML in
        "<path d=\"M\(at: frame.x) \(at: row.lowerBound)H\(at: frame.x + frame.width)\"/>"
      }
    return SVG.drawing(
      width: width, height: height, title: "The picture",
      description:
        "\(grid.side) by \(grid.side) patches divide the middle of the picture, which is what the network sees.",
      """
      \(picture)<path class="margin" d="M0 0H\(at: width)V\(at: height)H0Z\(path(frame))"/>\
      <g class="patch-lines" stroke-width="\(at: unit)">\(lines)</g>\(outline(frame))
      """)
  }

  /// The picture, pale, and a word's map over it.
  func map(of word: CaptionExplanation.Word, title: HTML, description: HTML) -> HTML {
    let address = HTML(dataURI: Self.picture(of: word.map))
    let heat = address.map { address -> HTML in
      """
      <image class="heat" x="\(at: frame.x)" y="\(at: frame.y)" width="\(at: frame.width)" height="\(at: frame.height)" \
      preserveAspectRatio="none" href="\(address)"/>
      """
    }
    let strongest = word.map.strongest.map { patch -> HTML in
      let (column, row) = (columns[patch.column], rows[patch.row])
      return outline(
        (column.lowerBound, row.lowerBound, column.upperBound - column.lowerBound, row.upperBound - row.lowerBound))
    }
    let picture: HTML? = preview == nil ? nil : "<use class=\"pale\" href=\"#whole-picture\"/>"
    return SVG.drawing(
      width: width, height: height, title: title, description: description, "\(picture)\(heat)\(strongest)")
  }

  /// The drop at which the colors end: the word's largest, but at least a factor of two, so that faint effects look
  /// faint.
  static func limit(of map: OcclusionMap) -> Double {
    max(map.range.upperBound, -map.range.lowerBound, 0.69)
  }

  /// A pixel for each patch.
  private static func picture(of map: OcclusionMap) -> PNGPicture {
    let limit = limit(of: map)
    let pixels = map.drops.map { drop in UInt8(min(max((127 + 127 * drop / limit).rounded(), 0), 254)) }
    return PNGPicture(
      PaletteImage(width: map.grid.side, height: map.grid.side, pixels: pixels, palette: palette))
  }

  /// Blue to transparent to orange.
  private static let palette: [PNGPicture.Color] = (0...254).map { index in
    let part = (Double(index) - 127) / 127
    let alpha = UInt8((216 * abs(part).squareRoot()).rounded())
    return part < 0
      ? PNGPicture.Color(red: 30, green: 110, blue: 235, alpha: alpha)
      : PNGPicture.Color(red: 255, green: 110, blue: 0, alpha: alpha)
  }

  private typealias Box = (x: Double, y: Double, width: Double, height: Double)

  private var width: Double { Double(preview?.width ?? 299) }
  private var height: Double { Double(preview?.height ?? 299) }
  private var columns: [ClosedRange<Double>] { grid.columns.map { $0.lowerBound * width...$0.upperBound * width } }
  private var rows: [ClosedRange<Double>] { grid.rows.map { $0.lowerBound * height...$0.upperBound * height } }

  private var frame: Box {
    let (columns, rows) = (columns, rows)
    let (x, y) = (columns.first?.lowerBound ?? 0, rows.first?.lowerBound ?? 0)
    return (x, y, (columns.last?.upperBound ?? width) - x, (rows.last?.upperBound ?? height) - y)
  }

  /// A line width that looks equally fine on large and small pictures.
  private var unit: Double { max(width, height) / 480 }

  private func path(_ box: Box) -> HTML {
    "M\(at: box.x) \(at: box.y)v\(at: box.height)h\(at: box.width)v\(at: -box.height)Z"
  }

  /// A frame that is visible on light and dark backgrounds.
  private func outline(_ box: Box) -> HTML {
    """
    <path class="outline under" stroke-width="\(at: 5 * unit)" d="\(path(box))"/>\
    <path class="outline" stroke-width="\(at: 2.5 * unit)" d="\(path(box))"/>
    """
  }
}
