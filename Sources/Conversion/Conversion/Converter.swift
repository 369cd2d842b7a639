internal import Bytes
internal import Foundation
internal import ModelMapping
internal import TensorFiles
public import Tensors

/// Turns any source of tensors into a weight file, losing no bit.
///
/// The way: select, name, write, read back and compare, and only then give the file its name. While tensors are copied,
/// another thread hashes the source's files for `decant.source`. Memory stays bounded: tensors pass through in pieces.
public struct Converter: Sendable {
  /// What to do on the way.
  public let options: ConversionOptions

  /// Bytes of a piece; it should stay in the processor's cache between reading, checksum and writing.
  private static let pieceByteCount = 1 << 18

  /// A converter with its options.
  public init(options: ConversionOptions = ConversionOptions()) {
    self.options = options
  }

  /// Converts the checkpoint or weight file at a path.
  ///
  /// - Parameters:
  ///   - path: what a person types: any spelling of a checkpoint, or a weight file.
  ///   - output: the file to make.
  ///   - reading: whether checksums of the source are verified.
  ///   - progress: called now and then on the calling thread.
  /// - Returns: what was done.
  /// - Throws: any `DecantError`; the output is then as it was before, or absent.
  public func convert(
    _ path: String, to output: String, reading: ReadOptions = ReadOptions(),
    progress: (ConversionProgress) -> Void = { _ in }
  ) throws -> ConversionReport {
    try convert(TensorFile.open(path, options: reading), to: output, progress: progress)
  }

  /// Converts a source that is open.
  ///
  /// - Parameters:
  ///   - source: the tensors.
  ///   - output: the file to make.
  ///   - progress: called now and then on the calling thread.
  /// - Returns: what was done.
  /// - Throws: any `DecantError`; the output is then as it was before, or absent.
  public func convert(
    _ source: any TensorSource, to output: String, progress: (ConversionProgress) -> Void = { _ in }
  ) throws -> ConversionReport {
    // What a source did not keep of its files is taken now.
    let files = source.files.map { file in
      var file = file
      if file.byteCount != nil { file.state = file.state ?? FileState(path: file.path) }
      return file
    }
    do {
      return try convert(source, of: files, to: output, progress: progress)
    } catch let error as any DecantError where error.category == .badData {
      // Of a file that is cut or written meanwhile the reader can only say that it is damaged.
      try files.requireUnchanged()
      throw error
    }
  }

  private func convert(
    _ source: any TensorSource, of files: [SourceFile], to output: String, progress: (ConversionProgress) -> Void
  ) throws -> ConversionReport {
    let start = ContinuousClock.now
    var sinkOptions = sinkOptions
    sinkOptions.permissions = sinkOptions.permissions.narrowed(to: files.compactMap(\.state))
    try checkOutput(TensorFile.outputPaths(output, format: options.format, options: options.sink), isNotOf: source)
    let sink = try TensorFile.sink(output, format: options.format, options: sinkOptions)
    // Begun first, since nothing takes longer.
    let hasher = sink.keepsMetadata && options.hashesSource ? SourceHasher(source.files) : nil
    let hashing = hasher.map { hasher in BackgroundTask { isCancelled in try hasher.run(isCancelled: isCancelled) } }
    defer { hashing?.cancel() }
    let observable = source as? any ReadObservable
    observable?.setReadObserver(hasher)
    defer { observable?.setReadObserver(nil) }
    if options.vocabulary != nil, !sink.keepsMetadata {
      throw ConversionError(.noPlaceForVocabulary(format: sink.format), output: output)
    }
    let plan = try ConversionPlan(source, options: options, output: output, refusal: sink.refusal)
    if let collision = plan.collisions.first { throw collision }
    let targets = plan.tensors.map(\.target)
    if let words = options.vocabulary, let rows = plan.model.sizes[.vocabulary], words.count > rows {
      throw ConversionError(.vocabularyTooLong(words: words.count, rows: rows), output: output)
    }
    let globalStep = try ConversionMetadata.globalStep(of: source)
    func metadata(digests: [String]?) -> [String: String] {
      ConversionMetadata.make(
        source: source, sink: sink, digests: digests, plan: plan, options: options, globalStep: globalStep)
    }

    if sink.showsNarrowIntegersAsBytes {
      for item in plan.tensors where try NarrowInteger.isTrimmed(item.stored, in: plan.view) {
        sink.extendSigns(of: item.target)
      }
    }
    if sink.keepsStringsInHeader {
      for item in plan.tensors where item.target.dtype == .string {
        try sink.announce(plan.view.readStrings(item.stored), of: item.target)
      }
    }
    var declared = metadata(digests: hasher == nil ? nil : ConversionMetadata.placeholders(for: source))
    declared[ContentDigests.key] = ContentDigests.placeholder(for: targets.map(\.name))
    try sink.declare(targets, metadata: declared)
    let (digests, losses) = try copy(plan, to: sink, progress)
    let check = options.readsBack ? ReadBack(targets: targets, digests: digests, output: output) : nil
    let outputFiles = sink.files
    // The disk works while the file is read back; a failure shows again in `commit`.
    func synchronizing() -> BackgroundTask<Void> {
      BackgroundTask { _ in for file in outputFiles { synchronize(file.temporaryPath) } }
    }
    var early: (any TensorSource)?
    var flush: BackgroundTask<Void>?
    defer { flush?.cancel() }
    if let path = try sink.pathBeforeEnd() {
      flush = synchronizing()
      if let check {
        // The hasher has a core of its own until it is done; then there is one more for this.
        early = try check.open(path, format: sink.format)
        try early.map { try check.compareValues(in: $0, helping: { _ = try? hashing?.wait() }, progress) }
      }
    }
    var written = sink.keepsMetadata ? metadata(digests: try hashing?.wait()) : [:]
    if sink.keepsMetadata {
      written[ContentDigests.key] = ContentDigests.text(
        of: zip(targets, digests).map { ($0.name, $1) }, metadata: written)
    }
    try sink.amend(written)
    let temporaryPath = try sink.finish()
    if flush == nil { flush = synchronizing() }
    if let check {
      let source = try check.open(temporaryPath, format: sink.format, metadata: written)
      // What stands where it stood was compared.
      if source.descriptors != early?.descriptors { try check.compareValues(in: source, progress) }
    }
    // Behind the commit nothing can fail any more.
    let outputByteCount = outputFiles.reduce(0) { $0 + (FileState(path: $1.temporaryPath)?.byteCount ?? 0) }
    try files.requireUnchanged()
    try sink.commit()
    return ConversionReport(
      outputPath: output, format: sink.format, descriptors: targets,
      byteCount: digests.reduce(0) { $0 + $1.byteCount },
      outputByteCount: outputByteCount,
      seconds: (ContinuousClock.now - start) / .seconds(1), plan: plan, losses: losses, renamed: plan.renamed,
      skipped: plan.skipped, wasReadBack: options.readsBack, model: plan.model, metadata: written,
      keepsMetadata: sink.keepsMetadata)
  }

  /// Says what converting a source would do. Writes nothing; `output` may exist or not.
  ///
  /// - Parameters:
  ///   - source: the tensors.
  ///   - output: the file that would be made.
  /// - Returns: every tensor's old and new name, dtype and shape, what would be left out and what collides.
  /// - Throws: any `DecantError` that comes before the first byte is written; collisions are a result.
  public func plan(_ source: any TensorSource, to output: String) throws -> ConversionPlan {
    try ConversionPlan(
      source, options: options, output: output,
      refusal: TensorFile.refusal(output, format: options.format, options: sinkOptions))
  }

  /// With the layers of Keras where they are to be written.
  private var sinkOptions: SinkOptions {
    var sink = options.sink
    if options.names == .keras { sink.layers = KerasLayers.groups }
    return sink
  }

  /// Copies every tensor and returns a checksum of each, and what casts cost.
  private func copy(
    _ plan: ConversionPlan, to sink: any TensorSink, _ progress: (ConversionProgress) -> Void
  ) throws -> ([TensorDigest], [String: CastLoss]) {
    let total = plan.tensors.reduce(0) { $0 + $1.target.byteCount }
    var done = 0
    var losses: [String: CastLoss] = [:]
    let source = plan.view
    let digests = try plan.tensors.map { item in
      var digest = TensorDigest(dtype: item.target.dtype, shape: item.target.shape)
      func advance(by count: Int) {
        done += count
        progress(
          ConversionProgress(phase: .writing, byteCount: done, totalByteCount: total, tensor: item.target.name))
      }
      if item.stored.dtype == .string {
        let strings = try source.readStrings(item.stored)
        digest.update(strings)
        try sink.writeStrings(strings)
        advance(by: item.target.byteCount)
      } else if item.stored.dtype != item.target.dtype,
        var cast = FloatCast(from: item.stored.dtype, to: item.target.dtype)
      {
        try source.read(item.stored, maximumByteCount: Self.pieceByteCount) { piece in
          let narrowed = cast.cast(piece)
          digest.update(narrowed.rawSpan)
          try sink.write(narrowed.rawSpan)
          advance(by: narrowed.count)
        }
        losses[item.target.name] = cast.loss
      } else {
        try source.read(item.stored, maximumByteCount: Self.pieceByteCount) { piece in
          digest.update(piece)
          try sink.write(piece)
          advance(by: piece.byteCount)
        }
      }
      return digest
    }
    return (digests, losses)
  }

  /// Refuses to write over the source, also through links and other spellings of its path.
  private func checkOutput(_ outputs: [String], isNotOf source: any TensorSource) throws(ConversionError) {
    for output in outputs {
      guard let state = FileState(path: output) else { continue }
      for file in source.files where FileState(path: file.path)?.isSameFile(as: state) == true {
        throw ConversionError(.outputIsSource(file.path), output: output)
      }
    }
  }
}

/// Makes a file's bytes durable, as far as that works.
private func synchronize(_ path: String) {
  let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { return }
  fsync(descriptor)
  close(descriptor)
}
