import Foundation

/// How long something took, in milliseconds.
struct Timing: CustomStringConvertible {
  /// By the clock on the wall.
  var wall: Double
  /// Processor time of all threads.
  var processor: Double

  var description: String { String(format: "%.1f ms (%.1f ms processor time)", wall, processor) }

  static func of(_ body: () throws -> Void) rethrows -> Timing {
    let clock = ContinuousClock()
    let (start, processorStart) = (clock.now, processorTime())
    try body()
    return Timing(wall: milliseconds(clock.now - start), processor: processorTime() - processorStart)
  }

  static func milliseconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) * 1e3 + Double(duration.components.attoseconds) * 1e-15
  }

  /// Median and minimum.
  static func summary(_ timings: [Timing], per divisor: Double) -> String {
    let walls = timings.map(\.wall).sorted()
    let processors = timings.map(\.processor).sorted()
    return String(
      format: "median %.1f ms, min %.1f ms; processor time median %.1f ms, min %.1f ms",
      walls[walls.count / 2] / divisor, walls[0] / divisor, processors[processors.count / 2] / divisor,
      processors[0] / divisor)
  }

  private static func processorTime() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) * 1e-6
  }
}
