internal import Messages

/// What all workers have in common; docs/workers.md describes it.
enum WorkerProtocol {
  /// Raised if an answer changes its meaning; members are added without that.
  static let version = 1

  /// A time, to the microsecond.
  static func seconds(_ seconds: Double) -> JSONValue { .number((seconds * 1e6).rounded() / 1e6) }
}
