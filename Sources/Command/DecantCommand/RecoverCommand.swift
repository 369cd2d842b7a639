import ArgumentParser
import Essentials
import Messages
import Recovery
import TensorFiles
import Tensors

/// `decant recover`: what a damaged checkpoint still holds.
struct RecoverCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "recover",
    abstract: "Salvage what a damaged checkpoint or archive still holds.",
    discussion: """
      Reads a V1 or V2 checkpoint whose footer, index or blocks are damaged, or whose files are cut short, and writes \
      every tensor whose checksum matches, under its own name, and nothing else. It reports what is lost: by name if the \
      list of tensors is intact, otherwise by the damaged bytes. Of a weight file, also in a damaged archive, it writes \
      every tensor that can be read, and says which are in doubt.

      Without -o, it only reports. Exits with 0 if everything was salvaged, 1 if something is or may be lost, and 65 if \
      nothing was found.

      Example: decant recover model.ckpt-3000000 -o salvaged.safetensors
      """)

  @Argument(
    help: "The damaged checkpoint (any of its files, or its prefix), weight file or archive.", completion: .file())
  var path: String

  @Option(name: .shortAndLong, help: ArgumentHelp("The file to write.", valueName: "file"), completion: .file())
  var output: String?

  @Option(help: ArgumentHelp("The format to write (default: from the output's extension).", valueName: "format"))
  var to: WeightFormat?

  @Option(help: ArgumentHelp("HDF5: shuffle and deflate at this level, 1 to 9; 0 turns it off.", valueName: "level"))
  var compression = 0

  @Flag(help: "Replace the output if it exists.")
  var force = false

  @Flag(
    help: ArgumentHelp(
      "Pickles that would run code in Python: read the tensors without what that code returns. Decant never runs it."))
  var ignoreCode = false

  @OptionGroup var outputs: OutputOptions

  @Flag(help: "List everything, however long the lists are.")
  var all = false

  @Flag(help: "Print JSON (see share/decant/schemas/recover.schema.json).")
  var json = false

  func run() throws {
    let options = SinkOptions(compression: compression, replacesExisting: force)
    let report = try ProgressLine.during { line in
      try outputs.make(output) {
        var reading = ReadOptions()
        reading.ignoresCode = ignoreCode
        return try RecoveryReport(recovering: path, to: output, format: to, options: options, reading: reading) {
          done, total in
          line.update("salvaging \(HumanText.bytes(done)) of \(HumanText.bytes(total))")
        }
      }
    }
    Console.print(try json ? RecoveryDocument(report).json() : RecoveryText.report(report, limit: all ? nil : 20))
    switch report.outcome {
    case .whole: break
    case .partial: throw ExitCode(ErrorCategory.mismatch.rawValue)
    case .nothing: throw ExitCode(ErrorCategory.badData.rawValue)
    }
  }
}
