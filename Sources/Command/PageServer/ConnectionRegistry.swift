internal import NIOCore
internal import Threads

/// The connections that are open, so that there are never too many.
final class ConnectionRegistry: Sendable {
  private struct Entry {
    let channel: any Channel
    /// Since when it has waited for a request; nil while one is there.
    var waitingSince: NIODeadline?
  }

  private let limit: Int
  private let entries = Guarded<[ObjectIdentifier: Entry]>([:])

  init(limit: Int) { self.limit = limit }

  /// Adds a connection that waits for its first request.
  ///
  /// If there are too many, the one that has waited longest ends: a program that opens connections and says nothing shuts nobody out.
  /// - Returns: false if all others are at work, so that this one has no place.
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

  /// Says whether a connection waits for a request.
  func setWaiting(_ isWaiting: Bool, _ channel: any Channel) {
    entries.withLock { $0[ObjectIdentifier(channel)]?.waitingSince = isWaiting ? .now() : nil }
  }

  /// Forgets a connection.
  func remove(_ channel: any Channel) {
    entries.withLock { _ = $0.removeValue(forKey: ObjectIdentifier(channel)) }
  }
}
