package import Inspection
package import Markup
internal import Messages

/// The values of each channel: a band from the smallest to the largest, a band of one standard deviation around the
/// mean, and the mean as a line. Channels that are all zero are marked on the axis.
package struct ChannelChart: Sendable {
  private let channels: ChannelStatistics
  private let title: HTML

  /// A drawing of the channels of a tensor.
  package init(_ channels: ChannelStatistics, title: HTML) {
    (self.channels, self.title) = (channels, title)
  }

  private static let width = 640.0
  private static let left = 52.0
  private static let right = 628.0
  private static let top = 12.0
  private static let bottom = 188.0
  /// If there are more channels, several share a place.
  private static let maximumPlaceCount = 288

  /// Channels that share a place in the drawing.
  private struct Place {
    var minimum = Double.infinity
    var maximum = -Double.infinity
    var low = Double.infinity
    var high = -Double.infinity
    var mean = 0.0
    var count = 0
  }

  /// An `svg` element.
  package var html: HTML {
    let places = places
    let scale = ChartScale(
      from: min(0, places.map(\.minimum).min() ?? 0), to: max(0, places.map(\.maximum).max() ?? 0), at: Self.bottom,
      Self.top)
    func x(_ index: Double) -> Double { Self.left + (Self.right - Self.left) * index / Double(max(1, places.count)) }
    /// A band between two lines, a step for each place; places without a finite value are left out.
    func band(_ low: (Place) -> Double, _ high: (Place) -> Double) -> HTML {
      places.enumerated().filter { $0.element.count > 0 }.map { index, place -> HTML in
        let (y0, y1) = (scale.place(of: high(place)), scale.place(of: low(place)))
        return
          "M\(at: x(Double(index))) \(at: y0)H\(at: x(Double(index + 1)))V\(at: max(y1, y0 + 0.5))H\(at: x(Double(index)))Z"
      }.joined()
    }
    let means = places.enumerated().filter { $0.element.count > 0 }.map { index, place -> HTML in
      "M\(at: x(Double(index))) \(at: scale.place(of: place.mean))H\(at: x(Double(index + 1)))"
    }.joined()
    var content: HTML = ""
    for tick in scale.ticks(4) {
      let y = scale.place(of: tick)
      content += """
        <path class="axis" d="M\(at: Self.left) \(at: y)H\(at: Self.right)"/>\
        <text class="soft end" x="\(at: Self.left - 6)" y="\(at: y + 4)">\(ChartScale.text(tick))</text>
        """
    }
    content += """
      <path class="band" d="\(band(\.minimum, \.maximum))"/><path class="band inner" d="\(band(\.low, \.high))"/>\
      <path class="line" d="\(means)"/>
      """
    let count = channels.minima.count
    for tick in ChartScale(from: 0, to: Double(max(1, count - 1)), at: 0, 1).ticks(6) where tick == tick.rounded() {
      let place = x((tick + 0.5) / Double(max(1, count)) * Double(places.count))
      content += "<text class=\"soft middle\" x=\"\(at: place)\" y=\"\(at: Self.bottom + 22)\">\(Int(tick))</text>"
    }
    let dead = channels.deadChannels
    for channel in dead.prefix(Self.maximumPlaceCount) {
      let place = x((Double(channel) + 0.5) / Double(max(1, count)) * Double(places.count))
      content += "<path class=\"dead\" d=\"M\(at: place) \(at: Self.bottom)v8\"/>"
    }
    return SVG.drawing(
      width: Self.width, height: 220, title: "Channels of \(title)",
      description: """
        Minimum, mean, standard deviation and maximum of each of \(HumanText.count(count, "channel")) along axis \(channels.axis); \
        \(dead.isEmpty ? "none is" : "\(HumanText.grouped(dead.count)) \(dead.count.noun("is", "are"))" as Message) all zeros.
        """, content)
  }

  private var places: [Place] {
    let count = channels.minima.count
    let placeCount = min(count, Self.maximumPlaceCount)
    var places = [Place](repeating: Place(), count: placeCount)
    for channel in 0..<count where channels.minima[channel].isFinite && channels.means[channel].isFinite {
      let index = channel * placeCount / max(1, count)
      let (mean, deviation) = (channels.means[channel], channels.deviations[channel])
      let reach = deviation.isFinite ? deviation : 0
      places[index].minimum = min(places[index].minimum, channels.minima[channel])
      places[index].maximum = max(places[index].maximum, channels.maxima[channel])
      places[index].low = min(places[index].low, mean - reach)
      places[index].high = max(places[index].high, mean + reach)
      places[index].count += 1
      places[index].mean += (mean - places[index].mean) / Double(places[index].count)
    }
    // The band of one deviation must not exceed the band of all values.
    return places.map { place in
      var place = place
      place.low = max(place.low, place.minimum)
      place.high = min(place.high, place.maximum)
      return place
    }
  }
}
