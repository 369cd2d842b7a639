import ArgumentParser
import Comparison
import Conversion
import Essentials
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
      Pairs tensors by their canonical names, whatever era or framework the names are from. Shows tensors that only one \
      side has, different dtypes and shapes, and how much values differ: the largest absolute and relative difference, the \
      distance in units in the last place, and the element where it occurs. Compares numbers of different dtypes exactly.

      With --tolerance X, numbers with |a - b| <= X * (1 + max(|a|, |b|)) count as equal; NaN and infinity equal only \
      themselves.

      With conversion options (--names, --rename, --dtype, --inference-only, --ema, --weights-only, --fold-batch-norm, \
      --drop), Decant compares A as 'decant convert A' would write it with the same options, and pairs tensors by the names \
      that they have there and in B.

      Exits with 0 if nothing differs, 1 if something does, and 65 if a tensor cannot be read.

      Example: decant diff model.ckpt-2000000 model.ckpt-3000000 --match lstm
      """)

  @Argument(help: "A checkpoint or weight file.", completion: .file())
  var a: String

  @Argument(help: "The file to compare with A.", completion: .file())
  var b: String

  @Flag(help: "List every difference, however many there are.")
  var all = false

  @Flag(help: "Print JSON (see share/decant/schemas/diff.schema.json).")
  var json = false

  @OptionGroup var comparing: ComparingOptions
  @OptionGroup var converted: ConvertedOptions
  @OptionGroup var reading: ReadingOptions

  func run() throws {
    let sources = (try TensorFile.open(a, options: reading.value), try TensorFile.open(b, options: reading.value))
    let shown = try converted.conversion().map { try ConvertedSource(sources.0, options: $0, comparedWith: sources.1) }
    let (left, right) = shown.map { ($0, sources.1) } ?? OutputName.paired(sources.0, sources.1)
    let diff = try ProgressLine.during { line in
      try SourceDiff(left, right, options: comparing.value, prepared: shown.map(PreparedNames.init)) {
        done, total in
        line.update("comparing \(HumanText.bytes(done)) of \(HumanText.bytes(total))")
      }
    }
    Console.print(
      try json
        ? DiffDocument(diff, leftPath: a, rightPath: b).json()
        : DiffText.report(diff, leftPath: a, rightPath: b, limit: all ? nil : 20))
    // Damage is neither equality nor a mere difference.
    if !diff.failures.isEmpty { throw ExitCode(ErrorCategory.badData.rawValue) }
    if !diff.isEqual { throw ExitCode(ErrorCategory.mismatch.rawValue) }
  }
}
