internal import Bytes
internal import Messages
internal import Tensors

/// Reads everything in a source, and collects what is wrong.
struct IntegrityCheck<Source: TensorSource> {
  private(set) var failures: [IntegrityReport.Failure] = []
  private(set) var checkedTensorCount = 0
  private(set) var skippedTensorCount = 0
  private(set) var checkedByteCount = 0
  /// Whether the source has Decant's checksums, sound or not.
  private(set) var hasDigests = false

  private let source: Source
  private let pieceByteCount: Int
  private var digests: ContentDigests?
  /// For each path of a file that is wrong as a whole, the index of its failure.
  private var filesAtFault: [String: Int] = [:]
  /// What is wrong with each tensor. A file can have a hundred thousand tensors, and as many failures.
  private var errors: [ByteString: [any Error]] = [:]

  /// Starts with what opening the source found.
  init(of source: Source, pieceByteCount: Int) {
    self.source = source
    self.pieceByteCount = pieceByteCount
    for problem in source.problems where problem.severity != .note {
      if let path = (problem.error as? any FileWideError)?.fileAtFault?.path { filesAtFault[path] = failures.count }
      add(problem.error, about: problem.tensor)
    }
    // Sources that can do without a file have already reported that it is missing.
    guard failures.isEmpty else { return }
    failures = source.files.filter { $0.byteCount == nil }.map { file in
      .init(category: .badData, message: "\(file.path): is missing. Copy all files of the checkpoint together.")
    }
  }

  /// Looks for the checksums that Decant wrote, so that tensors are compared with them.
  mutating func findDigests() {
    do throws(DigestError) {
      digests = try ContentDigests(of: source)
      hasDigests = digests != nil
    } catch {
      hasDigests = true
      add(error, about: nil)
    }
  }

  /// Reads all tensors; a failure does not keep the others from being read.
  mutating func readEveryTensor(_ progress: (_ doneByteCount: Int, _ totalByteCount: Int) -> Void) {
    let total = Sums.byteCount(source.descriptors)
    for descriptor in source.descriptors {
      guard descriptor.dtype.kind != .opaque else {
        note(.skipped, of: descriptor)
        continue
      }
      do {
        try read(descriptor)
        note(.read, of: descriptor)
      } catch {
        note(.failed(error), of: descriptor)
      }
      progress(checkedByteCount, total)
    }
  }

  /// Takes the outcome of reading a tensor, whether this check or another reader read it; call it in the order of the
  /// tensors.
  mutating func note(_ outcome: ReadingOutcome, of descriptor: TensorDescriptor) {
    switch outcome {
    case .read:
      checkedTensorCount += 1
      checkedByteCount = checkedByteCount.addingChecked(descriptor.byteCount) ?? .max
    case .skipped: skippedTensorCount += 1
    case .failed(let error): addReadingError(error, of: descriptor)
    }
  }

  /// Whether there are checksums of Decant's to compare tensors with.
  var comparesDigests: Bool { digests != nil }

  /// Compares a tensor that was read completely with its checksum, if the source has Decant's checksums.
  func compare(_ digest: TensorDigest, of descriptor: TensorDescriptor) throws(DigestError) {
    try digests?.check(digest, of: descriptor)
  }

  /// Notes which checksums have no tensor, unless opening has said that the tensor cannot be described.
  mutating func findMissingDigests() {
    for error in digests?.missing(from: source.descriptors) ?? [] {
      guard let tensor = error.tensor, errors[ByteString(tensor)] == nil else { continue }
      add(error, about: tensor)
    }
  }

  private func read(_ descriptor: TensorDescriptor) throws {
    if comparesDigests {
      try compare(TensorDigest(of: descriptor, in: source, pieceByteCount: pieceByteCount), of: descriptor)
    } else if descriptor.dtype.kind == .string {
      _ = try source.readStrings(descriptor)
    } else {
      try source.read(descriptor, maximumByteCount: pieceByteCount) { _ in }
    }
  }

  /// A problem of a whole file is reported once, not for each of its tensors.
  private mutating func addReadingError(_ error: any Error, of descriptor: TensorDescriptor) {
    guard let error = error as? any FileWideError, let (path, message) = error.fileAtFault else {
      return add(error, about: descriptor.name)
    }
    let index = filesAtFault[path] ?? failures.count
    if index == failures.count { failures.append(.init(category: error.category, message: "\(message)")) }
    filesAtFault[path] = index
    failures[index].affectedTensorCount += 1
  }

  /// Adds an error, once: a tensor that could not be described fails in the same way when it is read.
  private mutating func add(_ error: any Error, about tensor: String?) {
    if let tensor {
      let key = ByteString(tensor)
      guard !(errors[key] ?? []).contains(where: { Self.areEqual($0, error) }) else { return }
      errors[key, default: []].append(error)
    }
    failures.append(.init(tensor: tensor, error))
  }

  private static func areEqual(_ left: any Error, _ right: any Error) -> Bool {
    func isRight<Value: DecantError>(_ left: Value) -> Bool { left == right as? Value }
    return (left as? any DecantError).map { isRight($0) } ?? false
  }
}

/// The outcome of reading a tensor.
package enum ReadingOutcome: Sendable {
  /// It was read completely, and matches whatever it was compared with.
  case read
  /// It has no plain data.
  case skipped
  /// It cannot be read, or is not what was written.
  case failed(any Error)
}
