internal import Checkpoints
internal import Files
internal import Essentials
internal import Messages
internal import MetaGraph

/// Checks a SavedModel as a whole: whether its graph can be read, and whether everything that the graph names exists.
struct SavedModelCheck {
  let files: SavedModelFiles
  private(set) var findings: [Finding] = []
  /// The release that saved it.
  private(set) var release: String?
  /// Its signatures, by name.
  private(set) var signatures: [String] = []
  /// The number of assets that the graph names.
  private(set) var assetCount = 0

  /// Whether something is missing, not just wrong.
  var isIncomplete: Bool {
    findings.contains { [.missingGraph, .missingAsset, .missingData].contains($0.kind) }
  }

  private var name: String { files.directory.lastPart }

  init(_ files: SavedModelFiles, isInClone: Bool) {
    self.files = files
    if let graph = files.graph {
      examine(graph, isInClone: isInClone)
    } else {
      noteMissingGraph()
    }
    for asset in files.assets {
      guard let finding = ForeignFileCheck.finding(asset, isInClone: isInClone) else { continue }
      // An asset may have any format, but it must be a real file, not a placeholder such as a Git LFS pointer.
      if [.lfsPointer, .emptyFile, .unreadable, .brokenLink, .notRegular].contains(finding.kind) {
        findings.append(finding)
      }
    }
  }

  private mutating func examine(_ graph: ExaminedFile, isInClone: Bool) {
    if graph.fileName.hasSuffix(".cpb") || (graph.fileName.hasSuffix(".pbtxt") && graph.kind == .text) {
      return noteUnread(graph)
    }
    if let finding = ForeignFileCheck.finding(graph, isInClone: isInClone) {
      findings.append(finding)
      return
    }
    do throws(MetaGraphError) {
      let model = try SavedModelFile(path: graph.path)
      release = model.metaGraphs.map(\.tensorFlowVersion).first { !$0.isEmpty }
      // Names with two underscores belong to TensorFlow's own loader.
      signatures = Set(model.metaGraphs.flatMap { $0.signatures.map(\.name) }).filter { !$0.hasPrefix("__") }.sorted()
      check(
        assets: model.metaGraphs.flatMap { ($0.assets + $0.packedAssets).map(\.fileName) },
        hasVariables: model.metaGraphs.contains { !$0.variables.isEmpty || !$0.objectVariables.isEmpty }, graph)
    } catch {
      findings.add(
        .graphUnreadable, .warning, files: [graph.path],
        summary: "The graph \(graph.fileName) cannot be read.",
        explanation: "\(error) The weights beside it do not depend on it.",
        remedy: Remedy("Copy it again if you need the graph."))
    }
  }

  /// A graph in text or in chunks: TensorFlow reads it, Decant does not.
  private mutating func noteUnread(_ graph: ExaminedFile) {
    let isText = graph.kind == .text
    let text = isText ? SavedModelText(path: graph.path) : nil
    findings.add(
      .graphNotRead, .note, files: [graph.path],
      summary: """
        The graph of the SavedModel \(name), \(graph.fileName), is \(isText ? "in text format" : "split into chunks").
        """,
      explanation: "TensorFlow reads it. Decant reads the variables beside it but not the graph, "
        + (text == nil
          ? "so it does not look for assets that the graph names." : "except for the names of its assets."),
      remedy: Remedy(isText ? "To let Decant read the graph too, save the model again without as_text=True." : ""))
    if let text { check(assets: text.assetNames, hasVariables: text.hasVariables, graph) }
  }

  private mutating func check(assets: [String], hasVariables: Bool, _ graph: ExaminedFile) {
    var seen: Set<String> = []
    let assets = assets.filter { seen.insert($0).inserted }
    assetCount = assets.count
    checkAssets(assets, graph)
    guard hasVariables, !files.hasVariableFiles,
      FileStatus(path: files.variablesPrefix + ".index") == nil
    else { return }
    let isEmpty = FileStatus(path: files.directory.joined("variables"))?.isDirectory == true
    findings.add(
      .missingData, .error, files: [graph.path],
      summary: "The SavedModel \(name) has a graph but no variables.",
      explanation: "Its weights are a checkpoint in the directory 'variables', which is "
        + "\(isEmpty ? "empty" : "not beside the graph").",
      remedy: Remedy("Copy the directory 'variables' from the model's source."))
  }

  private mutating func checkAssets(_ assets: [String], _ graph: ExaminedFile) {
    let directory = files.directory.joined("assets")
    let boundary = PathBoundary(directory: directory)
    var missing: [String] = []
    for asset in assets {
      // A name that leads out of the directory is not an asset, and is not examined.
      guard let path = boundary.path(named: asset), FileStatus(path: path) != nil else {
        missing.append(asset)
        continue
      }
    }
    guard !missing.isEmpty else { return }
    let others = files.assets.map(\.fileName).filter { !assets.contains($0) }
    let rest: Message =
      others.isEmpty
      ? ""
      : " The directory has \(list: others, upTo: 4), which the graph does not name."
    findings.add(
      .missingAsset, .error, files: [graph.path],
      summary: "\(HumanText.count(missing.count, "asset")) of the SavedModel \(name) "
        + "\(missing.count.noun("is", "are")) missing: \(list: missing, upTo: 4).",
      explanation: """
        The graph reads \(missing.count.noun("this file", "these files")) from the directory 'assets', usually for words \
        or labels, and TensorFlow does not load the model without \(missing.count.noun("it", "them")). The variables do \
        not depend on \(missing.count.noun("it", "them")).\(rest)
        """,
      remedy: Remedy("Copy the directory 'assets' from the model's source, and keep the names."))
  }

  private mutating func noteMissingGraph() {
    findings.add(
      .missingGraph, .error, files: [files.variablesPrefix],
      summary: "The SavedModel \(name) has variables but no graph: saved_model.pb is missing.",
      explanation: "TensorFlow does not load the model without it. The variables are a checkpoint that Decant reads.",
      remedy: Remedy(
        "Copy saved_model.pb from the model's source. To see the variables alone:", run: "decant", "inspect",
        files.directory))
  }
}
