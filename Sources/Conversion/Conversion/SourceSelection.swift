internal import Bytes
internal import Messages
internal import MetaGraph
internal import ModelMapping
internal import Patterns
internal import Tensors

/// Which tensors of a source are wanted at all, judging by their names there.
struct SourceSelection {
  /// The tensors to convert.
  private(set) var kept: [TensorDescriptor] = []
  /// The tensors left out, with the reasons.
  private(set) var skipped: [ConversionReport.Skipped] = []
  /// Kept tensors that probably only training needs.
  private(set) var likely: [TrainingLeftover] = []
  /// The averages that replace weights, if they are wanted.
  private(set) var averages: WeightAverages?

  /// Averages of weights that are left out.
  private(set) var unusedAverageCount = 0

  /// Selects by the options.
  ///
  /// - Throws: the problem that makes the source's list incomplete, unless the tensor would be left out by name;
  ///   `MappingError` if averages are wanted and one does not fit.
  init(_ source: any TensorSource, options: ConversionOptions, output: String) throws {
    let names = try NameFilter(options, output: output)
    for problem in source.problems where problem.severity == .incomplete {
      guard let name = problem.tensor, names.reasonToSkip(name) != nil else { throw problem.error }
    }
    let descriptors = source.descriptors
    let found = TrainingLeftover.find(in: source, roles: VariableRoles(beside: source))
    if options.takesAverages {
      // --match applies to the weights' names, --drop to both.
      let averages = try WeightAverages(of: source, among: found) { !names.drops($0) }
        .of { names.reasonToSkip($0) == nil }
      guard !averages.pairs.isEmpty else { throw ConversionError(.noAverages, file: output) }
      self.averages = averages
    }
    let constants = Set(options.weightsOnly ? (source.otherConstantNames ?? []).map { ByteString($0) } : [])
    let weights = Set(averages?.pairs.map { ByteString($0.name) } ?? [])
    let taken = Set(averages?.pairs.map { ByteString($0.average) } ?? [])
    let leftovers = Dictionary(found.map { (ByteString($0.name), $0) }) { first, _ in first }
    for descriptor in descriptors where !taken.contains(ByteString(descriptor.name)) {
      let leftover = leftovers[ByteString(descriptor.name)]
      if let reason = names.reasonToSkip(descriptor.name, or: source.wantedName(of: descriptor))
        ?? Self.reason(leftover, options)
        ?? (constants.contains(ByteString(descriptor.name)) ? "a constant of the graph, not a weight" : nil)
        ?? descriptor.dtype.reasonWithoutValues.map({ "\($0)" })
      {
        skipped.append(ConversionReport.Skipped(name: descriptor.name, reason: reason))
        if case .movingAverage? = leftover?.kind { unusedAverageCount += 1 }
      } else {
        kept.append(descriptor)
        if weights.contains(ByteString(descriptor.name)) {
          skipped.append(ConversionReport.Skipped(name: descriptor.name, reason: "raw; its average takes its place"))
        }
        if options.inferenceOnly, let leftover { likely.append(leftover) }
      }
    }
    guard !kept.isEmpty || descriptors.isEmpty else {
      throw ConversionError(.nothingSelected(of: descriptors.count, refusal: nil), file: output)
    }
  }

  /// Why a leftover is left out; nil if it is not.
  private static func reason(_ leftover: TrainingLeftover?, _ options: ConversionOptions) -> Message? {
    guard let leftover else { return nil }
    if options.inferenceOnly, leftover.certainty == .certain || options.dropsLikely { return leftover.reason }
    guard options.names.changesLayout || options.library != nil, leftover.certainty == .certain else { return nil }
    let title: Message = options.library.map { "\($0.name ?? "the pack's library")" } ?? options.names.title
    return "\(leftover.reason); a model of \(title) has no place for it"
  }

  /// What each tensor to convert is made from, in the order of `kept`.
  var expressions: [TensorExpression] {
    let averages = Dictionary(averages?.pairs.map { (ByteString($0.name), $0.average) } ?? []) { first, _ in first }
    return kept.map { .stored(averages[ByteString($0.name)] ?? $0.name) }
  }
}

/// The two regular expressions of the options.
private struct NameFilter {
  let match: NamePattern?
  let drop: NamePattern?

  init(_ options: ConversionOptions, output: String) throws(ConversionError) {
    match = try Self.expression(options.match, output)
    drop = try Self.expression(options.drop, output)
  }

  /// Why a name is left out.
  ///
  /// - Parameters:
  ///   - name: the name as it is shown.
  ///   - wanted: the name that the tensor would have if no other tensor wanted it; a person may mean either.
  /// - Returns: the reason; nil if it is not left out.
  func reasonToSkip(_ name: String, or wanted: String? = nil) -> Message? {
    let names = [name] + (wanted.map { [$0] } ?? [])
    if let match, !names.contains(where: { match.matches($0) }) { return "not matched by --match" }
    return names.contains(where: drops) ? "matched by --drop" : nil
  }

  /// Whether a name is left out by `--drop`.
  func drops(_ name: String) -> Bool { drop?.matches(name) ?? false }

  private static func expression(_ pattern: String?, _ output: String) throws(ConversionError) -> NamePattern? {
    guard let pattern else { return nil }
    do throws(NamePatternError) {
      return try NamePattern(pattern)
    } catch {
      throw ConversionError(.badExpression(pattern, error), file: output)
    }
  }
}
