internal import Messages

/// How long a batch waits for more requests, once it has one.
package struct Linger: Sendable, Equatable {
  /// The time.
  let seconds: Double

  /// Longer would only look as if the worker hung.
  private static let maximumSeconds = 10.0

  /// Reads a number with a unit: `5ms`, `0.2s`, `800us`.
  ///
  /// - Throws: `WorkerDefect.badLinger` for anything else, and for more than 10 seconds.
  package init(_ text: String) throws(WorkerError) {
    let units = [("ms", 1e-3), ("us", 1e-6), ("s", 1.0)]
    guard let (unit, scale) = units.first(where: { text.hasSuffix($0.0) }),
      let number = Double(text.dropLast(unit.count)), number >= 0, number * scale <= Self.maximumSeconds
    else { throw WorkerError(.badLinger(text)) }
    seconds = number * scale
  }
}
