internal import Bytes
internal import Files
internal import Essentials
internal import Messages
internal import ModelMapping
internal import TensorFiles
internal import Tensors
internal import Threads
internal import WeightFiles

/// One conversion in progress. Each step needs the result of the one before, so they must be called in the order of the
/// methods.
///
/// While tensors are copied, another thread hashes the source's files for `decant.source`. Memory stays bounded: tensors pass
/// through in pieces.
final class ConversionRun {
  private let source: any TensorSource
  private let files: [SourceFile]
  private let output: String
  private let options: ConversionOptions
  private let start = ContinuousClock.now
  private let sink: any TensorSink
  private let plan: ConversionPlan
  private let globalStep: Int?
  private let hashing: BackgroundTask<[String]>?

  /// What copying found out.
  private var digests: [TensorDigest] = []
  private var losses: [String: CastLoss] = [:]
  /// The final metadata.
  private var metadata: [String: String] = [:]
  /// What was compared before the end, and the writing to the disk meanwhile.
  private var early: [TensorDescriptor]?
  private var flush: BackgroundTask<Void>?

  /// Bytes of a piece; it should stay in the processor's cache between reading, checksum and writing.
  private static let pieceByteCount = 1 << 18

  /// Selects tensors and names them, and opens the output.
  ///
  /// - Throws: any `DecantError`, with nothing written.
  init(_ source: any TensorSource, of files: [SourceFile], to output: String, options: ConversionOptions) throws {
    var target = try TensorOutput(output, format: options.format, options: options.sink)
    target.options.permissions = options.sink.permissions.narrowed(to: files.compactMap(\.state))
    try Self.check(target.filePaths, areNotOf: source)
    let sink = try target.create()
    // Started first, because nothing takes longer.
    let hasher = sink.keepsMetadata && options.hashesSource ? SourceHasher(source.files) : nil
    let hashing = hasher.map { hasher in BackgroundTask { isCancelled in try hasher.run(isCancelled: isCancelled) } }
    (source as? any ReadObservable)?.setReadObserver(hasher)
    self.source = source
    self.files = files
    self.output = output
    self.options = options
    self.sink = sink
    self.hashing = hashing
    do {
      plan = try Self.plan(source, to: sink, output: output, options: options)
      globalStep = try ConversionMetadata.globalStep(of: source)
    } catch {
      hashing?.cancel()
      (source as? any ReadObservable)?.setReadObserver(nil)
      throw error
    }
  }

  private static func plan(
    _ source: any TensorSource, to sink: any TensorSink, output: String, options: ConversionOptions
  ) throws -> ConversionPlan {
    if options.vocabulary != nil, !sink.keepsMetadata {
      throw ConversionError(.noPlaceForVocabulary(format: sink.format), file: output)
    }
    let plan = try ConversionPlan(source, options: options, output: output, refusal: sink.refusal)
    if let obstacle = plan.obstacle { throw obstacle }
    if let words = options.vocabulary, let rows = plan.model.sizes[.vocabulary], words.count > rows {
      throw ConversionError(.vocabularyTooLong(words: words.count, rows: rows), file: output)
    }
    return plan
  }

  /// Stops the work in the background; after the last step, there is nothing to stop.
  func end() {
    flush?.cancel()
    (source as? any ReadObservable)?.setReadObserver(nil)
    hashing?.cancel()
  }

  private var targets: [TensorDescriptor] { plan.tensors.map(\.target) }

  /// Writes the header: all tensors, and the metadata with placeholders for what is known later.
  func layOut() throws -> any TensorSinkBody {
    var contents = SinkContents(targets)
    contents.metadata = metadata(digests: hashing == nil ? nil : ConversionMetadata.placeholders(for: source))
    contents.metadata[ContentDigests.key] = ContentDigests.placeholder(for: targets.map(\.name))
    let view = plan.view
    let stored = Dictionary(plan.tensors.map { (ByteString($0.target.name), $0.stored) }) { first, _ in first }
    contents.strings = { target in
      try stored[ByteString(target.name)].map { try view.readStrings($0) } ?? []
    }
    contents.isTrimmed = { target in
      try stored[ByteString(target.name)].map { try NarrowInteger.isTrimmed($0, in: view) } ?? false
    }
    let body = try sink.begin(contents)
    // The number of files may depend on the tensors. Until they are committed, nothing is replaced.
    try Self.check(sink.files.map(\.path), areNotOf: source)
    return body
  }

  private func metadata(digests: [String]?) -> [String: String] {
    ConversionMetadata.make(
      source: source, sink: sink, digests: digests, plan: plan, options: options, globalStep: globalStep)
  }

  /// Copies every tensor, with a digest of each, and measures what casts lose.
  func copy(to body: any TensorSinkBody, _ progress: (ConversionProgress) throws -> Void) throws {
    let total = plan.tensors.reduce(0) { $0 + $1.target.byteCount }
    var done = 0
    for item in plan.tensors {
      let digest = try copy(item, to: body) { count in
        done += count
        try progress(
          ConversionProgress(phase: .writing, byteCount: done, totalByteCount: total, tensor: item.target.name))
      }
      digests.append(digest)
    }
  }

  private func copy(
    _ item: ConversionPlan.Tensor, to body: any TensorSinkBody, advance: (Int) throws -> Void
  ) throws -> TensorDigest {
    var digest = TensorDigest(dtype: item.target.dtype, shape: item.target.shape)
    if item.stored.dtype == .string {
      let strings = try plan.view.readStrings(item.stored)
      digest.update(strings)
      try body.writeStrings(strings)
      try advance(item.target.byteCount)
    } else if item.quantization != nil, var quantizer = BlockQuantizer(from: item.stored.dtype) {
      try plan.view.read(item.stored, maximumByteCount: Self.pieceByteCount) { piece in
        let blocks = quantizer.add(piece)
        digest.update(blocks.rawSpan)
        try body.write(blocks.rawSpan)
        try advance(blocks.count)
      }
    } else if item.stored.dtype != item.target.dtype,
      var cast = FloatCast(from: item.stored.dtype, to: item.target.dtype)
    {
      try plan.view.read(item.stored, maximumByteCount: Self.pieceByteCount) { piece in
        let narrowed = cast.cast(piece)
        digest.update(narrowed.rawSpan)
        try body.write(narrowed.rawSpan)
        try advance(narrowed.count)
      }
      losses[item.target.name] = cast.loss
    } else {
      try plan.view.read(item.stored, maximumByteCount: Self.pieceByteCount) { piece in
        digest.update(piece)
        try body.write(piece)
        try advance(piece.byteCount)
      }
    }
    return digest
  }

  private var check: ReadBack? {
    options.readsBack ? ReadBack(targets: targets, digests: digests, output: output) : nil
  }

  /// Compares what was written while the disk is still writing, if the format's file is already complete.
  func readBackEarly(_ body: any TensorSinkBody, _ progress: (ConversionProgress) throws -> Void) throws {
    guard let path = try body.pathBeforeEnd() else { return }
    flush = synchronizing()
    guard let check else { return }
    let written = try check.open(path, format: sink.format)
    // The hasher has its own core until it is done; then that core can help here.
    try check.compareValues(in: written, helping: { [hashing] in _ = try? hashing?.wait() }, progress)
    early = written.descriptors
  }

  /// Writes the final metadata and finishes the file, which still has its temporary name.
  func complete(_ body: any TensorSinkBody) throws -> any FinishedTensors {
    if sink.keepsMetadata {
      metadata = metadata(digests: try hashing?.wait())
      metadata[ContentDigests.key] = ContentDigests.text(
        of: zip(targets, digests).map { ($0.name, $1) }, metadata: metadata)
    }
    let finished = try body.finish(metadata: metadata)
    if flush == nil { flush = synchronizing() }
    return finished
  }

  /// Opens the file as any reader would, and compares what was not compared before.
  func readBack(_ finished: any FinishedTensors, _ progress: (ConversionProgress) throws -> Void) throws {
    guard let check else { return }
    let written = try check.open(finished.temporaryPath, format: sink.format, metadata: metadata)
    // Tensors that are still in the same place have already been compared.
    if written.descriptors != early { try check.compareValues(in: written, progress) }
  }

  /// Gives the file its name. After that, nothing can fail.
  ///
  /// - Returns: what was done.
  func commit(_ finished: any FinishedTensors) throws -> ConversionReport {
    let outputByteCount = sink.files.reduce(0) { $0 + (FileState(path: $1.temporaryPath)?.byteCount ?? 0) }
    try files.requireUnchanged()
    try finished.commit()
    let substituted = targets.compactMap { target in
      sink.substitute(for: target).map {
        ConversionReport.Skipped(name: target.name, reason: "\(target.dtype) as \($0)")
      }
    }
    return ConversionReport(
      outputPath: output, format: sink.format, descriptors: targets,
      byteCount: digests.reduce(0) { $0 + $1.byteCount }, outputByteCount: outputByteCount,
      seconds: (ContinuousClock.now - start) / .seconds(1), plan: plan, losses: losses, renamed: plan.renamed,
      skipped: plan.skipped, substituted: substituted, notes: sink.notes + sourceNotes,
      wasReadBack: options.readsBack, model: plan.model, metadata: metadata, keepsMetadata: sink.keepsMetadata)
  }

  /// What the source says about itself that the output does not.
  private var sourceNotes: [OutputNote] {
    var notes: [OutputNote?] = []
    if sink.keepsMetadata, sink.format != "GGUF" {
      // Metadata hide the words that Decant stores twice.
      let keys = Converter.keyValues(of: source).countedKeys.filter { source.metadata[$0] != nil }
      notes.append(OutputNote("long arrays of the GGUF model left out; only .gguf keeps them", keys.map { "\($0)" }))
    }
    if sink.format == "TensorFlow.js", options.sink.webModel == nil, let model = TensorFile.webModel(of: source) {
      let title: Message = "left out of the TensorFlow.js model, because its network has other tensors than the output"
      notes.append(OutputNote(title, model.keys.map { "\($0)" }))
    }
    if sink.format == "HDF5" {
      let attributes = TensorFile.otherAttributes(of: source)
      notes.append(OutputNote("attributes of the HDF5 file left out", attributes.map { "\($0)" }))
    }
    return notes.compactMap(\.self)
  }

  /// Lets the disk write while the file is read back; a failure shows again in `commit`.
  private func synchronizing() -> BackgroundTask<Void> {
    let paths = sink.files.map(\.temporaryPath)
    return BackgroundTask { _ in for path in paths { synchronize(path) } }
  }

  /// Refuses to overwrite the source, even through links and other spellings of its path.
  private static func check(_ outputs: [String], areNotOf source: any TensorSource) throws(ConversionError) {
    for output in outputs {
      guard let state = FileState(path: output) else { continue }
      for file in source.files where FileState(path: file.path)?.isSameFile(as: state) == true {
        throw ConversionError(.outputIsSource(file.path), file: output)
      }
    }
  }
}

/// Makes a file's bytes durable, if possible.
private func synchronize(_ path: String) {
  let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { return }
  fsync(descriptor)
  close(descriptor)
}
