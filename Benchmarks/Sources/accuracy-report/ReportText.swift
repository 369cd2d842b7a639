import Engine
import Foundation

/// The report as Markdown.
enum ReportText {
  static func markdown(title: String, _ golden: GoldenFolder, _ mixes: [MixMeasurement]) -> String {
    let stages = (try? golden.image(golden.files.first ?? ""))?.maps.map(\.stage) ?? []
    let compared =
      golden.hasWholeMaps
      ? "every value of each block" : "\(golden.sampleCount) values of each block, spread evenly"
    return """
      ### \(title)

      \(golden.files.count) images, \(compared), against TensorFlow \(golden.tensorFlow). Kernels: \(ShowAndTell.kernelVariant).

      \(table(["mix", "captions", "equal", "log-prob. off by", "lines printed", "other lines", "features off by", "encode ms"], mixes.map { summary($0, golden) }))

      Largest / RMS difference, in millionths of the RMS of TensorFlow's values in that block:

      \(table(["block"] + mixes.map(\.mix.rawValue), stages.map { stage in [stage] + mixes.map { error(of: $0, at: stage) } }))

      """
  }

  private static func summary(_ mix: MixMeasurement, _ golden: GoldenFolder) -> [String] {
    let captions = mix.captions
    let times = mix.milliseconds.sorted()
    let time = times.isEmpty ? "" : String(format: "%.1f (%.1f)", times[times.count / 2], times[0])
    return [
      mix.mix.rawValue, "\(captions.captionCount)", "\(captions.captionCount - captions.differences.count)",
      String(format: "%.1e", captions.largestLogprobDifference), "\(golden.printedLines.count)",
      "\(mix.differentLineCount)", String(format: "%.1e", mix.pooled.greatest), time,
    ]
  }

  private static func error(of mix: MixMeasurement, at stage: String) -> String {
    guard let sums = mix.errors[stage], sums.scale > 0 else { return "" }
    let factor = 1e6 / sums.scale
    return String(format: "%.1f / %.2f", Double(sums.greatest) * factor, sums.rms * factor)
  }

  private static func table(_ header: [String], _ rows: [[String]]) -> String {
    let rule = header.indices.map { $0 == 0 ? "---" : "---:" }
    return ([header, rule] + rows).map { "| " + $0.joined(separator: " | ") + " |" }.joined(separator: "\n")
  }
}
