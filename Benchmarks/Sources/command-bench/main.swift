// Times whole runs of the command on the full-size checkpoint, interleaved with `cp` of the same file.
//
//   command-bench DECANT FULL-SIZE-FOLDER IMAGE [ROUNDS]
//
// Machines drift: only ratios within one run mean something. Every command runs once unmeasured, then the rounds go
// through all commands in turn.

import Foundation

let arguments = CommandLine.arguments
guard arguments.count >= 4 else {
  print("usage: command-bench DECANT FULL-SIZE-FOLDER IMAGE [ROUNDS]")
  exit(64)
}
let decant = arguments[1]
let folder = arguments[2]
let image = arguments[3]
let rounds = arguments.count > 4 ? Int(arguments[4]) ?? 9 : 9
let checkpoint = "\(folder)/model.ckpt-3000000"
guard FileManager.default.fileExists(atPath: checkpoint) else {
  print(BenchmarkError.noCheckpoint(checkpoint))
  exit(66)
}
let scratch = "\(folder)/bench-scratch"
try FileManager.default.createDirectory(atPath: scratch, withIntermediateDirectories: true)
defer { try? FileManager.default.removeItem(atPath: scratch) }
let (copied, converted, hdf5, model) = (
  "\(scratch)/copy", "\(scratch)/out.safetensors", "\(scratch)/out.h5", "\(scratch)/model.safetensors"
)
let vocabulary = "\(folder)/word_counts.txt"

let commands = [
  MeasuredCommand(name: "cp", arguments: ["cp", checkpoint, copied], outputs: [copied]),
  MeasuredCommand(name: "inspect V1", arguments: [decant, "inspect", checkpoint]),
  MeasuredCommand(name: "inspect V1 --stats", arguments: [decant, "inspect", "--stats", checkpoint]),
  MeasuredCommand(
    name: "convert V1 to safetensors", arguments: [decant, "convert", checkpoint, "-o", converted], outputs: [converted]
  ),
  MeasuredCommand(
    name: "the same, --no-check", arguments: [decant, "convert", "--no-check", checkpoint, "-o", converted],
    outputs: [converted]),
  MeasuredCommand(name: "convert V1 to HDF5", arguments: [decant, "convert", checkpoint, "-o", hdf5], outputs: [hdf5]),
  MeasuredCommand(name: "caption, V1", arguments: [decant, "caption", checkpoint, image, "--vocab", vocabulary]),
  MeasuredCommand(name: "caption, safetensors", arguments: [decant, "caption", model, image]),
]

do {
  _ = try MeasuredCommand(
    name: "convert", arguments: [decant, "convert", checkpoint, "--vocab", vocabulary, "-o", model], outputs: [model]
  ).run()
  var series = commands.map { Series(name: $0.name) }
  for command in commands { _ = try command.run() }
  for _ in 0..<rounds {
    for index in commands.indices { series[index].costs.append(try commands[index].run()) }
  }
  let copy = series[0].median
  print("\(rounds) interleaved rounds; milliseconds, whole process")
  print("command".padded(to: 28), "median", "   min", "x cp  ", "peak MiB")
  for row in series {
    print(
      row.name.padded(to: 28), String(format: "%6.0f", row.median * 1000), String(format: "%6.0f", row.minimum * 1000),
      String(format: "%6.2f", row.median / copy), String(format: "%8.1f", Double(row.peakByteCount) / 1_048_576))
  }
} catch {
  print(error)
  exit(1)
}

extension String {
  func padded(to width: Int) -> String { padding(toLength: max(width, count), withPad: " ", startingAt: 0) }
}
