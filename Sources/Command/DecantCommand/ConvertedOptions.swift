import ArgumentParser
import Conversion
import Essentials
import ModelMapping

/// The options that a file was converted with, for commands that compare it with its source.
struct ConvertedOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "B was converted from A under these names: keep, modern, tensorflow-1.0, tensorflow-0, pytorch, a library "
        + "(transformers, torchvision, timm, keras, tensorflow), or your own pack.",
      valueName: "library"))
  var names: NamesArgument?

  @Option(
    help: ArgumentHelp(
      "B was converted from A with these rules (see share/decant/schemas/rename-rules.schema.json).", valueName: "file"),
    completion: .file())
  var rename: String?

  @Option(help: "B was converted from A with this cast: f16, bf16, f32, f64 or q8_0.")
  var dtype: CastDType?

  @Flag(help: "B was converted from A without what only training needs.")
  var inferenceOnly = false

  @Flag(help: "B was converted from A also without what is likely to be needed only for training.")
  var dropLikely = false

  @Flag(help: "B was converted from A with the averaged weights instead of the raw ones.")
  var ema = false

  @Flag(help: "B was converted from A, a frozen graph, without constants that are not weights.")
  var weightsOnly = false

  @Flag(help: "B was converted from A with batch normalizations folded.")
  var foldBatchNorm = false

  @Option(
    help: ArgumentHelp(
      "B was converted from A without the variables whose names match this regular expression.", valueName: "regex"))
  var drop: String?

  func validate() throws {
    if let drop { _ = try expression(drop) }
  }

  /// Whether any was given.
  var isGiven: Bool {
    names != nil || rename != nil || dtype != nil || drop != nil
      || [inferenceOnly, ema, weightsOnly, foldBatchNorm].contains(true)
  }

  /// The options of the conversion; nil if none was given.
  func conversion() throws -> ConversionOptions? {
    guard isGiven else { return nil }
    var options = ConversionOptions()
    // What was forced when B was made must not be an error now.
    try names?.apply(to: &options, acceptsMisfits: true)
    options.rename = try rename.map { try RenameRules(path: $0) }
    options.dtype = dtype?.dtype
    options.quantization = dtype?.quantization
    options.inferenceOnly = inferenceOnly
    options.dropsLikely = dropLikely
    options.takesAverages = ema
    options.weightsOnly = weightsOnly
    options.foldsBatchNorm = foldBatchNorm
    options.drop = drop
    return options
  }
}
