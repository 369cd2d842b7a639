internal import NIOCore
internal import Threads

/// The connections that are open, so that there are never too many.
final class ConnectionRegistry: Sendable {
  private struct Entry {
    let channel: any Channel
    /// When it began to wait for a request; nil while it has one.
    var waitingSince: NIODeadline?
  }

  private let limit: Int
  private let entries = Guarded<[ObjectIdentifier: Entry]>([:])

  init(limit: Int) { self.limit = limit }

  /// Adds a connection that waits for its first request.
  ///
  /// If there are too many, the one that has waited longest ends: a program that opens connections and sends nothing
  /// cannot shut others out.
  /// - Returns: false if all others are busy, so that there is no room for this one.
  func add(_ channel: any Channel) -> Bool {
    let (isAdded, ended) = entries.withLock { entries -> (Bool, (any Channel)?) in
      var ended: (any Channel)?
      if entries.count >= limit {
        let waiting = entries.filter { $0.value.waitingSince != nil }
        let oldest = waiting.min { ($0.value.waitingSince ?? .now()) < ($1.value.waitingSince ?? .now()) }
        guard let oldest else { return (false, nil) }
        ended = entries.removeValue(forKey: oldest.key)?.channel
      }
      entries[ObjectIdentifier(channel)] = Entry(channel: channel, waitingSince: .now())
      return (true, ended)
    }
    ended?.close(promise: nil)
    return isAdded
  }

  /// Records whether a connection is waiting for a request.
  func setWaiting(_ isWaiting: Bool, _ channel: any Channel) {
    entries.withLock { $0[ObjectIdentifier(channel)]?.waitingSince = isWaiting ? .now() : nil }
  }

  /// Forgets a connection.
  func remove(_ channel: any Channel) {
    entries.withLock { _ = $0.removeValue(forKey: ObjectIdentifier(channel)) }
  }
}
