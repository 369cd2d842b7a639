internal import Bytes
internal import Essentials
internal import Messages
internal import TensorFiles
internal import Tensors
internal import Threads

/// Compares a file with what was written into it, before it gets its name.
struct ReadBack: Sendable {
  let targets: [TensorDescriptor]
  let digests: [TensorDigest]
  let output: String

  private static let pieceByteCount = 1 << 18

  /// Opens the file as any reader would and compares its list, and its metadata if that is final.
  ///
  /// - Throws: `ConversionError` for the first difference in the order of the list, or the format's own error.
  func open(_ path: String, format: String, metadata: [String: String]? = nil) throws -> any TensorSource {
    let source = try TensorFile.open(path)
    let stored = { (texts: [String: String]) in texts.filter { !ContentDigests.isDerived($0.key) } }
    guard source.format == format, metadata.map({ stored($0) == stored(source.metadata) }) ?? true else {
      throw ConversionError(.listDiffers(nil), file: output)
    }
    for (found, expected) in zip(source.descriptors, targets) {
      guard found.name.equalsInBytes(expected.name), found.dtype == expected.dtype, found.shape == expected.shape else {
        throw ConversionError(.listDiffers(expected.name), file: output)
      }
    }
    guard source.descriptors.count == targets.count else {
      throw ConversionError(.listDiffers(targets.dropFirst(source.descriptors.count).first?.name), file: output)
    }
    return source
  }

  /// Compares the checksum of every tensor.
  ///
  /// - Parameters:
  ///   - source: the file, opened by `open`.
  ///   - helping: returns when a second thread may help.
  ///   - progress: called on the calling thread.
  /// - Throws: `ConversionError` for a difference, or the format's own error.
  func compareValues(
    in source: any TensorSource, helping: @escaping @Sendable () -> Void = {},
    _ progress: (ConversionProgress) throws -> Void
  ) throws {
    // A second thread takes tensors that this one has not reached yet.
    let next = Guarded(0)
    let done = Guarded(0)
    let helper = BackgroundTask { isCancelled in
      helping()
      while !isCancelled(), let index = takeNext(next) { try compare(index, in: source, done) }
    }
    defer { helper.cancel() }
    let total = targets.reduce(0) { $0 + $1.byteCount }
    func report(_ tensor: String) throws {
      try progress(
        ConversionProgress(
          phase: .readingBack, byteCount: done.withLock { $0 }, totalByteCount: total, tensor: tensor))
    }
    while let index = takeNext(next) {
      try compare(index, in: source, done)
      try report(targets[index].name)
    }
    try helper.wait()
    try report(targets.last?.name ?? "")
  }

  private func takeNext(_ next: Guarded<Int>) -> Int? {
    next.withLock { index in
      guard index < targets.count else { return nil }
      defer { index += 1 }
      return index
    }
  }

  private func compare(_ index: Int, in source: any TensorSource, _ done: Guarded<Int>) throws {
    let descriptor = source.descriptors[index]
    let digest = try TensorDigest(of: descriptor, in: source, pieceByteCount: Self.pieceByteCount)
    guard digest == digests[index] else { throw ConversionError(.valuesDiffer(descriptor.name), file: output) }
    done.withLock { $0 += digest.byteCount }
  }
}
