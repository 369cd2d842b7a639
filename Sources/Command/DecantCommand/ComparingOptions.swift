import ArgumentParser
import Comparison

/// What counts as a difference, for commands that compare two sources.
struct ComparingOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Treat numbers as equal if |a - b| <= x * (1 + max(|a|, |b|)).", valueName: "x"))
  var tolerance: Double?

  @Option(help: ArgumentHelp("Compare only variables whose names match this regular expression.", valueName: "regex"))
  var match: String?

  @Flag(name: .customLong("ignore-dtype"), help: "Compare only the numbers; ignore differences in dtype.")
  var ignoresDTypes = false

  func validate() throws {
    if let tolerance, !(tolerance >= 0 && tolerance.isFinite) {
      throw ValidationError("--tolerance must be 0 or more.")
    }
    if let match { _ = try expression(match) }
  }

  /// Whether any was given.
  var isGiven: Bool { tolerance != nil || match != nil || ignoresDTypes }

  /// The options as the library takes them.
  var value: DiffOptions {
    var options = DiffOptions()
    options.tolerance = tolerance
    options.match = match
    options.ignoresDTypes = ignoresDTypes
    return options
  }
}
