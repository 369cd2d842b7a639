package import Markup
package import Messages

/// Points on two axes, such as word counts against ranks.
package struct ScatterChart: Sendable {
  /// A point.
  package struct Point: Sendable {
    /// The horizontal coordinate.
    package var x: Double
    /// The vertical coordinate.
    package var y: Double
    /// The text that appears when a reader points at it; empty for none.
    package var title: Message

    /// A point.
    package init(x: Double, y: Double, title: Message = "") {
      (self.x, self.y, self.title) = (x, y, title)
    }
  }

  /// The points; those without a place on an axis are left out.
  package var points: [Point]
  /// The axis along the bottom.
  package var x: ChartAxis
  /// The vertical axis.
  package var y: ChartAxis
  /// A line to compare the points with, from one place to another; nil for none.
  package var guide: (from: Point, to: Point)?
  /// What the drawing is.
  package var title: HTML
  /// What it shows, for people who cannot see it.
  package var description: HTML

  /// A chart of points.
  package init(
    _ points: [Point], x: ChartAxis, y: ChartAxis, guide: (from: Point, to: Point)? = nil, title: HTML,
    description: HTML
  ) {
    (self.points, self.x, self.y, self.guide, self.title, self.description) = (points, x, y, guide, title, description)
  }

  /// An `svg` element.
  package var html: HTML {
    let plate = ChartPlate(height: 320, x: x, y: y)
    let (horizontal, vertical) = (plate.fittedX(points.map(\.x)), plate.fittedY(points.map(\.y)))
    var content = plate.axes(horizontal, vertical)
    if let guide, let x0 = horizontal.place(of: guide.from.x), let x1 = horizontal.place(of: guide.to.x),
      let y0 = vertical.place(of: guide.from.y), let y1 = vertical.place(of: guide.to.y)
    {
      content += "<path class=\"zero\" d=\"M\(at: x0) \(at: y0)L\(at: x1) \(at: y1)\"/>"
    }
    let radius = points.count > 300 ? 2.0 : 3.0
    for point in points {
      guard let x = horizontal.place(of: point.x), let y = vertical.place(of: point.y) else { continue }
      let circle: HTML = "<circle class=\"dot\" cx=\"\(at: x)\" cy=\"\(at: y)\" r=\"\(at: radius)\""
      content += point.title.isEmpty ? "\(circle)/>" : "\(circle)><title>\(point.title)</title></circle>"
    }
    return SVG.drawing(width: plate.width, height: plate.height, title: title, description: description, content)
  }
}
