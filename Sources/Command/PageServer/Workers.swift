internal import NIOPosix
internal import Threads

/// Where requests are worked on: not on the threads that serve connections, which are never made to wait.
protocol Workers: Sendable {
  /// Runs work, now or when it is its turn.
  func run(_ lane: WorkLane, _ work: @escaping @Sendable () -> Void)
}

/// Work of one kind waits for work of its own kind only.
enum WorkLane: Sendable {
  /// Lists, values, pieces of a body.
  case quick
  /// Captions, reports, comparisons.
  case long
}

extension Route {
  /// How long an answer takes.
  var lane: WorkLane {
    switch self {
    case .start, .item, .tensor, .search: .quick
    case .report, .diagnosis, .caption, .examination, .compare: .long
    }
  }
}

/// Threads for each lane.
struct ThreadWorkers: Workers {
  private let quick = NIOThreadPool(numberOfThreads: 4)
  private let long = NIOThreadPool(numberOfThreads: 2)

  init() {
    quick.start()
    long.start()
  }

  func run(_ lane: WorkLane, _ work: @escaping @Sendable () -> Void) {
    (lane == .quick ? quick : long).submit { _ in work() }
  }

  /// Ends the threads when they have ended their work.
  func stop() {
    for pool in [quick, long] { pool.shutdownGracefully { _ in } }
  }
}

/// A number of things that may be going on at once.
final class Places: Sendable {
  private let limit: Int
  private let taken = Guarded(0)

  init(_ limit: Int) { self.limit = limit }

  /// Takes a place; false if there is none.
  func take() -> Bool {
    taken.withLock { taken in
      guard taken < limit else { return false }
      taken += 1
      return true
    }
  }

  /// Gives a place back.
  func giveBack() { taken.withLock { $0 -= 1 } }
}
