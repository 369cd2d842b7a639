internal import Files
internal import Messages
internal import ModelMapping
internal import TensorFiles
public import Tensors
internal import WeightFiles

/// Converts any source of tensors to a weight file without losing a bit.
///
/// It selects and names tensors, lays out the file, copies, reads back and compares, and only then gives the file its
/// name; see `ConversionRun`.
public struct Converter: Sendable {
  /// What to do.
  public let options: ConversionOptions

  /// A converter with its options.
  public init(options: ConversionOptions = ConversionOptions()) {
    self.options = options
  }

  /// Converts the checkpoint or weight file at a path.
  ///
  /// - Parameters:
  ///   - path: any spelling of a checkpoint, or a weight file.
  ///   - output: the file to make.
  ///   - reading: whether checksums of the source are verified.
  ///   - progress: called regularly on the calling thread; throwing ends the conversion, with nothing written.
  /// - Returns: what was done.
  /// - Throws: any `DecantError`, or what `progress` threw; the output is then as it was before, or absent.
  public func convert(
    _ path: String, to output: String, reading: ReadOptions = ReadOptions(),
    progress: (ConversionProgress) throws -> Void = { _ in }
  ) throws -> ConversionReport {
    try convert(TensorFile.open(path, options: reading), to: output, progress: progress)
  }

  /// Converts a source that is open.
  ///
  /// - Parameters:
  ///   - source: the tensors.
  ///   - output: the file to make.
  ///   - progress: called regularly on the calling thread; throwing ends the conversion, with nothing written.
  /// - Returns: what was done.
  /// - Throws: any `DecantError`, or what `progress` threw; the output is then as it was before, or absent.
  public func convert(
    _ source: any TensorSource, to output: String, progress: (ConversionProgress) throws -> Void = { _ in }
  ) throws -> ConversionReport {
    // If a source did not keep the state of its files, it is read now.
    let files = source.files.map { file in
      var file = file
      if file.byteCount != nil { file.state = file.state ?? FileState(path: file.path) }
      return file
    }
    do {
      return try convert(source, of: files, to: output, progress: progress)
    } catch let error as any DecantError where error.category == .badData {
      // If a file is cut or overwritten meanwhile, the reader can only say that it is damaged.
      try files.requireUnchanged()
      throw error
    }
  }

  /// The steps, one after the other.
  private func convert(
    _ source: any TensorSource, of files: [SourceFile], to output: String, progress: (ConversionProgress) throws -> Void
  ) throws -> ConversionReport {
    var options = options
    options.sink = try sinkOptions(for: source, to: output)
    let run = try ConversionRun(source, of: files, to: output, options: options)
    defer { run.end() }
    let body = try run.layOut()
    try run.copy(to: body, progress)
    try run.readBackEarly(body, progress)
    let finished = try run.complete(body)
    try run.readBack(finished, progress)
    return try run.commit(finished)
  }

  /// Shows what converting a source would do. Writes nothing; `output` may exist or not.
  ///
  /// - Parameters:
  ///   - source: the tensors.
  ///   - output: the file that would be made.
  /// - Returns: every tensor's old and new name, dtype and shape, what would be left out and what collides.
  /// - Throws: any `DecantError` that occurs before the first byte is written; collisions are a result.
  public func plan(_ source: any TensorSource, to output: String) throws -> ConversionPlan {
    let target = try TensorOutput(output, format: options.format, options: sinkOptions(for: source, to: output))
    return try ConversionPlan(source, options: options, output: output, refusal: target.refusal)
  }

  /// Whether Keras 3 can find the tensors in `.weights.h5` by the description of the model.
  private func describesModel(_ source: any TensorSource, _ output: String) -> Bool {
    output.hasSuffix(".weights.h5") && source.metadata[KerasModelText.configKey] != nil
  }

  /// The key-values of a GGUF model, or of all GGUF models that are merged.
  static func keyValues(of source: any TensorSource) -> GGUFKeyValues {
    guard let merged = source as? MergedSource else { return TensorFile.keyValues(of: source) }
    return merged.sources.reduce(into: GGUFKeyValues()) { $0.merge(TensorFile.keyValues(of: $1)) }
  }

  /// Includes what formats say about a model besides its tensors: the key-values of GGUF, the layers of Keras, the
  /// network of ONNX.
  private func sinkOptions(for source: any TensorSource, to output: String) throws -> SinkOptions {
    var sink = options.sink
    let format = options.format ?? WeightFormat(path: output)
    if format == .tensorFlowJS, let model = TensorFile.webModel(of: source) {
      let plan = try ConversionPlan(source, options: options, output: output, refusal: TFJSWriter.refusal)
      sink.webModel = plan.keepsEveryTensor ? model : nil
    }
    if format == .gguf { sink.keyValues = Self.keyValues(of: source) }
    if options.names == .keras { sink.layers = KerasLayers.groups }
    if options.library != nil, format == .hdf5 {
      let plan = try ConversionPlan(source, options: options, output: output) { _ in nil }
      sink.layers =
        plan.mapping?.kerasFileLayers.map(KerasLayers.groups) ?? (plan.scheme == .keras ? KerasLayers.groups : [])
    }
    if sink.layers.isEmpty, format == .hdf5, KerasLayers.mayBeKnown(in: source), !describesModel(source, output) {
      sink.layers = KerasLayers.groups(
        of: source, try ConversionPlan(source, options: options, output: output) { _ in nil })
    }
    if !sink.layers.isEmpty, format == .hdf5, output.hasSuffix(".weights.h5") {
      throw ConversionError(.keras3WeightsFile, file: output)
    }
    guard format == .onnx else { return sink }
    let plan = try ConversionPlan(source, options: options, output: output) { _ in nil }
    if let obstacle = plan.obstacle { throw obstacle }
    sink.graph = try ModelGraph.make(of: plan, output: output)
    return sink
  }
}
