import ArgumentParser
import Files
import Essentials
import Inspection
import Messages
import Pages

/// `decant report`: a page to read and share.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write a page that shows a checkpoint or weight file: one HTML file that loads nothing.",
    discussion: """
      The page says what PATH is, whether it is sound, what 'decant doctor' says about it, where its parameters are, \
      and what the values of each tensor are like; it shows the largest tensors with a histogram, percentiles, a heat \
      map and channels. Decant reads all data once and verifies every checksum. If something is wrong, it still writes \
      the page, which says what, and exits with 1.

      With a second path, the page says what changed from PATH to it, the largest relative change first: by scope, by \
      tensor, and in detail with both histograms. Decant pairs and compares tensors as 'decant diff' does, and takes the \
      options of 'decant diff' and of a conversion. In these options, A is PATH and B is the second path. Differences \
      alone do not change the exit status.

      Example: decant report model.ckpt-3000000 -o report.html
        or, for what changed: decant report model.ckpt-2000000 model.ckpt-3000000 -o changes.html
      """)

  @Argument(help: "What to show.", completion: .file())
  var path: String

  @Argument(
    help: ArgumentHelp("Show what changed from PATH to this path.", valueName: "other"), completion: .file())
  var other: String?

  @Option(name: .shortAndLong, help: ArgumentHelp("The page to write.", valueName: "file"), completion: .file())
  var output: String

  @Option(
    help: ArgumentHelp(
      "How many of the largest tensors, or of the largest changes, to show in detail.", valueName: "n"))
  var details = ReportPage.Options().detailCount

  @Option(
    name: .customLong("tensor"), parsing: .singleValue,
    help: ArgumentHelp("Show this tensor in detail too; may be repeated.", valueName: "name"))
  var tensors: [String] = []

  @Flag(help: "Replace the output if it exists.")
  var force = false

  @OptionGroup var comparing: ComparingOptions
  @OptionGroup var converted: ConvertedOptions
  @OptionGroup var outputs: OutputOptions
  @OptionGroup var reading: ReadingOptions

  func validate() throws {
    if other == nil, comparing.isGiven || converted.isGiven {
      throw ValidationError("Name a second path, or remove the options that compare two.")
    }
    guard other == nil || tensors.isEmpty else {
      throw ValidationError("--tensor requires a report on one path. Use --match to select the tensors to compare.")
    }
    guard (0...maximumDetailCount).contains(details) else {
      throw ValidationError("--details must be 0 to \(maximumDetailCount).")
    }
    guard tensors.count <= maximumDetailCount else {
      throw ValidationError("--tensor can be given at most \(maximumDetailCount) times.")
    }
  }

  func run() throws {
    try RemoteAddress.refuse(output: output)
    if let other { return try writeComparison(with: other) }
    var options = ReportPage.Options()
    options.detailCount = details
    options.detailNames = tensors
    options.reading = reading.value
    var line = ProgressLine()
    let report: ReportPage
    let byteCount: Int
    do {
      defer { line.clear() }
      report = try ReportPage(of: path, options: options) { text in line.update(text) }
      byteCount = try outputs.make(output) {
        try report.page.write(to: output, replacesExisting: force, sources: report.files)
      }
    }
    Console.print("\(output): \(HumanText.bytes(byteCount))")
    guard report.integrity.isSound else {
      let count = report.integrity.failures.count
      Console.say("\(path): \(HumanText.count(count, "failure")); the page says what is wrong")
      throw ExitCode(ErrorCategory.mismatch.rawValue)
    }
  }

  /// With more charts, browsers become slow.
  private var maximumDetailCount: Int { 500 }
}
