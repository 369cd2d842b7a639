import ArgumentParser
import Conversion
import Foundation

/// `decant rename`: a TensorFlow checkpoint under other names, with the same data.
struct RenameCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rename",
    abstract: "Rename the variables of a TensorFlow checkpoint without rewriting its data.",
    discussion: """
      Writes a new index for a V2 checkpoint. Its data files are shared with the old ones (as hard links), or copied where \
      the file system cannot link. A V1 checkpoint is rewritten. The source checkpoint stays as it is.

      Example: decant rename model.ckpt-3000000 --names tensorflow-1.2 -o renamed/model.ckpt-3000000
      """)

  @Argument(help: "The checkpoint.")
  var path: String

  @Option(help: "Names to write. modern is TensorFlow 1.2 and later, also called tensorflow-1.2.")
  var names: TensorFlowNames

  @Option(name: .shortAndLong, help: ArgumentHelp("The prefix of the new checkpoint.", valueName: "prefix"))
  var output: String

  @Flag(help: "Copy the data files even where they could be shared.")
  var copy = false

  @Flag(help: "Replace the output if it exists.")
  var force = false

  @OptionGroup var outputs: OutputOptions
  @OptionGroup var reading: ReadingOptions

  func run() throws {
    var renamer = CheckpointRenamer(names: names.scheme)
    renamer.copiesData = copy
    renamer.replacesExisting = force
    renamer.reading = reading.value
    var line = ProgressLine()
    let report: CheckpointRenamer.Report
    do {
      defer { line.clear() }
      report = try outputs.make(output) {
        try renamer.rename(path, to: output) { progress in
          line.update(progress.message)
        }
      }
    }
    Console.print(ConversionText.report(report))
  }
}
