package import Markup
package import Messages

/// Numbers along a sequence, such as the layers of a network: a line, and bands around it that show the spread.
package struct LineChart: Sendable {
  /// The numbers at one place of the sequence.
  package struct Place: Sendable {
    /// The line's value; nil if there is none.
    package var value: Double?
    /// The bands, the widest first, each from its lower to its upper end.
    package var bands: [ClosedRange<Double>]
    /// The text that appears when a reader points at it; empty for none.
    package var title: Message

    /// The numbers at one place.
    package init(value: Double?, bands: [ClosedRange<Double>] = [], title: Message = "") {
      (self.value, self.bands, self.title) = (value, bands, title)
    }
  }

  /// What is drawn, from left to right.
  package var places: [Place]
  /// The axis along the bottom, which counts places from 1.
  package var x: ChartAxis
  /// The vertical axis.
  package var y: ChartAxis
  /// What the drawing is.
  package var title: HTML
  /// What it shows, for people who cannot see it.
  package var description: HTML

  /// A chart of a line with bands.
  package init(_ places: [Place], x: ChartAxis, y: ChartAxis, title: HTML, description: HTML) {
    (self.places, self.x, self.y, self.title, self.description) = (places, x, y, title, description)
  }

  /// An `svg` element.
  package var html: HTML {
    let plate = ChartPlate(x: x, y: y)
    let numbers = places.flatMap { place in
      place.bands.flatMap { [$0.lowerBound, $0.upperBound] } + (place.value.map { [$0] } ?? [])
    }
    let vertical = plate.fittedY(numbers)
    let horizontal = plate.fittedX([1, Double(max(2, places.count))])
    func across(_ index: Int) -> Double { horizontal.place(of: Double(index + 1)) ?? plate.left }
    var content = plate.axes(horizontal, vertical)
    if numbers.contains(where: { $0 < 0 }), numbers.contains(where: { $0 > 0 }), let zero = vertical.place(of: 0) {
      content += "<path class=\"zero\" d=\"M\(at: plate.left) \(at: zero)H\(at: plate.right)\"/>"
    }
    for band in 0..<(places.map(\.bands.count).max() ?? 0) {
      content +=
        "<path class=\"band\(band == 0 ? "" : " inner" as HTML)\" d=\"\(outline(of: band, across, vertical))\"/>"
    }
    content += "<path class=\"line\" d=\"\(line(across, vertical))\"/>"
    let step = places.count > 1 ? across(1) - across(0) : plate.right - plate.left
    for (index, place) in places.enumerated() where !place.title.isEmpty {
      content += """
        <rect class="over" x="\(at: across(index) - step / 2)" y="\(at: plate.top)" width="\(at: step)" \
        height="\(at: plate.bottom - plate.top)"><title>\(place.title)</title></rect>
        """
    }
    return SVG.drawing(width: plate.width, height: plate.height, title: title, description: description, content)
  }

  /// Runs of places without a gap.
  private func runs(_ hasNumber: (Place) -> Bool) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    for (index, place) in places.enumerated() where hasNumber(place) {
      if let last = runs.last, last.upperBound == index {
        runs[runs.count - 1] = last.lowerBound..<index + 1
      } else {
        runs.append(index..<index + 1)
      }
    }
    return runs
  }

  private func line(_ across: (Int) -> Double, _ vertical: ChartAxis.Fitted) -> HTML {
    runs { $0.value.flatMap(vertical.place) != nil }.map { run -> HTML in
      let points = run.map { index -> HTML in
        "\(at: across(index)) \(at: places[index].value.flatMap(vertical.place) ?? 0)"
      }
      // A place on its own is a short line.
      return run.count == 1 ? "M\(points)h2" : "M\(points.joined(separator: "L"))"
    }.joined()
  }

  /// Up one side of a band and down the other.
  private func outline(of band: Int, _ across: (Int) -> Double, _ vertical: ChartAxis.Fitted) -> HTML {
    func ends(_ place: Place) -> (low: Double, high: Double)? {
      guard band < place.bands.count, let high = vertical.place(of: place.bands[band].upperBound) else { return nil }
      // On a logarithmic axis, the lower end may be 0, which is below everything.
      return (vertical.place(of: place.bands[band].lowerBound) ?? vertical.lowest, high)
    }
    return runs { ends($0) != nil }.map { run -> HTML in
      let high = run.map { index -> HTML in "\(at: across(index)) \(at: ends(places[index])?.high ?? 0)" }
      let low = run.reversed().map { index -> HTML in "\(at: across(index)) \(at: ends(places[index])?.low ?? 0)" }
      return "M\((high + low).joined(separator: "L"))Z"
    }.joined()
  }
}
