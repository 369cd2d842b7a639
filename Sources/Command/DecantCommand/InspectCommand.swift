import ArgumentParser
import Engine
import Essentials
import Inspection
import Messages
import MetaGraph
import Patterns
import TensorFiles
import Tensors
import Threads

/// `decant inspect`: what a checkpoint, a weight file or a graph is and what is in it.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Show what a checkpoint, weight file or graph is and what is in it.",
    discussion: """
      PATH is a V1 checkpoint, the prefix or any file of a V2 checkpoint, a directory, a 'checkpoint' file, a SavedModel, \
      a frozen graph (.pb), a weight file (.safetensors, .h5, .npz, .pth, .onnx, .tflite, .gguf and others), or an archive \
      with one of these. For a .meta or saved_model.pb file, or a .pb whose variables are not frozen, Decant shows the \
      graph instead.

      --plan shows how 'decant caption' would run an im2txt model: for each layer, the shapes, the algorithm and the \
      reason for it, and where its output is in memory.

      --show draws variables on a terminal that reports support for graphics (kitty's, iTerm2's or sixel): kernels over \
      red, green and blue as pictures, matrices and slices as heat maps, vectors as bars. On other terminals, Decant says \
      so, prints the rest, and exits with 1; 'decant report PATH --tensor NAME -o page.html' draws the same on a page.

      --worker inspects what another program sends on standard input, {"id": 1, "source": PATH} on each line; \
      docs/workers.md in Decant's source describes the answers.

      Example: decant inspect model.ckpt-3000000 --match lstm --stats
      Example: decant inspect model.ckpt-3000000 --show InceptionV3/Conv2d_1a_3x3/weights
      """)

  @Argument(help: ArgumentHelp("What to inspect.", valueName: "path"), completion: .file())
  var source: String?

  @Flag(help: "Show one line per variable: dtype, shape, bytes, shard and offset.")
  var flat = false

  @Option(
    help: ArgumentHelp("Show only variables, or nodes, whose names match this regular expression.", valueName: "regex"))
  var match: String?

  @Option(help: "Sort the variables by name, size (largest first) or offset.")
  var sort = TensorOrder.name

  @Flag(
    help: "Show each variable's minimum, maximum, percentiles, mean, standard deviation, zeros, NaN and infinities.")
  var stats = false

  @Option(help: ArgumentHelp("Print the values of one variable.", valueName: "name"))
  var values: String?

  @Option(help: ArgumentHelp("With --values: how many to print (default: 20).", valueName: "n"))
  var first: Int?

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp("Draw this variable on the terminal; may be repeated.", valueName: "name"))
  var show: [String] = []

  @Flag(help: "Check every checksum, list each failure, and exit with 1 if there is one.")
  var verify = false

  @Flag(help: "Show how the engine would run the model, instead of the variables.")
  var plan = false

  @Option(help: ArgumentHelp("With --plan: images per batch, 1 to 8.", valueName: "n"))
  var batch: Int?

  @Option(help: ArgumentHelp("With --plan: exact or fast, as for 'decant caption'.", valueName: "precision"))
  var precision: EngineOptions.Precision?

  @OptionGroup var graphOptions: GraphOptions
  @OptionGroup var reading: ReadingOptions

  @Flag(help: "Print JSON (see share/decant/schemas/inspect.schema.json).")
  var json = false

  @Flag(help: "Inspect what standard input asks for, line by line, until it ends.")
  var worker = false

  /// What is inspected; not used by a worker.
  var path: String { source ?? "" }

  func validate() throws {
    try validateWorker()
    if let first {
      guard first >= 0 else { throw ValidationError("--first must be 0 or more.") }
      guard values != nil else { throw ValidationError("--first requires --values.") }
    }
    guard [values != nil, stats, verify, graphOptions.isWanted].count(where: { $0 }) <= 1 else {
      throw ValidationError("Use only one of --values, --stats, --verify, --graph and --dot.")
    }
    if graphOptions.dot, json { throw ValidationError("Use either --dot or --json, not both.") }
    if verify, reading.skipsChecksums { throw ValidationError("Use either --verify or --no-verify, not both.") }
    if let match { _ = try expression(match) }
    try validateShow()
    try validatePlan()
  }

  func run() throws {
    if worker { return try serve() }
    if plan { return try printPlan() }
    if graphOptions.isWanted { return try printNodes() }
    if let graphs = try GraphFile(path: path) {
      guard !verify, !stats, !flat, values == nil, show.isEmpty, match == nil else {
        throw ValidationError(
          "'\(path)' is a graph, but --verify, --stats, --values, --show, --flat and --match apply to variables. Name the "
            + "checkpoint beside it, or list the graph's nodes with --graph.")
      }
      if json { return Console.print(try graphs.document.json()) }
      return Console.print(graphs.text)
    }
    if verify { return try checkIntegrity() }
    if !show.isEmpty { return try showPictures() }
    if let values { return try printValues(of: values, in: TensorFile.open(path, options: reading.value)) }
    var inspection = try SourceInspection(
      of: path, layout: layout, order: sort, match: match.map(expression),
      options: reading.value)
    inspection.warnings.forEach(Console.say)
    if json { return Console.print(try inspection.document.json()) }
    inspection.showsHistograms = Console.isTerminal
    Console.print(inspection.text)
    inspection.notes.forEach(Console.say)
  }

  /// Nodes of the graph that the path names, or of the one that belongs to the checkpoint.
  private func printNodes() throws {
    let graphs: GraphFile
    if let file = try GraphFile(path: path) {
      graphs = file
    } else {
      graphs = try GraphFile(graphAt: TensorFile.requireGraphPath(of: path))
    }
    let expression = try match.map(expression)
    func isWanted(_ name: String) -> Bool { expression?.matches(name) ?? true }
    if graphOptions.dot { return Console.print(graphs.dot(depth: graphOptions.depth ?? 1, where: isWanted)) }
    Console.print(try json ? graphs.document(withNodesWhere: isWanted).json() : graphs.nodeText(where: isWanted))
  }

  private func printValues(of name: String, in source: any TensorSource) throws {
    let descriptor = try source.requireDescriptor(named: name)
    let values = try TensorValues(firstOf: descriptor, in: source, count: first ?? 20)
    guard json else { return Console.print(TensorText.values(values)) }
    var document = InspectDocument(path: path)
    document.values = InspectDocument.Values(values)
    Console.print(try document.json())
  }

  private func checkIntegrity() throws {
    let report: IntegrityReport
    do {
      let source = try TensorFile.open(path)
      report = ProgressLine.during { line in
        IntegrityReport(checking: source) { done, total in
          line.update("verifying \(HumanText.bytes(done)) of \(HumanText.bytes(total))")
        }
      }
    } catch let error as any DecantError where error.category == .badData {
      // Opening stops at the first damage; the report has all of it.
      report = IntegrityReport(openingFailed: TensorFile.structureProblems(path, openingFailed: error))
    }
    var document = InspectDocument(path: path)
    document.integrity = InspectDocument.Integrity(report)
    Console.print(try json ? document.json() : ReportText.integrity(report))
    if !report.isSound { throw ExitCode(ErrorCategory.mismatch.rawValue) }
  }
}
