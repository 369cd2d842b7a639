import ArgumentParser
import Engine
import Foundation
import Messages

/// A worker of the comparison with other libraries; `peers/worker.py` describes the lines it speaks.
struct Serve: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Answer requests on standard input: `encode N` and `decode` with milliseconds.")

  @OptionGroup var model: ModelArguments

  @Option(help: "The folder that `engine-bench inputs` wrote.")
  var inputs: String

  func run() throws {
    let workload = try Workload(model: model.load(), folder: URL(filePath: inputs))
    let settings = "\(model.threads.map { "\($0)" } ?? "all") threads, \(ShowAndTell.kernelVariant) kernels"
    say("ready\tDecant\t\(DecantVersion.current)\t\(settings)")
    while let line = readLine() {
      let words = line.split(separator: " ").map(String.init)
      switch words.first {
      case "encode":
        let count = words.dropFirst().first.flatMap { Int($0) } ?? 1
        try answer(words.dropFirst(2).first) { try workload.encode(count) }
      case "decode":
        try answer(words.dropFirst().first) { try workload.decode() }
      default:
        throw ValidationError("unknown request: \(line)")
      }
    }
  }

  /// Prints how long `body` took; its values go to the file at `path`, where one is given.
  private func answer(_ path: String?, _ body: () throws -> [Float]) throws {
    var values: [Float] = []
    let timing = try Timing.of { values = try body() }
    if let path { try Floats.write(values, to: URL(filePath: path)) }
    say("\(timing.wall)")
  }

  /// Writes a line at once; `print` would keep it back where the output is a pipe.
  private func say(_ line: String) {
    FileHandle.standardOutput.write(Data((line + "\n").utf8))
  }
}
