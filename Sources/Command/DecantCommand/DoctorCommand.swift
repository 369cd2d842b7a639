import ArgumentParser
import Diagnosis
import Files
import Essentials
import Messages

/// `decant doctor`: what is wrong with these files, and what to do.
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Explain what files are, what belongs together, what is missing, and what to do.",
    discussion: """
      PATH is a file, the prefix of a checkpoint, a SavedModel or a directory. Decant verifies every checksum and \
      never changes the given files. --fix lists what can be fixed without losing anything (names, split files, words, \
      the 'checkpoint' file); with -o, it writes the fixed files to a new directory. Exits with 1 if there is a \
      warning or an error, and with 0 otherwise.

      Example: decant doctor downloads/
      """)

  @Argument(help: "The files or directories to examine.", completion: .file())
  var paths: [String]

  @Flag(help: "List what can be fixed without losing anything; with -o, fix it.")
  var fix = false

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Write the fixed files to this new directory. Requires --fix.", valueName: "directory"),
    completion: .directory)
  var output: String?

  @OptionGroup var outputs: OutputOptions

  @Flag(help: "Print JSON (see share/decant/schemas/doctor.schema.json).")
  var json = false

  func validate() throws {
    if output != nil, !fix { throw ValidationError("-o requires --fix.") }
  }

  func run() throws {
    if let output { try RemoteAddress.refuse(output: output) }
    var line = ProgressLine()
    let report = try Doctor.examine(paths) { text in line.update(text) }
    let plan = fix ? FixPlan(report) : nil
    var written: [String] = []
    var check: DoctorReport?
    if let plan, let output, !plan.outputs.isEmpty {
      written = try outputs.make(output) { try plan.write(to: output) { text in line.update(text) } }
      check = try Doctor.examine([output]) { text in line.update(text) }
    }
    line.clear()
    let directory = written.isEmpty ? nil : output
    if json {
      Console.print(try DoctorDocument(report, plan: plan, output: directory, written: written).json())
    } else {
      Console.print(DoctorText.render(report, width: Console.width))
      if let plan {
        Console.print("\n" + FixText.render(plan, directory: directory, check: check, width: Console.width))
      }
    }
    if !report.isHealthy { throw ExitCode(ErrorCategory.mismatch.rawValue) }
  }
}
