import Foundation

/// What one run of a process cost.
struct Cost {
  /// Wall-clock seconds from start to exit.
  let seconds: Double
  /// Largest resident set, in bytes.
  let peakByteCount: Int
}

/// A process that is measured whole, as its user meets it.
struct MeasuredCommand {
  let name: String
  let arguments: [String]
  /// Files removed before each run.
  var outputs: [String] = []

  /// Runs once, with standard output and error thrown away.
  func run() throws -> Cost {
    for output in outputs { try? FileManager.default.removeItem(atPath: output) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    var argv: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    defer { argv.forEach { free($0) } }
    var pid: pid_t = 0
    let start = ContinuousClock.now
    guard posix_spawnp(&pid, arguments[0], &actions, nil, &argv, environ) == 0 else {
      throw BenchmarkError.cannotStart(arguments[0])
    }
    var status: Int32 = 0
    var usage = rusage()
    guard wait4(pid, &status, 0, &usage) == pid, status == 0 else { throw BenchmarkError.failed(name, status >> 8) }
    let elapsed = (ContinuousClock.now - start).components
    return Cost(
      seconds: Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18, peakByteCount: usage.ru_maxrss * 1024)
  }
}

enum BenchmarkError: Error, CustomStringConvertible {
  case cannotStart(String)
  case failed(String, Int32)
  case noCheckpoint(String)

  var description: String {
    switch self {
    case .cannotStart(let path): "\(path): cannot be started"
    case .failed(let name, let status): "\(name): exit status \(status)"
    case .noCheckpoint(let path): "\(path): no full-size checkpoint; make it with: make fixtures-full"
    }
  }
}

/// The costs of one command over all rounds.
struct Series {
  let name: String
  var costs: [Cost] = []

  var median: Double {
    let sorted = costs.map(\.seconds).sorted()
    return sorted.isEmpty ? .nan : (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }
  var minimum: Double { costs.map(\.seconds).min() ?? .nan }
  var peakByteCount: Int { costs.map(\.peakByteCount).max() ?? 0 }
}
