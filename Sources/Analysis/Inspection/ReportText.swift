public import Messages
internal import MetaGraph
internal import ModelMapping
public import Tensors

/// Reports as text for a terminal.
public enum ReportText {
  /// The header: one line that says what the source is, then facts about it.
  public static func header(_ report: ModelReport) -> Message { header(report, without: []) }

  /// The header without some of the metadata, which is shown elsewhere.
  static func header(_ report: ModelReport, without hidden: Set<String>) -> Message {
    var table = TextTable([.left, .left])
    for (index, file) in report.files.prefix(shownFileCount).enumerated() {
      let length = file.byteCount.map { HumanText.bytes($0) } ?? "missing"
      table.add([index == 0 ? "files" : "", "\(file.name)  \(length)"])
    }
    if report.files.count > shownFileCount {
      table.add(["", "… and \(HumanText.grouped(report.files.count - shownFileCount)) more"])
    }
    if let frozen = report.frozen {
      add(frozen, report, to: &table)
    } else {
      table.add(["variables", variables(report)])
      table.add(["parameters", HumanText.grouped(report.parameterCount)])
    }
    table.add(["bytes", "\(HumanText.grouped(report.tensorByteCount)) (\(HumanText.bytes(report.tensorByteCount)))"])
    table.add([
      "dtypes",
      report.dtypes.map { dtype -> Message in "\(HumanText.grouped(dtype.tensorCount)) \(dtype.dtype)" }
        .joined(separator: ", "),
    ])
    if let step = report.globalStep { table.add(["global step", HumanText.grouped(step)]) }
    if !report.namingEras.isEmpty {
      table.add(["cell names", "\(report.namingEras.map(\.title).joined(separator: " and "))"])
    }
    if let framework = report.framework { table.add(["names", "\(framework.title)"]) }
    if let family = report.family { table.add(["model", family.summary]) }
    if let graph = report.graph {
      table.add(["graph", line(graph)])
      add(graph.missingVariables, "only in the graph", to: &table)
      add(graph.extraTensors, "not in the graph", to: &table)
    }
    for (key, value) in report.metadata.sorted(by: { $0.key < $1.key }) where !hidden.contains(key) {
      table.add(["\(key)", shortened(value)])
    }
    return "\(report.format)\n\(table.render(indent: 2))"
  }

  /// What a check of everything found.
  public static func integrity(_ report: IntegrityReport) -> Message {
    let text = report.failures.map { failure -> Message in
      // Most messages name their tensor themselves.
      let tensor: Message = failure.isTensorUnnamed ? (failure.tensor.map { "\($0): " } ?? "") : ""
      let count = failure.affectedTensorCount
      let affected: Message = count == 0 ? "" : "\(HumanText.count(count, "tensor")): "
      return "FAILED  \(affected)\(tensor)\(failure.message)\n"
    }.joined()
    guard report.format != nil else { return text }
    let read: Message =
      "\(HumanText.count(report.checkedTensorCount, "tensor")) read, \(HumanText.bytes(report.checkedByteCount))"
    let skipped: Message =
      report.skippedTensorCount == 0 ? "" : ", \(HumanText.grouped(report.skippedTensorCount)) without plain data"
    guard report.isSound else {
      return "\(text)\(HumanText.count(report.failures.count, "failure")); \(read)\(skipped).\n"
    }
    return switch report.evidence {
    case .checksums: "Sound: \(read)\(skipped).\n"
    case .digests: "Sound: \(read)\(skipped), and each matches its checksum.\n"
    case .unchecked: "Structure sound: \(read)\(skipped). Checksums were not verified, so the values are not proved.\n"
    case .nothing, nil:
      "Structure sound: \(read)\(skipped). The file has no checksums, so the values cannot be proved.\n"
    }
  }

  /// What is missing from a source's list of tensors, one line each, and how many more there are.
  public static func incompleteness(_ problems: [SourceProblem]) -> [Message] {
    // Variables of a graph are listed at its head.
    let missing = problems.filter { problem in
      if let error = problem.error as? MetaGraphError, case .variable = error.reason { return false }
      return problem.severity == .incomplete
    }
    let rest = missing.count - shownProblemCount
    return missing.prefix(shownProblemCount).map { problem -> Message in "not listed: \(problem.error)" }
      + (rest > 0 ? ["and \(HumanText.count(rest, "more problem")) of this kind; see --verify"] : [])
  }

  /// What is odd about a source although nothing is missing from its list, one line each, and how many more there are.
  package static func oddities(_ problems: [SourceProblem]) -> [Message] {
    let odd = problems.filter { $0.severity == .note }
    let rest = odd.count - shownProblemCount
    return odd.prefix(shownProblemCount).map { problem -> Message in "\(problem.error)" }
      + (rest > 0 ? ["and \(HumanText.count(rest, "more note")) of this kind"] : [])
  }

  private static let shownProblemCount = 8
  private static let shownFileCount = 4
  private static let shownNameCount = 2
  private static let shownTextCount = 60

  private static func variables(_ report: ModelReport) -> Message {
    var notes: [Message] = []
    if report.trainingLeftoverCount > 0 {
      notes.append("\(HumanText.grouped(report.trainingLeftoverCount)) for training only")
    }
    if report.likelyLeftoverCount > 0 { notes.append("\(HumanText.grouped(report.likelyLeftoverCount)) likely so") }
    if report.slicedTensorCount > 0 { notes.append("\(HumanText.grouped(report.slicedTensorCount)) in slices") }
    return
      "\(HumanText.grouped(report.tensorCount))\(notes.isEmpty ? "" : " (\(notes.joined(separator: ", ")))" as Message)"
  }

  /// Adds constants, and what they are, in place of variables.
  private static func add(_ frozen: ModelReport.Frozen, _ report: ModelReport, to table: inout TextTable) {
    let others = HumanText.count(frozen.otherConstantCount, "other constant")
    table.add(["constants", "\(HumanText.count(frozen.weightCount, "weight")), \(others)"])
    if frozen.weightCountInFunctions > 0 {
      table.add(["in functions", "\(HumanText.count(frozen.weightCountInFunctions, "weight")) more, not listed"])
    }
    table.add([
      "parameters",
      "\(HumanText.grouped(frozen.weightParameterCount)) in weights, \(HumanText.grouped(report.parameterCount)) in all",
    ])
    if !frozen.variableNames.isEmpty {
      table.add([
        "variables",
        "\(HumanText.grouped(frozen.variableNames.count)), whose values are in a checkpoint, not in this file",
      ])
      for name in frozen.variableNames.prefix(shownProblemCount) { table.add(["", "\(name)"]) }
      let rest = frozen.variableNames.count - shownProblemCount
      if rest > 0 { table.add(["", "… and \(HumanText.grouped(rest)) more"]) }
    }
  }

  private static func line(_ graph: ModelReport.Graph) -> Message {
    let release = graph.tensorFlowVersion.isEmpty ? "" : "TensorFlow \(graph.tensorFlowVersion), "
    return """
      \(release)\(HumanText.count(graph.nodeCount, "node")), \(HumanText.count(graph.variableCount, "variable")), \
      \(HumanText.grouped(graph.trainableCount)) trainable
      """
  }

  private static func add(_ names: [String], _ title: Message, to table: inout TextTable) {
    guard !names.isEmpty else { return }
    table.add([title, "\(HumanText.grouped(names.count)): \(list: names, upTo: shownNameCount)"])
  }

  private static func shortened(_ text: String) -> Message {
    let shown = text.prefix(shownTextCount)
    return "\(shown)\(shown.endIndex < text.endIndex ? "…" : "")"
  }
}
