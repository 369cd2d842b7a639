public import Messages
internal import MetaGraph
public import Patterns
internal import TensorFiles
internal import WeightFiles
public import Tensors
package import Threads

/// What `inspect` shows of a source: the facts at its head, the requested tensors, and the graphs that belong to it.
public struct SourceInspection: Sendable {
  /// What is shown of each tensor.
  public enum Layout: Sendable {
    /// Name, sizes, dtype and shape, as a tree of scopes.
    case tree
    /// One line with shard and offset.
    case flat
    /// Sums over the values.
    case statistics
  }

  /// The path as it was given.
  public let path: String
  /// The facts at the head, which another thread sums up; this waits for it.
  public var report: ModelReport { (try? head.wait()) ?? ModelReport(of: source) }
  /// The requested tensors, in the requested order.
  public let tensors: [TensorDescriptor]
  /// What is left out because it cannot be read.
  public private(set) var warnings: [Message] = []
  /// What else a reader of the text should know; the JSON has it in other fields.
  public private(set) var notes: [Message] = []

  /// Whether `text` has a histogram of each tensor, in characters that a terminal shows.
  package var showsHistograms = false

  private let source: any TensorSource
  private let head: BackgroundTask<ModelReport>
  private let layout: Layout
  private let order: TensorOrder
  private let marks: WeightMarks
  private let summaries: [ValueSummary?]?
  private let graphs: [MetaGraphDefinition]
  private let network: NetworkSummary?

  /// Opens the source and reads what is to be shown.
  ///
  /// - Parameters:
  ///   - path: a path that `TensorFile` opens.
  ///   - layout: what is shown of each tensor; statistics read all elements.
  ///   - order: the order of the tensors.
  ///   - match: an expression that the names must match; nil for all tensors.
  ///   - options: how the source is read.
  /// - Throws: what opening the source, or reading for statistics, throws. A graph that cannot be read is a note.
  public init(
    of path: String, layout: Layout = .tree, order: TensorOrder = .name, match: NamePattern? = nil,
    options: ReadOptions = ReadOptions()
  ) throws {
    try self.init(
      of: path, layout: layout, order: order, match: match, options: options, cancellation: Cancellation())
  }

  /// As above; `Cancelled` ends it early.
  package init(
    of path: String, layout: Layout = .tree, order: TensorOrder = .name, match: NamePattern? = nil,
    options: ReadOptions = ReadOptions(), cancellation: Cancellation
  ) throws {
    // Reading the graph that was saved with the checkpoint takes as long as reading the list of variables.
    let summary = BackgroundTask { _ in try TensorFile.metaPath(of: path).map { try GraphSummary(path: $0) } }
    defer { summary.cancel() }
    let source = try TensorFile.open(path, options: options)
    // With a hundred thousand variables, the head takes as long as the list.
    head = BackgroundTask { _ in ModelReport(of: source, graph: (try? summary.wait()) ?? nil) }
    (self.path, self.source, self.layout, self.order) = (path, source, layout, order)
    marks = WeightMarks(source)
    tensors = order.sorted(
      source.descriptors.filter { descriptor in
        guard let match else { return true }
        return match.matches(descriptor.name) || source.wantedName(of: descriptor).map(match.matches) ?? false
      })
    summaries = layout == .statistics ? try ValueSummary.all(of: tensors, in: source, cancellation: cancellation) : nil
    if layout == .statistics, let sampled = ValueSummary.sampleNote(summaries ?? []) { notes.append(sampled) }
    // A graph that cannot be read does not keep the tensors from being listed.
    do { _ = try summary.wait() } catch { warnings.append("the graph beside the checkpoint is left out: \(error)") }
    do {
      graphs = try TensorFile.graphs(in: source, at: path)
    } catch {
      graphs = []
      warnings.append("the graph of the SavedModel is left out: \(error)")
    }
    network = TensorFile.network(of: source)
    notes += ReportText.incompleteness(source.problems)
    notes += ReportText.oddities(source.problems)
    if tensors.isEmpty, let match { notes.append("no variable's name matches '\(match.text)'") }
  }

  /// The head, the tensors, and the graphs in short.
  public var text: Message {
    // Meanwhile the head is summed up.
    let list = list
    let header = ReportText.header(report, without: network == nil ? [] : NetworkSummary.metadataKeys)
    let parts = [header, network.map(NetworkText.whole) ?? "", list] + graphs.map { GraphText.beside($0) }
    return parts.filter { !$0.isEmpty }.joined(separator: "\n")
  }

  private var list: Message {
    func note(_ descriptor: TensorDescriptor) -> Message {
      "\(marks.note(descriptor, origin: source.origin(of: descriptor)))"
    }
    if let summaries { return TensorText.statistics(Array(zip(tensors, summaries)), withHistograms: showsHistograms) }
    return layout == .flat
      ? TensorText.flat(tensors, files: source.files, note: note)
      : TensorText.tree(ScopeTree(tensors, order: order), note: note)
  }

  /// The same as JSON.
  public var document: InspectDocument {
    var document = InspectDocument(path: path)
    document.network = network.map(InspectDocument.Network.init)
    document.graphs = graphs.isEmpty ? nil : graphs.map { InspectDocument.Graph($0) }
    document.tensors = tensors.enumerated().map { index, descriptor in
      InspectDocument.Tensor(
        descriptor, files: source.files, origin: source.origin(of: descriptor), isWeight: marks.isWeight(descriptor),
        summary: summaries?[index])
    }
    // Meanwhile it was summed up.
    document.model = InspectDocument.Model(report)
    return document
  }
}
