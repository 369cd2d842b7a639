internal import NIOPosix
internal import Threads

/// Runs the work for requests, but never on the threads that serve connections, which must not wait.
protocol Workers: Sendable {
  /// Runs work, immediately or when its turn comes.
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

  /// Ends the threads when they have finished their work.
  func stop() {
    for pool in [quick, long] { pool.shutdownGracefully { _ in } }
  }
}

/// A limited number of things that may happen at once.
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
