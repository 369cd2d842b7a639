internal import Essentials
package import Messages

/// The scale of an axis in a drawing.
package struct ChartScale: Sendable, Equatable {
  /// The number at the axis's beginning.
  package let lower: Double
  /// The number at its end; more than `lower`.
  package let upper: Double
  private let start: Double
  private let end: Double

  /// An axis from one place to another; if both numbers are the same, it gets some room on both sides.
  package init(from lower: Double, to upper: Double, at start: Double, _ end: Double) {
    if lower.isFinite, upper.isFinite, lower < upper, (upper - lower).isFinite {
      (self.lower, self.upper) = (lower, upper)
    } else if lower.isFinite, lower == upper {
      let room = max(abs(lower) / 2, .leastNormalMagnitude)
      (self.lower, self.upper) = lower == 0 ? (-1, 1) : (lower - room, lower + room)
    } else if lower.isFinite, upper.isFinite, lower < upper {
      // The distance between them overflows `Double`, so the axis ends at half of each.
      (self.lower, self.upper) = (lower / 2, upper / 2)
    } else {
      (self.lower, self.upper) = (-1, 1)
    }
    (self.start, self.end) = (start, end)
  }

  /// The place of a number; numbers beyond the axis are placed at its end.
  package func place(of value: Double) -> Double {
    guard value.isFinite else { return start }
    let part = (value - lower) / (upper - lower)
    return start + (end - start) * (part.isFinite ? min(1, max(0, part)) : 0)
  }

  /// Round numbers on the axis, about this many.
  package func ticks(_ count: Int) -> [Double] {
    let raw = (upper - lower) / Double(max(1, count))
    let power = pow(10, log10(raw).rounded(.down))
    guard power.isFinite, power > 0 else { return [lower, upper] }
    let step = [1, 2, 5, 10].map { $0 * power }.first { $0 >= raw * 0.999 } ?? raw
    let first = (lower / step - 1e-9).rounded(.up)
    let last = (upper / step + 1e-9).rounded(.down)
    // Numbers that are far from zero and close together are equal as `Double`s.
    guard last - first < 100, last >= first, abs(last) < 1e15 else { return [lower, upper] }
    return (0...Int(last - first)).map { (first + Double($0)) * step }
  }

  /// A number as shown on an axis: `0.2`, `-1.5e-05`.
  package static func text(_ value: Double) -> Message {
    let text = HumanText.significant(value, 4)
    return text == "-0" ? "0" : text
  }
}
