internal import Essentials
package import Messages

/// What an axis of a chart measures, and whether its scale is linear or logarithmic.
package struct ChartAxis: Sendable {
  /// What is measured, such as `rank`.
  package var title: Message
  /// Whether each power of ten takes the same space; zero and negative numbers then have no place.
  package var isLogarithmic: Bool

  /// An axis.
  package init(_ title: Message, isLogarithmic: Bool = false) {
    (self.title, self.isLogarithmic) = (title, isLogarithmic)
  }

  /// The places of numbers, and the labeled ones.
  struct Fitted {
    private let scale: ChartScale
    private let isLogarithmic: Bool

    fileprivate init(_ scale: ChartScale, isLogarithmic: Bool) {
      (self.scale, self.isLogarithmic) = (scale, isLogarithmic)
    }

    /// The place of a number; nil if it has none.
    func place(of value: Double) -> Double? {
      guard value.isFinite, !isLogarithmic || value > 0 else { return nil }
      return scale.place(of: isLogarithmic ? log10(value) : value)
    }

    /// The place of the axis's lower end.
    var lowest: Double { scale.place(of: scale.lower) }

    /// Round numbers with their places.
    func ticks(_ count: Int) -> [(place: Double, text: Message)] {
      guard isLogarithmic else {
        return scale.ticks(count).map { (scale.place(of: $0), ChartScale.text($0)) }
      }
      let powers = scale.ticks(count).filter { $0 == $0.rounded() }
      // A range within one power of ten may contain none.
      guard powers.count > 1 else {
        return [scale.lower, scale.upper].map { (scale.place(of: $0), ChartScale.text(pow(10, $0))) }
      }
      return powers.map { (scale.place(of: $0), Self.powerText($0)) }
    }

    private static func powerText(_ exponent: Double) -> Message {
      (0...6).contains(exponent)
        ? HumanText.grouped(Int(pow(10, exponent).rounded())) : ChartScale.text(pow(10, exponent))
    }
  }

  /// An axis with room for all numbers, and a little more.
  func fitted(to values: some Sequence<Double>, at start: Double, _ end: Double) -> Fitted {
    var (lower, upper) = (Double.infinity, -Double.infinity)
    for value in values where value.isFinite && (!isLogarithmic || value > 0) {
      let number = isLogarithmic ? log10(value) : value
      (lower, upper) = (min(lower, number), max(upper, number))
    }
    let room = (upper - lower) * 0.04
    let scale =
      room.isFinite && room > 0
      ? ChartScale(from: lower - room, to: upper + room, at: start, end)
      : ChartScale(from: lower, to: upper, at: start, end)
    return Fitted(scale, isLogarithmic: isLogarithmic)
  }
}
