import ArgumentParser
import Conversion
import Essentials

/// `decant rename`: a TensorFlow checkpoint under other names, with the same data.
struct RenameCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rename",
    abstract: "Rename the variables of a TensorFlow checkpoint.",
    discussion: """
      For a V2 checkpoint, writes a new index. It shares the data files with the old checkpoint as hard links, or \
      copies them if the file system has no hard links. It rewrites a V1 checkpoint as a whole. The source checkpoint \
      stays as it is.

      Example: decant rename model.ckpt-3000000 --names tensorflow-1.2 -o renamed/model.ckpt-3000000 --parents
      """)

  @Argument(help: "The checkpoint.", completion: .file())
  var path: String

  @Option(help: "Names to write. modern, also called tensorflow-1.2, is for TensorFlow 1.2 and later.")
  var names: TensorFlowNames

  @Option(name: .shortAndLong, help: ArgumentHelp("The prefix of the new checkpoint.", valueName: "prefix"))
  var output: String

  @Flag(help: "Copy the data files even if they could be shared.")
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
    let report = try ProgressLine.during { line in
      try outputs.make(output) { try renamer.rename(path, to: output) { line.update($0.message) } }
    }
    Console.print(ConversionText.report(report))
  }
}
