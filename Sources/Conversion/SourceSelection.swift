internal import ModelMapping
internal import Tensors

/// Which tensors of a source are wanted at all, by the names that they have there.
enum SourceSelection {
  /// The tensors to go on with, and those left out with the reasons.
  ///
  /// - Throws: the problem that makes the source's list incomplete, unless the tensor would be left out by name.
  static func split(
    _ source: any TensorSource, options: ConversionOptions, output: String
  ) throws -> (kept: [TensorDescriptor], skipped: [ConversionReport.Skipped]) {
    let names = try NameFilter(options, output: output)
    for problem in source.problems where problem.severity == .incomplete {
      guard let name = problem.tensor, names.reasonToSkip(name) != nil else { throw problem.error }
    }
    let descriptors = source.descriptors
    let named = source as? ObjectNamedSource
    var leftovers: [[UInt8]: String] = [:]
    if options.inferenceOnly || options.names.changesLayout {
      for leftover in TrainingLeftover.find(in: descriptors) {
        leftovers[Array(leftover.name.utf8)] =
          leftover.reason + (options.inferenceOnly ? "" : "; a model of \(options.names.title) has no place for it")
      }
    }
    if options.weightsOnly {
      for name in source.otherConstantNames ?? [] {
        leftovers[Array(name.utf8)] = "a constant of the graph, not a weight"
      }
    }
    var kept: [TensorDescriptor] = []
    var skipped: [ConversionReport.Skipped] = []
    for descriptor in descriptors {
      let reason: String? =
        if let reason = names.reasonToSkip(descriptor.name, or: named?.wantedName(of: descriptor)) {
          reason
        } else {
          leftovers[Array(descriptor.name.utf8)] ?? descriptor.dtype.reasonWithoutValues
        }
      if let reason {
        skipped.append(ConversionReport.Skipped(name: descriptor.name, reason: reason))
      } else {
        kept.append(descriptor)
      }
    }
    guard !kept.isEmpty || descriptors.isEmpty else {
      throw ConversionError(.nothingSelected(of: descriptors.count, refusal: nil), output: output)
    }
    return (kept, skipped)
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
  ///   - name: as it is shown.
  ///   - wanted: the name that the tensor would have if no other wanted it; a person may mean either.
  /// - Returns: the reason; nil where it is not left out.
  func reasonToSkip(_ name: String, or wanted: String? = nil) -> String? {
    let names = [name] + (wanted.map { [$0] } ?? [])
    if let match, !names.contains(where: { match.matches($0) }) { return "not matched by --match" }
    if let drop, names.contains(where: { drop.matches($0) }) { return "matched by --drop" }
    return nil
  }

  private static func expression(
    _ pattern: String?, _ output: String
  ) throws(ConversionError) -> NamePattern? {
    guard let pattern else { return nil }
    do throws(NamePatternError) {
      return try NamePattern(pattern)
    } catch {
      throw ConversionError(.badExpression(pattern, error), output: output)
    }
  }
}
