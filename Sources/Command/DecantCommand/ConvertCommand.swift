import ArgumentParser
import Conversion
import Essentials
import Files
import Messages
import ModelMapping
import TensorFiles
import Tensors
import Vocabulary
import WordTraces
import Workers

/// `decant convert`: from any source to a weight file, bit for bit.
struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Convert between checkpoints and weight files, bit for bit unless you ask for a change.",
    discussion: """
      The extension of the output chooses the format: .safetensors, .h5, .npz, .pth, .gguf, .keras, .json (TensorFlow.js), \
      .ckpt or .onnx. Decant writes variables under the names of TensorFlow 1.2 and later unless --names or --rename says \
      otherwise. It reads the file back and compares it before it gives the file its name; a run that fails leaves \
      nothing behind.

      An output name that ends in .ckpt, or in .ckpt- and a number, is the prefix of a TensorFlow V2 checkpoint: the names \
      of its index and data files begin with it. TensorFlow loads the checkpoint by that prefix. Decant does not write a \
      'checkpoint' file. It removes the :0 that Keras puts at the end of names, because TensorFlow looks variables up by \
      the name without it.

      With an output name that ends in .onnx, Decant writes an im2txt model as a network that onnxruntime runs (see \
      docs/onnx.md in Decant's source).

      --worker converts what another program sends on standard input: {"id": 1, "source": PATH, "output": PATH} on each \
      line. Decant recognizes finished outputs and does not make them again. docs/workers.md in Decant's source describes \
      the answers.

      Example: decant convert model.ckpt-3000000 --vocab word_counts.txt -o im2txt.safetensors
      Example: decant convert im2txt.safetensors -o im2txt.ckpt --to tensorflow
      """)

  @Argument(help: ArgumentHelp("The checkpoint or weight file.", valueName: "path"), completion: .file())
  var source: String?

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp(
      "The file to write; for a TensorFlow checkpoint, its prefix; with --names transformers also a directory (DIR/).",
      valueName: "file"),
    completion: .file())
  var target: String?

  @Option(
    help: ArgumentHelp(
      "The format (default: from the output's name). tensorflow means a V2 checkpoint.", valueName: "format"))
  var to: WeightFormat?

  @Option(
    help: ArgumentHelp("Store the clean words of this word_counts.txt with the model.", valueName: "file"),
    completion: .file())
  var vocab: String?

  @Option(
    help: ArgumentHelp(
      "Names to write: those of a library (transformers, torchvision, timm, keras or tensorflow, with its layouts) for "
        + "the models that 'decant models' lists, or of your own pack; for im2txt also modern (TensorFlow 1.2 and later), "
        + "tensorflow-1.0, tensorflow-0 and pytorch; keep for the source's names.", valueName: "library"))
  var names = NamesArgument.scheme(.modern)

  @Option(
    help: ArgumentHelp(
      "Rules for names, layouts and dtypes (see share/decant/schemas/rename-rules.schema.json).", valueName: "file"),
    completion: .file()
  )
  var rename: String?

  @Option(help: "Cast floating-point tensors: f16, bf16, f32 or f64; or q8_0, quantized blocks of GGUF.")
  var dtype: CastDType?

  @Flag(help: "Fold batch normalizations into the convolutions, which then each have a kernel and a bias.")
  var foldBatchNorm = false

  @Flag(
    help:
      "Write nothing; show old and new names, shapes, dtypes, collisions and leftovers. Exits with 65 if names collide."
  )
  var dryRun = false

  @Flag(help: "Print JSON (see share/decant/schemas/convert.schema.json).")
  var json = false

  @Flag(
    help: ArgumentHelp(
      "Leave out what only training needs: steps, optimizer slots and state, averages, metrics.",
      discussion: "Lists and keeps variables that are probably, but not certainly, training state."))
  var inferenceOnly = false

  @Flag(help: "For a frozen graph, leave out constants that are not weights: shapes, axes, seeds.")
  var weightsOnly = false

  @Flag(
    help:
      "With --inference-only: also leave out what is likely, but not certain, to be needed only for training.")
  var dropLikely = false

  @Flag(help: "Use the averaged weights (X/ExponentialMovingAverage, Keras' use_ema) instead of the raw ones.")
  var ema = false

  @Option(help: ArgumentHelp("Convert only variables whose names match this regular expression.", valueName: "regex"))
  var match: String?

  @Option(help: ArgumentHelp("Leave out variables whose names match this regular expression.", valueName: "regex"))
  var drop: String?

  @Option(help: ArgumentHelp("HDF5: shuffle and deflate at this level, 1 to 9; 0 turns it off.", valueName: "level"))
  var compression = 0

  @Option(help: ArgumentHelp("TensorFlow: write this many data files.", valueName: "count"))
  var shards = 1

  @Option(
    help: ArgumentHelp(
      "safetensors: cut the tensors into files of at most this many bytes of values, such as 5GB, 500MB or 2GiB, with "
        + "an index.",
      valueName: "size"))
  var maxShardSize: ShardSize?

  @Flag(help: "ONNX: keep large tensors in NAME.onnx.data beside the model; Decant always does this above 2 GiB.")
  var externalData = false

  @Flag(name: .customLong("no-check"), help: "Do not read the written file back.")
  var skipsCheck = false

  @Flag(
    name: .customLong("no-digest"),
    help: "Do not store the SHA-256 of the source's files; computing it takes most of the time.")
  var skipsDigest = false

  @Flag(
    help:
      "Replace the output if it exists; with --names, also write what fits if the network or some tensors do not.")
  var force = false

  @Flag(help: "Convert what standard input asks for, line by line, until it ends.")
  var worker = false

  @OptionGroup var outputs: OutputOptions
  @OptionGroup var reading: ReadingOptions

  func validate() throws {
    if dropLikely, !inferenceOnly { throw ValidationError("--drop-likely requires --inference-only; add it.") }
    for pattern in [match, drop].compactMap({ $0 }) { _ = try expression(pattern) }
    guard worker else {
      if source == nil { throw ValidationError("Missing expected argument '<path>'") }
      if target == nil { throw ValidationError("Missing expected argument '--output <file>'") }
      return
    }
    if source != nil || target != nil {
      throw ValidationError("--worker takes paths from standard input; remove the path and --output.")
    }
    if dryRun || json { throw ValidationError("--worker prints JSON lines; remove --dry-run and --json.") }
  }

  /// What is converted; not used by a worker.
  private var path: String { source ?? "" }
  /// What is written; not used by a worker.
  private var output: String { target ?? "" }

  func run() throws {
    var words: Vocabulary?
    let options = try options(&words)
    if worker { return try serve(options, words) }
    if let vocab, let words { Self.warn(of: words, at: vocab, model: path, reading.value) }
    try noteBlocks()
    if dryRun {
      let output = output.hasSuffix("/") ? output.joined("model.safetensors") : output
      let plan = try Converter(options: options).plan(TensorFile.open(path, options: reading.value), to: output)
      Console.print(json ? try ConversionDocument(plan, output: output).json() : ConversionText.plan(plan))
      if let obstacle = plan.obstacle { throw ExitCode(obstacle.category.rawValue) }
      return
    }
    if output.hasSuffix("/") || (output.isDirectory && options.library != nil) {
      let directory = try ProgressLine.during { line in
        try outputs.make(output) {
          try Converter(options: options).convert(path, toDirectory: output, reading: reading.value) {
            line.update($0.message)
          }
        }
      }
      Console.print(json ? try ConversionDocument(directory).json() : ConversionText.report(directory))
      return
    }
    let report = try ProgressLine.during { line in
      try outputs.make(output) {
        try Converter(options: options).convert(path, to: output, reading: reading.value) { line.update($0.message) }
      }
    }
    Console.print(json ? try ConversionDocument(report).json() : ConversionText.report(report))
  }

  /// Says on standard error which tensors keep their blocks, although they were to be dequantized.
  private func noteBlocks() throws {
    guard reading.value.dequantizes else { return }
    let kept = try TensorFile.open(path, options: reading.value).problems.filter(TensorFile.keepsBlocks)
    for problem in kept.prefix(Self.shownBlockCount) { Console.say("\(problem.error)") }
    if kept.count > Self.shownBlockCount {
      Console.say("\((kept.count - Self.shownBlockCount).counted("other tensor")) too")
    }
  }

  private static let shownBlockCount = 5

  /// Converts what standard input asks for.
  private func serve(_ options: ConversionOptions, _ words: Vocabulary?) throws {
    let recipe = try ConversionRecipe(options, rules: rename, reading: reading.value)
    let (vocab, reading) = (vocab, reading.value)
    let service = FileWorker.converting(
      options, recipe: recipe, reading: reading, makesDirectories: outputs.parents
    ) { path in
      if let vocab, let words { Self.warn(of: words, at: vocab, model: path, reading) }
    }
    try WorkerRun.on(FileWorker.input(), service.run)
  }

  /// What the command line asks for.
  private func options(_ words: inout Vocabulary?) throws -> ConversionOptions {
    var options = ConversionOptions()
    try names.apply(to: &options, acceptsMisfits: force)
    options.rename = try rename.map { try RenameRules(path: $0) }
    options.dtype = dtype?.dtype
    options.quantization = dtype?.quantization
    options.foldsBatchNorm = foldBatchNorm
    options.inferenceOnly = inferenceOnly
    options.weightsOnly = weightsOnly
    options.dropsLikely = dropLikely
    options.takesAverages = ema
    options.match = match
    options.drop = drop
    options.readsBack = !skipsCheck
    options.hashesSource = !skipsDigest
    options.format = to
    options.sink = SinkOptions(
      compression: compression, replacesExisting: force, shardCount: shards,
      maximumShardByteCount: maxShardSize?.byteCount)
    options.sink.keepsDataBeside = externalData
    if let vocab {
      let file = try VocabularyFile(path: vocab)
      let given = try file.vocabulary()
      words = given
      options.vocabulary = given.words
      options.sink.permissions = file.permissions
    }
    return options
  }

  /// Warns on standard error if the words do not belong to the model, before they are stored with it.
  private static func warn(of words: Vocabulary, at vocab: String, model path: String, _ reading: ReadOptions) {
    guard let source = try? CanonicalSource.make(TensorFile.open(path, options: reading)),
      let verdict = MarkerVerdict(words, source: source), verdict.isAgainstVocabulary
    else { return }
    for line in verdict.statement(of: .file(vocab), model: path).lines { Console.say(line) }
  }
}
