import ArgumentParser
import Engine
import Foundation

/// One encode, layer by layer.
struct Layers: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Time every layer of the network.")

  @OptionGroup var model: ModelArguments

  @Option(help: "Images of a batch.")
  var batch = 1

  @Option(help: "Runs to take the median of.")
  var runs = 15

  @Option(help: "Write the figures as JSON to this file as well.")
  var json: String?

  func run() throws {
    let workload = try Workload(model: model.load(), randomImageCount: batch)
    _ = try workload.encode(batch)
    let runs = try (0..<max(runs, 1)).map { _ in try workload.model.layerTimings(workload.images, count: batch) }
    let rows = runs[0].indices.map { index in
      LayerRow(runs[0][index], times: runs.map { Timing.milliseconds($0[index].duration) })
    }
    print("layer".padded(to: 56), "median ms   min ms  GFLOP/s")
    for row in rows { print(row) }
    if let json { try JSONFile.write(rows, to: json) }
  }
}

/// The times of one layer.
struct LayerRow: Encodable, CustomStringConvertible {
  let layer: String
  let median: Double
  let minimum: Double
  /// From the multiplications of the layer's definition, whatever the algorithm saves; 0 for pools.
  let gigaflops: Double

  init(_ timing: LayerTiming, times: [Double]) {
    let summary = Summary(times)
    layer = timing.name
    median = summary.median
    minimum = summary.minimum
    gigaflops = 2e-6 * Double(timing.multiplicationCount) / summary.minimum
  }

  var description: String {
    layer.padded(to: 56) + String(format: " %9.3f %8.3f %8.1f", median, minimum, gigaflops)
  }
}
