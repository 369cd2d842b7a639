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
    let start = ContinuousClock.now
    try checkOutput(TensorFile.outputPaths(output, format: options.format, options: options.sink), isNotOf: source)
    let sink = try TensorFile.sink(output, format: options.format, options: options.sink)
    // Begun first, since nothing takes longer.
    let files = source.files
    let hashing =
      sink.keepsMetadata
      ? BackgroundTask { isCancelled in try SourceDigests.compute(files, isCancelled: isCancelled) } : nil
    defer { hashing?.cancel() }
    if options.vocabulary != nil, !sink.keepsMetadata {
      throw ConversionError(.noPlaceForVocabulary(format: sink.format), output: output)
    }
    let selection = try Selection(source, options: options, output: output, refusal: sink.refusal)
    let targets = selection.items.map(\.target)
    let examination = KnownModel.showAndTell.examine(targets)
    if let words = options.vocabulary, let rows = examination.sizes[.vocabulary], words.count > rows {
      throw ConversionError(.vocabularyTooLong(words: words.count, rows: rows), output: output)
    }
    let globalStep = try ConversionMetadata.globalStep(of: source)
    func metadata(digests: [String]) -> [String: String] {
      ConversionMetadata.make(
        source: source, digests: digests, examination: examination, options: options, globalStep: globalStep)
    }

    if sink.keepsStringsInHeader {
      for item in selection.items where item.target.dtype == .string {
        try sink.announce(source.readStrings(item.source), of: item.target)
      }
    }
    try sink.declare(targets, metadata: metadata(digests: ConversionMetadata.placeholders(for: source)))
    let digests = try copy(selection.items, from: source, to: sink, progress)
    let written = try hashing.map { metadata(digests: try $0.wait()) } ?? [:]
    try sink.amend(written)
    let temporaryPath = try sink.finish()
    // The disk works while the file is read back; a failure shows again in `commit`.
    let outputFiles = sink.files
    let synchronizing = BackgroundTask { _ in for file in outputFiles { synchronize(file.temporaryPath) } }
    defer { synchronizing.cancel() }
    if options.readsBack {
      let check = ReadBack(targets: targets, digests: digests, metadata: written, output: output)
      try check.run(on: temporaryPath, format: sink.format, progress)
    }
    try sink.commit()
    return ConversionReport(
      outputPath: output, format: sink.format, descriptors: targets,
      byteCount: digests.reduce(0) { $0 + $1.byteCount },
      outputByteCount: try outputFiles.reduce(0) { $0 + (try InputFile(path: $1.path).byteCount) },
      seconds: (ContinuousClock.now - start) / .seconds(1), renamed: selection.renamed, skipped: selection.skipped,
      wasReadBack: options.readsBack, model: examination, metadata: written,
      keepsMetadata: sink.keepsMetadata)
  }

  /// Copies every tensor and returns a checksum of each.
  private func copy(
    _ items: [Selection.Item], from source: any TensorSource, to sink: any TensorSink,
    _ progress: (ConversionProgress) -> Void
  ) throws -> [TensorDigest] {
    let total = items.reduce(0) { $0 + $1.target.byteCount }
    var done = 0
    return try items.map { item in
      var digest = TensorDigest()
      func advance(by count: Int) {
        done += count
        progress(
          ConversionProgress(phase: .writing, byteCount: done, totalByteCount: total, tensor: item.target.name))
      }
      if item.source.dtype == .string {
        let strings = try source.readStrings(item.source)
        digest.update(strings)
        try sink.writeStrings(strings)
        advance(by: item.target.byteCount)
      } else {
        try source.read(item.source, maximumByteCount: Self.pieceByteCount) { piece in
          digest.update(piece)
          try sink.write(piece)
          advance(by: piece.byteCount)
        }
      }
      return digest
    }
  }

  /// Refuses to write over the source, also through links and other spellings of its path.
  private func checkOutput(_ outputs: [String], isNotOf source: any TensorSource) throws(ConversionError) {
    for output in outputs {
      guard let identity = FileIdentity(path: output) else { continue }
      for file in source.files where FileIdentity(path: file.path) == identity {
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

/// Which file a path leads to, whatever the path.
struct FileIdentity: Equatable {
  let device: UInt64
  let node: UInt64

  /// Nil where there is no file.
  init?(path: String) {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return nil }
    device = UInt64(status.st_dev)
    node = UInt64(status.st_ino)
  }
}
