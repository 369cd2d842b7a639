internal import Bytes
internal import Files
public import Messages
internal import ModelMapping
internal import TensorFiles
public import Tensors

/// A directory that another library loads as it is: weights, `config.json` and the tokenizer's files.
public struct PretrainedDirectory: Sendable {
  /// What was converted; the output is the file of weights in the directory.
  public let report: ConversionReport
  /// The paths of the files beside the weights.
  public let files: [String]
  /// What a person should know: values that Decant assumes, files that are missing.
  public let notes: [Message]
}

extension Converter {
  /// Converts a model to a directory for `from_pretrained`.
  ///
  /// - Parameters:
  ///   - path: any spelling of a checkpoint, or a weight file; Decant looks beside it for a configuration and the
  ///     tokenizer's files.
  ///   - directory: the directory; Decant makes it if it is missing.
  ///   - reading: whether checksums of the source are verified.
  ///   - progress: called regularly on the calling thread; throwing ends the conversion.
  /// - Returns: what was done.
  /// - Throws: any `DecantError`, or what `progress` threw; then no new file is in the directory.
  public func convert(
    _ path: String, toDirectory directory: String, reading: ReadOptions = ReadOptions(),
    progress: (ConversionProgress) throws -> Void = { _ in }
  ) throws -> PretrainedDirectory {
    let source = try TensorFile.open(path, options: reading)
    let weights = directory.joined(options.format == .pyTorch ? "pytorch_model.bin" : "model.safetensors")
    let plan = try plan(source, to: weights)
    if let obstacle = plan.obstacle { throw obstacle }
    guard let mapping = plan.mapping,
      let contents = try PackDirectoryContents(
        mapping, beside: path, acceptsMisfits: options.library?.acceptsMisfits ?? false)
    else { throw ConversionError(.noDirectory, file: directory) }
    return try OutputDirectories.making(above: weights) {
      // First under temporary names: once the weights are in place, little can fail.
      let set = try OutputFileSet(
        prefix: directory.joined("config"), suffixes: contents.files.map { "-\($0.name)" },
        paths: contents.files.map { directory.joined($0.name) }, replacesExisting: options.sink.replacesExisting)
      for (index, file) in contents.files.enumerated() {
        try set.create(index)
        try set.write(file.bytes.rawSpan, at: 0, of: index)
        try set.close(index)
      }
      let report = try convert(source, to: weights, progress: progress)
      try set.commit()
      return PretrainedDirectory(report: report, files: set.paths, notes: contents.notes)
    }
  }
}

extension ConversionText {
  /// The final report of a directory.
  public static func report(_ directory: PretrainedDirectory) -> Message {
    report(directory.report) + list("beside it", directory.files.map { "\($0)" })
      + .lines(directory.notes.map { "note: \($0)" }, indent: 0)
  }
}
