internal import ModelMapping
internal import Tensors

/// Which tensors of a source are written, under which names, in which order.
struct Selection {
  /// One tensor on its way.
  struct Item {
    /// As the source has it.
    let source: TensorDescriptor
    /// As the output will have it.
    let target: TensorDescriptor
  }

  /// What is written, sorted by the names in the output.
  let items: [Item]
  /// What changes its name.
  let renamed: [NameMap.Renaming]
  /// What is left out, in the source's order.
  let skipped: [ConversionReport.Skipped]

  /// Applies the options to a source's tensors.
  ///
  /// - Parameters:
  ///   - source: the tensors there are.
  ///   - options: which of them are wanted.
  ///   - output: the path for errors.
  ///   - refusal: why the output's format cannot hold a tensor, or nil where it can.
  /// - Throws: `ConversionError`, or the source's error where a wanted tensor may be missing from its list.
  init(
    _ source: any TensorSource, options: ConversionOptions, output: String,
    refusal: (TensorDescriptor) -> String?
  ) throws {
    let match = try options.match.map { try Self.expression($0, output) }
    let drop = try options.drop.map { try Self.expression($0, output) }
    let descriptors = source.descriptors
    // A tensor that cannot even be listed would be lost without a word.
    for problem in source.problems where problem.severity == .incomplete {
      if let name = problem.tensor {
        if let match, try match.firstMatch(in: name) == nil { continue }
        if let drop, try drop.firstMatch(in: name) != nil { continue }
      }
      throw problem.error
    }
    let leftovers = Dictionary(
      options.inferenceOnly ? TrainingLeftover.find(in: descriptors).map { (Array($0.name.utf8), $0.reason) } : []
    ) { first, _ in first }
    var kept: [TensorDescriptor] = []
    var skipped: [ConversionReport.Skipped] = []
    for descriptor in descriptors {
      let reason: String? =
        if let match, try match.firstMatch(in: descriptor.name) == nil {
          "not matched by --match"
        } else if let drop, try drop.firstMatch(in: descriptor.name) != nil {
          "matched by --drop"
        } else if descriptor.name == Self.objectGraphName, descriptor.dtype == .string {
          "the object graph of a TensorFlow 2 checkpoint, not a variable"
        } else {
          leftovers[Array(descriptor.name.utf8)] ?? refusal(descriptor)
        }
      if let reason {
        skipped.append(ConversionReport.Skipped(name: descriptor.name, reason: reason))
      } else {
        kept.append(descriptor)
      }
    }
    guard !kept.isEmpty || descriptors.isEmpty else {
      let refused = descriptors.compactMap { refusal($0) }
      throw ConversionError(.nothingSelected(of: descriptors.count, refusal: refused.first), output: output)
    }
    let map = try NameMap(kept.map(\.name), scheme: options.names)
    items = kept.map { descriptor in
      var target = descriptor
      target.name = map[descriptor.name]
      target.location = nil
      target.sliceCount = 1
      return Item(source: descriptor, target: target)
    }.sorted { $0.target.name.utf8.lexicographicallyPrecedes($1.target.name.utf8) }
    renamed = map.renamings
    self.skipped = skipped
  }

  private static func expression(_ pattern: String, _ output: String) throws(ConversionError) -> Regex<AnyRegexOutput> {
    guard let expression = try? Regex(pattern) else { throw ConversionError(.badExpression(pattern), output: output) }
    return expression
  }

  /// The name under which TensorFlow 2 stores what its objects are called.
  private static let objectGraphName = "_CHECKPOINTABLE_OBJECT_GRAPH"
}
