import ArgumentParser
import Conversion
import Essentials
import ModelMapping
import Patterns
import TensorFiles
import Tensors

/// `decant merge`: the tensors of several files in one.
struct MergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Write the tensors of several files into one, such as a backbone and a head.",
    discussion: """
      Names stay as they are. If two files have a tensor of the same name, Decant writes nothing. Leave the tensor out \
      of the second and later files with --drop, or rename it first with 'decant convert --rename'.

      Example: decant merge backbone.safetensors head.ckpt -o model.safetensors
      """)

  @Argument(
    help: ArgumentHelp("The checkpoints or weight files, at least two.", valueName: "path"), completion: .file())
  var paths: [String]

  @Option(name: .shortAndLong, help: ArgumentHelp("The file to write.", valueName: "file"), completion: .file())
  var output: String

  @Option(help: ArgumentHelp("The format (default: from the output's name).", valueName: "format"))
  var to: WeightFormat?

  @Option(
    help: ArgumentHelp(
      "Leave out variables of the second and later files whose names match this regular expression.", valueName: "regex"
    ))
  var drop: String?

  @Flag(help: "Replace the output if it exists.")
  var force = false

  @OptionGroup var outputs: OutputOptions
  @OptionGroup var reading: ReadingOptions

  func validate() throws {
    if paths.count < 2 { throw ValidationError("Give at least 2 paths. To convert 1 file, use 'decant convert'.") }
    if let drop { _ = try expression(drop) }
  }

  func run() throws {
    let dropped = try drop.map(expression)
    let merged = try MergedSource(
      paths.enumerated().map { index, path in
        let source = try TensorFile.open(path, options: reading.value)
        guard index > 0, let dropped else { return source }
        return try source.without { dropped.matches($0) }
      })
    var options = ConversionOptions()
    options.names = .keep
    options.format = to
    options.sink.replacesExisting = force
    let report = try ProgressLine.during { line in
      try outputs.make(output) {
        try Converter(options: options).convert(merged, to: output) { line.update($0.message) }
      }
    }
    Console.print(ConversionText.report(report))
  }
}
