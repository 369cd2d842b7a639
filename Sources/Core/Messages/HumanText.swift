internal import Essentials

/// Numbers as people read them.
package enum HumanText {
  /// With commas between thousands: `149,002,244`.
  package static func grouped(_ number: Int) -> Message {
    let digits = String(number.magnitude)
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index).isMultiple(of: 3) { text += "," }
      text.append(digit)
    }
    return Message(safe: (number < 0 ? "-" : "") + text)
  }

  /// A length with one decimal in the largest unit that it fills: `48 B`, `16.5 KiB`, `142.1 MiB`.
  package static func bytes(_ count: Int) -> Message {
    guard count >= 1024 else { return "\(count) B" }
    let units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
    var value = Double(count) / 1024
    var unit = 0
    // A value that would round to 1024 of a unit is 1 of the next unit.
    while value >= 1023.95, unit + 1 < units.count {
      value /= 1024
      unit += 1
    }
    // Exact up to 2^50, and many times faster than `DecimalText`.
    let tenths = Int((value * 10).rounded(.toNearestOrEven))
    return "\(tenths / 10).\(tenths % 10) \(units[unit])"
  }

  /// A number to six significant digits, for tables; `ValueFormatter` has the exact text.
  package static func rounded(_ value: Double) -> Message {
    significant(value, 6)
  }

  /// A number to this many significant digits: `1.2e-05`, `0.318`.
  package static func significant(_ value: Double, _ digits: Int) -> Message {
    "\(DecimalText.significant(value, digits: max(1, digits)))"
  }

  /// A percentage that says 0 only for none and 100 only for all: `0.02`, `12.5`, `100`.
  package static func percent(_ value: Double) -> Message {
    value >= 99.95 || value == 0 ? "\(DecimalText.fixed(value, decimals: 0))" : significant(value, value < 10 ? 2 : 3)
  }

  /// `1 tensor`, `2 tensors`, `12,000 tensors`.
  package static func count(_ number: Int, _ singular: String, _ plural: String? = nil) -> Message {
    "\(grouped(number)) \(number.noun(singular, plural))"
  }
}
