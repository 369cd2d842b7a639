internal import Captioning
internal import Files
internal import Inspection
internal import Markup
internal import Messages
internal import MetaGraph
internal import Portraits
internal import TensorFiles
internal import Tensors
internal import Threads
internal import Vocabulary

/// The content of a report about a source that opens.
struct ReportContent: Sendable {
  let source: any TensorSource
  let report: ModelReport
  let profile: SourceProfile
  let marks: ProfileMarks
  let tree: ScopeTree
  /// What can be recognized by the names of tensors.
  let portraits: ModelPortraits
  /// What is left out because it cannot be read.
  let warnings: [Message]
  /// The words, if the model has any: how many, and where they are.
  let vocabulary: (wordCount: Int, place: Message)?
  /// The names of the requested tensors.
  let detailNames: [String]
  /// The indices of the tensors that have a row in the table, in order.
  let shown: [Int]

  /// With more rows, browsers become slow.
  static let maximumRowCount = 2000

  init(
    of source: any TensorSource, at path: String, options: ReportPage.Options, cancellation: Cancellation,
    progress: (Message) -> Void
  ) throws {
    self.source = source
    detailNames = options.detailNames
    let summary = BackgroundTask { _ in try TensorFile.metaPath(of: path).map { try GraphSummary(path: $0) } }
    defer { summary.cancel() }
    let head = BackgroundTask { _ in ModelReport(of: source, graph: (try? summary.wait()) ?? nil) }
    defer { head.cancel() }
    let portraits = BackgroundTask { _ in ModelPortraits(of: source, at: path) }
    defer { portraits.cancel() }
    var profileOptions = SourceProfile.Options()
    profileOptions.detailCount = options.detailCount
    profileOptions.detailNames = options.detailNames
    profileOptions.verifiesChecksums = options.reading.verifiesChecksums
    profile = try SourceProfile(of: source, options: profileOptions, cancellation: cancellation) { done, total in
      progress("reading \(HumanText.bytes(done)) of \(HumanText.bytes(total))")
    }
    let marks = ProfileMarks(profile)
    self.marks = marks
    tree = ScopeTree(source.descriptors, order: .size)
    var warnings: [Message] = []
    do { _ = try summary.wait() } catch { warnings.append("The graph beside the checkpoint is left out: \(error)") }
    warnings += ReportText.incompleteness(source.problems)
    self.warnings = warnings
    vocabulary = (try? ModelVocabulary.find(for: source)).map { words in
      let place: Message =
        switch words.origin {
        case .carried: "in the file itself"
        case .beside, .given: "in \(words.path.lastPart) beside it"
        }
      return (words.vocabulary.words.count, place)
    }
    shown = Self.shown(profile, marks)
    report = try head.wait()
    self.portraits = try portraits.wait()
  }

  /// All tensors; if there are too many, those that stand out, those with details, then the largest.
  private static func shown(_ profile: SourceProfile, _ marks: ProfileMarks) -> [Int] {
    let rows = profile.rows
    guard rows.count > maximumRowCount else { return Array(rows.indices) }
    let largest = rows.indices.sorted { (rows[$1].descriptor.byteCount, $0) < (rows[$0].descriptor.byteCount, $1) }
    let important = [profile.details.keys.sorted(), marks.failed, marks.notNumbers, marks.infinite, marks.dead]
    var shown: Set<Int> = []
    for index in important.joined() where shown.count < maximumRowCount / 2 { shown.insert(index) }
    for index in largest where shown.count < maximumRowCount { shown.insert(index) }
    return shown.sorted()
  }

  /// Where a tensor is described on the page: in detail, or in the table; nil if it is only summed up.
  func address(of descriptor: TensorDescriptor) -> HTML? {
    source.descriptors.index(ofName: descriptor.name).flatMap(address)
  }

  /// As above, by the index of the tensor.
  func address(_ index: Int) -> HTML? {
    if profile.details[index] != nil { return "#d\(index)" }
    return isShown(index) ? "#t\(index)" : nil
  }

  private func isShown(_ index: Int) -> Bool {
    var (low, high) = (0, shown.count)
    while low < high {
      let middle = (low + high) / 2
      if shown[middle] < index { low = middle + 1 } else { high = middle }
    }
    return low < shown.count && shown[low] == index
  }
}
