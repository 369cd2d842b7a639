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
    let rows = workload.model.plan.layers.enumerated().map { index, layer in
      LayerRow(layer, timings: runs.map { $0[index] })
    }
    print("layer".padded(to: 52), "kernel".padded(to: 40), "median ms   min ms  GFLOP/s")
    for row in rows { print(row) }
    if let json { try JSONFile.write(rows, to: json) }
  }
}

/// The times of one layer.
struct LayerRow: Encodable, CustomStringConvertible {
  let layer: String
  /// Rows and columns of the window, stride and padding.
  let window: String
  /// The map of one image that it reads and the one that it writes, `[h, w, c]`.
  let input: [Int]
  let output: [Int]
  let algorithm: String
  let median: Double
  let minimum: Double
  /// From the multiplications of the layer's definition, whatever the algorithm saves; 0 for pools.
  let gigaflops: Double

  init(_ planned: PlannedLayer, timings: [LayerTiming]) {
    let summary = Summary(timings.map { Timing.milliseconds($0.duration) })
    layer = planned.name
    window = planned.window
    input = Array(planned.input.dropFirst())
    output = Array(planned.output.dropFirst())
    algorithm = planned.algorithm
    median = summary.median
    minimum = summary.minimum
    gigaflops = 2e-6 * Double(timings.first?.multiplicationCount ?? 0) / summary.minimum
  }

  var description: String {
    let kernel = "\(window), \(extents(input)) to \(extents(output))"
    return [layer.padded(to: 52), kernel.padded(to: 40)].joined(separator: " ")
      + String(format: " %9.3f %8.3f %8.1f", median, minimum, gigaflops)
  }

  private func extents(_ map: [Int]) -> String { map.map(String.init).joined(separator: "x") }
}
