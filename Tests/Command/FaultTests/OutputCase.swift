import TestSupport
import Testing

/// Something that the command writes.
struct OutputCase: Sendable, CustomTestStringConvertible {
  let testDescription: String
  /// The subcommand and what follows the source.
  let command: [String]
  /// The name that is given with `-o`.
  let output: String
  /// The source by its name in `in`.
  let source: String
  /// The files of an older output.
  let oldFiles: [String]
  /// The file that makes the others count.
  let decidingFile: String
  /// Arguments that make other outputs of the same name.
  var variants: [[String]] = [[]]

  /// Whether files of the output are further names of the source's.
  var links: Bool { command[0] == "rename" && !command.contains("--copy") }

  func arguments(input: String, output: String) -> [String] {
    [command[0], "\(input)/\(source)"] + command.dropFirst() + ["-o", output]
  }

  /// The files that the source is made of.
  func source(large: Bool) -> [(fixture: String, name: String)] {
    switch (source, large) {
    case ("words.txt", _): [("scenes/word_counts.txt", "words.txt")]
    case ("v1", false): [("checkpoints/v1-small/model.ckpt", "v1")]
    case ("v1", true): [("scenes/model.ckpt-4222", "v1")]
    case (_, let large):
      [".index", ".data-00000-of-00001"].map {
        (large ? "scenes/v2/model.ckpt-4222\($0)" : "checkpoints/v2-small/model.ckpt\($0)", source + $0)
      }
    }
  }

  private static func file(
    _ description: String, _ command: [String], _ output: String, source: String = "model.ckpt",
    variants: [[String]] = [[], ["--drop", "a"], ["--drop", "w"]]
  ) -> OutputCase {
    OutputCase(
      testDescription: description, command: command, output: output, source: source, oldFiles: [output],
      decidingFile: output, variants: variants)
  }

  private static func bundle(_ description: String, _ command: [String], variants: [[String]]) -> OutputCase {
    OutputCase(
      testDescription: description, command: command, output: "m.ckpt", source: "model.ckpt",
      oldFiles: ["m.ckpt.data-00000-of-00001", "m.ckpt.data-00000-of-00002", "m.ckpt.index"],
      decidingFile: "m.ckpt.index", variants: variants)
  }

  static let safetensors = file("safetensors", ["convert"], "m.safetensors")
  static let hdf5 = file("HDF5", ["convert"], "m.h5")
  static let npz = file("npz", ["convert"], "m.npz")
  static let v1 = file("V1", ["convert", "--to", "tensorflow-v1"], "m")
  static let v2 = bundle(
    "V2 in three files", ["convert", "--shards", "3"], variants: [[], ["--shards", "1"], ["--shards", "2"]])
  static let renaming = bundle(
    "a renaming with links", ["rename", "--names", "tensorflow-0"], variants: [[], ["--names", "tensorflow-1.0"]])
  static let copying = bundle(
    "a renaming with copies", ["rename", "--copy", "--names", "tensorflow-0"], variants: [[]])
  static let recovery = file(
    "a recovery", ["recover"], "m.h5", source: "v1", variants: [[], ["--compression", "9"]])
  static let vocabulary = file("a vocabulary", ["vocab"], "words.txt", source: "words.txt", variants: [[]])

  static let all = [safetensors, hdf5, npz, v1, v2, renaming, copying, recovery, vocabulary]
}
