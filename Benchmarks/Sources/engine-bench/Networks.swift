import ArgumentParser
import Engine
import Foundation

/// The network and the decoder, whole.
struct Networks: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Time loading, encoding and decoding.")

  @OptionGroup var model: ModelArguments

  @Option(help: "Runs to take the median of.")
  var runs = 15

  @Option(help: "Write the figures as JSON to this file as well.")
  var json: String?

  func run() throws {
    let load = try Timing.of { _ = try model.load() }
    let workload = try Workload(model: model.load(), randomImageCount: 8)
    _ = try workload.encode(8)
    var timings: [[Timing]] = [[], [], []]
    // Interleaved, because the machine drifts.
    for _ in 0..<max(runs, 1) {
      timings[0].append(try Timing.of { _ = try workload.encode(1) })
      timings[1].append(try Timing.of { _ = try workload.encode(8) })
      timings[2].append(try Timing.of { _ = try workload.decode() })
    }
    let rows = [
      NetworkRow("load", [load], per: 1),
      NetworkRow("encode, batch 1", timings[0], per: 1),
      NetworkRow("encode, batch 8, per image", timings[1], per: 8),
      NetworkRow("decode, \(Workload.stepCount) steps of \(Workload.rowCount) rows", timings[2], per: 1),
    ]
    print("network".padded(to: 32), "median ms   min ms  processor ms (median)")
    for row in rows { print(row) }
    if let json { try JSONFile.write(rows, to: json) }
  }
}

/// The times of one network.
struct NetworkRow: Encodable, CustomStringConvertible {
  let network: String
  let median: Double
  let minimum: Double
  /// Median of the processor time of all threads.
  let processor: Double

  init(_ network: String, _ timings: [Timing], per divisor: Double) {
    let wall = Summary(timings.map { $0.wall / divisor })
    self.network = network
    median = wall.median
    minimum = wall.minimum
    processor = Summary(timings.map { $0.processor / divisor }).median
  }

  var description: String {
    network.padded(to: 32) + String(format: " %9.2f %8.2f %8.2f", median, minimum, processor)
  }
}
