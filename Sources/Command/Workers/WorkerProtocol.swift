internal import Essentials
internal import Messages

/// What all workers have in common; docs/workers.md describes it.
enum WorkerProtocol {
  /// Raised if an answer changes its meaning; members are added without that.
  static let version = 1

  /// The first line of every worker, for drivers that wait for it.
  static func ready(_ further: [(key: String, value: JSONValue?)] = []) -> Message {
    let head: [(key: String, value: JSONValue?)] = [
      ("ready", .boolean(true)), ("protocol", .integer(version)), ("version", .string(DecantVersion.current)),
    ]
    return JSONValue.inLine(.object(head + further)).document
  }

  /// A time, to the microsecond.
  static func seconds(_ seconds: Double) -> JSONValue { .number((seconds * 1e6).rounded() / 1e6) }

  /// The time since a moment.
  static func seconds(since start: ContinuousClock.Instant) -> JSONValue {
    seconds((ContinuousClock.now - start) / .seconds(1))
  }
}
