internal import Inspection
internal import Markup
internal import Messages
internal import ModelMapping
internal import Tensors

/// What the source is: its files, dtypes, parameters, training step, names and words.
struct OverviewSection {
  private let content: ReportContent
  private let path: String

  init(_ content: ReportContent, _ path: String) { (self.content, self.path) = (content, path) }

  private static let shownFileCount = 12
  private static let shownNameCount = 5

  var section: PageSection {
    let warnings = content.warnings.map { warning -> HTML in "<p class=\"warn\">\(warning)</p>\n" }
    return PageSection(id: "overview", title: "What it is", "\(warnings)\(HTML.facts(facts))")
  }

  private var facts: [(term: HTML, value: HTML)] {
    let report = content.report
    var facts: [(term: HTML, value: HTML)] = [
      ("format", "\(report.format)"), ("path", "\(HTML.name(path))"), ("files", files),
    ]
    if let frozen = report.frozen {
      let others = HumanText.count(frozen.otherConstantCount, "other constant")
      facts.append(("constants", "\(HumanText.count(frozen.weightCount, "weight")), \(others)"))
      let weights = HumanText.grouped(frozen.weightParameterCount)
      facts.append(("parameters", "\(weights) in weights, \(HumanText.grouped(report.parameterCount)) in all"))
    } else {
      facts.append(("tensors", "\(tensors)"))
      facts.append(("parameters", "\(HumanText.grouped(report.parameterCount))"))
    }
    facts.append(
      (
        "bytes of tensors", "\(HumanText.grouped(report.tensorByteCount)) (\(HumanText.bytes(report.tensorByteCount)))"
      ))
    let dtypes = report.dtypes.map { sum -> HTML in
      "\(HumanText.grouped(sum.tensorCount)) \(sum.dtype.name) (\(HumanText.bytes(sum.byteCount)))"
    }
    facts.append(("dtypes", dtypes.isEmpty ? "none" : dtypes.joined(separator: ", ")))
    if let step = report.globalStep { facts.append(("training step", "\(HumanText.grouped(step))")) }
    if !report.namingEras.isEmpty {
      facts.append(("names of cells", "\(report.namingEras.map(\.title).joined(separator: " and "))"))
    }
    if let framework = report.framework { facts.append(("names", "\(framework.title)")) }
    if let words = content.vocabulary {
      facts.append(("vocabulary", "\(HumanText.count(words.wordCount, "word")) \(words.place)"))
    }
    if let graph = report.graph { facts.append(("graph", self.graph(graph))) }
    for (key, value) in report.metadata.sorted(by: { $0.key < $1.key }) {
      facts.append((HTML.name(key, limit: 60), HTML.name(value, limit: 200)))
    }
    return facts
  }

  private var files: HTML {
    let files = content.report.files
    var lines = files.prefix(Self.shownFileCount).map { file -> HTML in
      let length: HTML = file.byteCount.map { "\(HumanText.bytes($0))" } ?? "<strong class=\"bad\">missing</strong>"
      return "\(HTML.name(file.name)) \(length)"
    }
    if files.count > lines.count { lines.append("and \(HumanText.grouped(files.count - lines.count)) more") }
    return lines.joined(separator: "<br>")
  }

  private var tensors: Message {
    let report = content.report
    var notes: [Message] = []
    if report.trainingLeftoverCount > 0 {
      notes.append("\(HumanText.grouped(report.trainingLeftoverCount)) for training only")
    }
    if report.likelyLeftoverCount > 0 { notes.append("\(HumanText.grouped(report.likelyLeftoverCount)) likely so") }
    if report.slicedTensorCount > 0 { notes.append("\(HumanText.grouped(report.slicedTensorCount)) in slices") }
    let count = HumanText.grouped(report.tensorCount)
    return notes.isEmpty ? count : "\(count) (\(notes.joined(separator: ", ")))"
  }

  private func graph(_ graph: ModelReport.Graph) -> HTML {
    let release = graph.tensorFlowVersion.isEmpty ? "" : "TensorFlow \(graph.tensorFlowVersion), " as HTML
    var lines: [HTML] = [
      """
      \(release)\(HumanText.count(graph.nodeCount, "node")), \(HumanText.count(graph.variableCount, "variable")), \
      \(HumanText.grouped(graph.trainableCount)) trainable
      """
    ]
    for (title, names) in [("in the graph only", graph.missingVariables), ("not in the graph", graph.extraTensors)]
    where !names.isEmpty {
      let shown = names.prefix(Self.shownNameCount).map { HTML.name($0, limit: 80) }.joined(separator: ", ")
      let more =
        names.count > Self.shownNameCount
        ? " and \(HumanText.grouped(names.count - Self.shownNameCount)) more" as HTML : ""
      lines.append("\(HumanText.grouped(names.count)) \(title): \(shown)\(more)")
    }
    return lines.joined(separator: "<br>")
  }
}
