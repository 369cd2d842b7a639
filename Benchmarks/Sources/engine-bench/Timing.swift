import Foundation

/// How long something took, in milliseconds.
struct Timing {
  /// By the clock on the wall.
  var wall: Double
  /// Processor time of all threads. On a machine with other work it wobbles less than the clock.
  var processor: Double

  static func of(_ body: () throws -> Void) rethrows -> Timing {
    let clock = ContinuousClock()
    let (start, processorStart) = (clock.now, processorTime())
    try body()
    return Timing(wall: milliseconds(clock.now - start), processor: processorTime() - processorStart)
  }

  static func milliseconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) * 1e3 + Double(duration.components.attoseconds) * 1e-15
  }

  private static func processorTime() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) * 1e-6
  }
}
