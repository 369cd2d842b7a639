import ArgumentParser
import Bytes
import Diagnosis
import Foundation

/// `decant doctor`: what is wrong with these files, and what to do.
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Say what files are, what belongs together, what is missing, and what to do.",
    discussion: """
      PATH is a file, the prefix of a checkpoint or a directory. Every checksum is compared; nothing is changed. Exits with 1 \
      where a warning or an error was found, and with 0 where there are notes at most.

      Example: decant doctor downloads/
      """)

  @Argument(help: "What to look at.")
  var paths: [String]

  @Flag(help: "Print JSON (see Schemas/doctor.schema.json).")
  var json = false

  func run() throws {
    var line = ProgressLine()
    let report = try Doctor.examine(paths) { text in line.update(text.escapedForDisplay) }
    line.clear()
    Console.print(json ? try DoctorDocument(report).json() : DoctorText.render(report, width: Console.width))
    if !report.isHealthy { throw ExitCode(ErrorCategory.mismatch.rawValue) }
  }
}
