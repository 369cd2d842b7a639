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

  /// Applies the options to a source's tensors; `refusal` says why the output's format cannot hold one.
  ///
  /// A tensor that the source could not list is an error here, unless it would be left out by name: a conversion promises that
  /// nothing is lost.
  init(
    _ source: any TensorSource, options: ConversionOptions, output: String, refusal: (TensorDescriptor) -> String?
  ) throws {
    let names = try NameFilter(options, output: output)
    for problem in source.problems where problem.severity == .incomplete {
      guard let name = problem.tensor, try names.reasonToSkip(name) != nil else { throw problem.error }
    }
    let descriptors = source.descriptors
    let leftovers = Dictionary(
      options.inferenceOnly ? TrainingLeftover.find(in: descriptors).map { (Array($0.name.utf8), $0.reason) } : []
    ) { first, _ in first }
    var kept: [TensorDescriptor] = []
    var skipped: [ConversionReport.Skipped] = []
    for descriptor in descriptors {
      let reason: String? =
        if let reason = try names.reasonToSkip(descriptor.name) {
          reason
        } else if descriptor.name == Self.objectGraphName, descriptor.dtype == .string {
          "the object graph of a TensorFlow 2 checkpoint, not a variable"
        } else {
          leftovers[Array(descriptor.name.utf8)] ?? descriptor.dtype.reasonWithoutValues ?? refusal(descriptor)
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

  /// The name under which TensorFlow 2 stores what its objects are called.
  private static let objectGraphName = "_CHECKPOINTABLE_OBJECT_GRAPH"
}

/// The two regular expressions of the options.
private struct NameFilter {
  let match: Regex<AnyRegexOutput>?
  let drop: Regex<AnyRegexOutput>?

  init(_ options: ConversionOptions, output: String) throws(ConversionError) {
    match = try Self.expression(options.match, output)
    drop = try Self.expression(options.drop, output)
  }

  /// Why a name is left out; nil where it is not.
  func reasonToSkip(_ name: String) throws -> String? {
    if let match, try match.firstMatch(in: name) == nil { return "not matched by --match" }
    if let drop, try drop.firstMatch(in: name) != nil { return "matched by --drop" }
    return nil
  }

  private static func expression(
    _ pattern: String?, _ output: String
  ) throws(ConversionError) -> Regex<AnyRegexOutput>? {
    guard let pattern else { return nil }
    guard let expression = try? Regex(pattern) else { throw ConversionError(.badExpression(pattern), output: output) }
    return expression
  }
}
