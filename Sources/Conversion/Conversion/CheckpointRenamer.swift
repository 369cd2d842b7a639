package import Checkpoints
internal import Files
public import Messages
public import ModelMapping
internal import TensorFiles
public import Tensors

/// Writes a TensorFlow checkpoint under the names of another scheme.
///
/// A V2 checkpoint gets a new index, and shares its data with the old one; see `BundleRenaming`. In a V1 checkpoint,
/// names and values are side by side in one file, so it is rewritten, as `Converter` does.
public struct CheckpointRenamer: Sendable {
  /// The names that tensors get. Only those of TensorFlow's eras: other frameworks have other layouts.
  public var names: NamingScheme
  /// Whether data is copied even if it could be shared.
  public var copiesData = false
  /// Whether existing files are replaced.
  public var replacesExisting = false
  /// Whether the checksums of the source are verified.
  public var reading = ReadOptions()

  /// Renames to a scheme, shares data, replaces nothing.
  public init(names: NamingScheme) {
    self.names = names
  }

  /// The result of renaming.
  public struct Report: Sendable {
    /// The path of the output: its prefix, or the V1 file.
    public let outputPath: String
    /// The format in words.
    public let format: String
    /// The number of tensors.
    public let tensorCount: Int
    /// The tensors whose names changed.
    package let renamed: [NameMap.Renaming]
    /// Recurrent cells' variables that keep their names, because some of their network is unknown.
    package let kept: [NameMap.Kept]
    /// How the files of a V2 checkpoint were made; nil if everything was rewritten.
    package let bundle: BundleRenaming.Outcome?
    /// Bytes of the output file if everything was rewritten, otherwise of the files that were written or copied.
    public let writtenByteCount: Int
  }

  /// Renames a checkpoint.
  ///
  /// - Parameters:
  ///   - path: any spelling of a checkpoint.
  ///   - output: the prefix of the new checkpoint, or the V1 file.
  ///   - progress: called regularly if everything is rewritten.
  /// - Returns: what was done.
  /// - Throws: any `DecantError`; then nothing is left.
  package func rename(
    _ path: String, to output: String, progress: (ConversionProgress) -> Void = { _ in }
  ) throws -> Report {
    guard !names.changesLayout else { throw ConversionError(.renamingChangesLayout(names), file: output) }
    let checkpoint = try Checkpoint.open(path, options: reading)
    switch checkpoint.path.kind {
    case .v1: return try rewrite(checkpoint.source, to: output, progress)
    case .v2(let prefix): return try renameBundle(prefix, to: output)
    }
  }

  private func rewrite(
    _ source: any TensorSource, to output: String, _ progress: (ConversionProgress) -> Void
  ) throws -> Report {
    var options = ConversionOptions()
    options.names = names
    options.format = .tensorFlowV1
    options.sink.replacesExisting = replacesExisting
    // A renamed checkpoint must be the same checkpoint; without one of its tensors, it is not.
    for descriptor in source.descriptors {
      if let refusal = V1CheckpointWriter.refusal(of: descriptor) {
        throw CheckpointError(.writing(.refused(refusal)), file: output, tensor: descriptor.name)
      }
    }
    let report = try Converter(options: options).convert(source, to: output, progress: progress)
    return Report(
      outputPath: output, format: report.format, tensorCount: report.descriptors.count, renamed: report.renamed,
      kept: report.plan.kept, bundle: nil, writtenByteCount: report.outputByteCount)
  }

  private func renameBundle(_ prefix: String, to output: String) throws -> Report {
    let source = try V2Checkpoint(prefix: prefix, options: reading)
    let target = output.hasSuffix(".index") ? String(output.dropLast(6)) : output
    if let state = FileState(path: target + ".index"), FileState(path: prefix + ".index")?.isSameFile(as: state) == true
    {
      throw ConversionError(.outputIsSource(prefix + ".index"), file: target)
    }
    let map = try NameMap(source.descriptors.map(\.name), scheme: names)
    let renaming = BundleRenaming(copiesData: copiesData, replacesExisting: replacesExisting)
    let outcome = try renaming.write(source, to: target) { map[$0] }
    return Report(
      outputPath: target, format: source.format, tensorCount: source.descriptors.count, renamed: map.renamings,
      kept: map.kept, bundle: outcome, writtenByteCount: outcome.byteCount)
  }
}

extension ConversionText {
  /// The final report of a renaming: what was written, and what was shared or copied.
  public static func report(_ report: CheckpointRenamer.Report) -> Message {
    var text: Message = """
      \(report.outputPath): \(report.format), \(report.tensorCount.counted("tensor")), \
      \(report.renamed.count) renamed, \(report.writtenByteCount.counted("byte")) written

      """
    if let bundle = report.bundle {
      text += files("written", bundle.written)
      text += files("hard-linked to the source's file", bundle.linked)
      text += files("copied", bundle.copied)
    } else {
      text += "rewritten, because a V1 checkpoint stores names and values together\n"
    }
    return text + list("renamed", report.renamed.map(renaming)) + list("named as before", report.kept.map(kept))
  }

  private static func files(_ title: Message, _ paths: [String]) -> Message {
    paths.isEmpty ? "" : "\(title): \(list: paths, upTo: 1)\n"
  }
}
