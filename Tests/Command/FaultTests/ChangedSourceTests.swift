import Foundation
import TestSupport
import Testing

@Suite("A source that changes while it is read", .enabled(if: FaultShim.shared != nil))
struct ChangedSourceTests {
  /// A source to be changed, by the name of the file that changes.
  struct Source: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let row: OutputCase
    let file: String
    var format: String?
  }

  static let sources = [
    Source(testDescription: "V2 data", row: .safetensors, file: "model.ckpt.data-00000-of-00001"),
    Source(testDescription: "V2 index", row: .npz, file: "model.ckpt.index"),
    Source(testDescription: "V2 data into V2", row: .v2, file: "model.ckpt.data-00000-of-00001"),
    Source(testDescription: "V2 data into V1", row: .v1, file: "model.ckpt.data-00000-of-00001"),
    Source(testDescription: "V2 index, renamed", row: .renaming, file: "model.ckpt.index"),
    Source(testDescription: "V2 data, renamed and copied", row: .copying, file: "model.ckpt.data-00000-of-00001"),
    Source(testDescription: "V1, recovered", row: .recovery, file: "v1"),
    Source(testDescription: "safetensors", row: .npz, file: "model.ckpt", format: "safetensors"),
    Source(testDescription: "HDF5", row: .safetensors, file: "model.ckpt", format: "hdf5"),
    Source(testDescription: "npz", row: .hdf5, file: "model.ckpt", format: "npz"),
    Source(testDescription: "words", row: .vocabulary, file: "words.txt"),
  ]

  @Test(
    "is refused as changed, and nothing is written", arguments: sources, ["truncate", "append", "touch", "replace"])
  func changes(source: Source, action: String) throws {
    let shim = try #require(FaultShim.shared)
    let workplace = try Workplace(source.row)
    let path = "\(workplace.input)/\(source.file)"
    if let format = source.format { try replace(by: format, in: workplace) }
    let original = try Data(contentsOf: URL(filePath: path))
    let log = workplace.directory.file("log")
    var refusals: [Bool] = []
    // Every read of a short list, and every third of a long one.
    for nth in Array(1...12) + stride(from: 14, to: 1000, by: 3) {
      try workplace.reset(old: false)
      try? FileManager.default.removeItem(atPath: log)
      try FileManager.default.removeItem(atPath: path)
      for path in [path, path + ".other"] { try original.write(to: URL(filePath: path)) }
      // The changes come some time after the file was written.
      var times = [timespec(tv_sec: 1_000_000_000, tv_nsec: 0), timespec(tv_sec: 1_000_000_000, tv_nsec: 0)]
      unsafe utimensat(AT_FDCWD, path, &times, 0)
      let environment = shim.environment(
        action, nth: nth, calls: FaultShim.reads, under: workplace.input, log: log, source: path)
      let outcome = try DecantCommand.run(workplace.arguments(force: false), environment: environment)
      guard FileManager.default.fileExists(atPath: log) else { break }
      let words = Comment(rawValue: "read \(nth): \(outcome.status) \(outcome.errors)\(outcome.output)")
      // Before the file is opened for good it only looks like another file.
      let isRefused = ![0, 1].contains(outcome.status)
      if isRefused {
        #expect(try workplace.names() == [], words)
        if outcome.errors.contains("changed while it was being read") {
          #expect(outcome.status == 74, words)
          #expect(outcome.errors.contains(path), words)
        } else {
          #expect(action == "truncate" || action == "append", words)
          #expect(outcome.status == 65, words)
        }
      }
      refusals.append(isRefused)
    }
    // From some read on, every change is noticed.
    let first = refusals.firstIndex(of: true) ?? refusals.count
    #expect(refusals[first...].allSatisfy { $0 }, "\(refusals)")
    // HDF5 is read twice, and what comes before the second reading is not seen.
    #expect(first <= refusals.count * (source.testDescription == "HDF5" ? 9 : 6) / 9, "\(refusals)")
    print("Source \(source.testDescription), \(action): \(refusals.count - first) of \(refusals.count) refused")
  }

  /// Puts the same tensors in another format in the place of the checkpoint.
  private func replace(by format: String, in workplace: Workplace) throws {
    let other = workplace.directory.file("other")
    let outcome = try DecantCommand.run([
      "convert", "\(workplace.input)/model.ckpt", "-o", other, "--to", format, "--no-digest",
    ])
    try #require(outcome.status == 0, "\(outcome.errors)")
    for name in try FileManager.default.contentsOfDirectory(atPath: workplace.input) {
      try FileManager.default.removeItem(atPath: "\(workplace.input)/\(name)")
    }
    try FileManager.default.moveItem(atPath: other, toPath: "\(workplace.input)/model.ckpt")
  }
}
