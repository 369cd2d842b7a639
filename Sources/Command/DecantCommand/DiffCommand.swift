import ArgumentParser
import Comparison
import Conversion
import Foundation
import Messages
import TensorFiles
import Tensors
import Verification

/// `decant diff`: what differs between two sources of tensors.
struct DiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Show what differs between two checkpoints or weight files.",
    discussion: """
      Tensors are paired by their canonical names, whatever era or framework the names are from. It shows tensors that one \
      side only has, different dtypes and shapes, and by how much values differ: the largest absolute and relative difference, \
      the distance in units in the last place, and the element where it is. Numbers of different dtypes are compared exactly.

      With --tolerance X, numbers with |a - b| <= X * (1 + max(|a|, |b|)) count as equal; NaN and infinity only equal \
      themselves.

      With options of a conversion (--names, --rename, --dtype, --inference-only, --ema, --weights-only, --fold-batch-norm, --drop), A \
      is taken as 'decant convert A' would write it with the same \
      options, and tensors are paired by the names that they have there and in B.

      Exits with 0 if nothing differs, 1 if something does, and 65 if a tensor cannot be read.

      Example: decant diff model.ckpt-2000000 model.ckpt-3000000 --match lstm
      """)

  @Argument(help: "A checkpoint or weight file.")
  var a: String

  @Argument(help: "The file to compare with A.")
  var b: String

  @Option(
    help: ArgumentHelp(
      "Numbers that differ by no more than this count as equal, absolute and relative.", valueName: "x"))
  var tolerance: Double?

  @Option(help: ArgumentHelp("Only variables whose names match the regular expression.", valueName: "regex"))
  var match: String?

  @Flag(name: .customLong("ignore-dtype"), help: "Compare only the numbers; ignore differences in dtype.")
  var ignoresDTypes = false

  @Flag(help: "List every difference, however many there are.")
  var all = false

  @Flag(help: "Print JSON (see Schemas/diff.schema.json).")
  var json = false

  @OptionGroup var converted: ConvertedOptions
  @OptionGroup var reading: ReadingOptions

  func validate() throws {
    if let tolerance, !(tolerance >= 0 && tolerance.isFinite) {
      throw ValidationError("--tolerance must be 0 or more.")
    }
    if let match { _ = try expression(match) }
  }

  func run() throws {
    var options = DiffOptions()
    options.tolerance = tolerance
    options.match = match
    options.ignoresDTypes = ignoresDTypes
    let sources = (try TensorFile.open(a, options: reading.value), try TensorFile.open(b, options: reading.value))
    let shown = try converted.conversion().map { try ConvertedSource(sources.0, options: $0) }
    var line = ProgressLine()
    let diff: SourceDiff
    do {
      defer { line.clear() }
      let left: any TensorSource = shown ?? sources.0
      diff = try SourceDiff(left, sources.1, options: options, prepared: shown.map(PreparedNames.init)) { done, total in
        line.update("comparing \(HumanText.bytes(done)) of \(HumanText.bytes(total))")
      }
    }
    if json {
      Console.print(try DiffDocument(diff, leftPath: a, rightPath: b).json())
    } else {
      Console.print(DiffText.report(diff, leftPath: a, rightPath: b, limit: all ? nil : 20))
    }
    // Damage is not equality, and it is more than a difference.
    if !diff.failures.isEmpty { throw ExitCode(ErrorCategory.badData.rawValue) }
    if !diff.isEqual { throw ExitCode(ErrorCategory.mismatch.rawValue) }
  }
}
