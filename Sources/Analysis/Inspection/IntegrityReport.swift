internal import Bytes
public import Messages
public import Tensors

/// What a check of everything in a source found.
public struct IntegrityReport: Sendable, Equatable {
  /// One thing that is wrong.
  public struct Failure: Sendable, Equatable {
    /// The tensor that cannot be trusted; nil if a whole file is at fault.
    public let tensor: String?
    /// What kind of failure it is.
    public let category: ErrorCategory
    /// What is wrong, in sentences that name file and place.
    public let message: String
    /// Tensors that cannot be read for this reason, where a whole file is at fault and they are not listed one by one; else 0.
    public internal(set) var affectedTensorCount = 0
  }

  /// What proves the values of a source.
  public enum Evidence: String, Sendable, Encodable {
    /// The digests that Decant wrote into the file: of each tensor and of the metadata.
    case digests
    /// The checksums of the format.
    case checksums
    /// Nothing was compared, as the caller asked.
    case unchecked
    /// The file has neither digests nor checksums.
    case nothing = "none"
  }

  /// The format in words; nil if the source could not be opened at all.
  public let format: String?
  /// Tensors that were read whole.
  public let checkedTensorCount: Int
  /// Tensors without plain data (resources, variants), which cannot be checked.
  public let skippedTensorCount: Int
  /// Bytes of the tensors that were read.
  public let checkedByteCount: Int
  /// What the values were compared with; nil if the source could not be opened at all.
  public let evidence: Evidence?
  /// Everything that is wrong, in the order of the tensors' names, files first.
  public let failures: [Failure]

  /// Whether nothing is wrong.
  public var isSound: Bool { failures.isEmpty }

  /// Reads every tensor of an open source. Its structure was checked when it was opened.
  ///
  /// Digests that Decant wrote are compared where the file has them, and must be there where Decant wrote the file.
  ///
  /// - Parameters:
  ///   - source: opened with checksums on; with them off only structure is checked.
  ///   - verifiesChecksums: whether it was, and digests are compared as well.
  ///   - pieceByteCount: how much is held at a time; at least 16.
  ///   - progress: called after each tensor with the bytes read and the bytes there are.
  public init(
    checking source: some TensorSource, verifiesChecksums: Bool = true, pieceByteCount: Int = 1 << 20,
    progress: (_ doneByteCount: Int, _ totalByteCount: Int) -> Void = { _, _ in }
  ) {
    // What opening found; the sources that can go on without a file say there that it is missing.
    var failures = source.problems.filter { $0.severity != .note }.map { Failure(tensor: $0.tensor, $0.error) }
    if failures.isEmpty {
      failures = source.files.filter { $0.byteCount == nil }.map { file in
        Failure(
          tensor: nil, category: .badData,
          message: "\(file.path.escapedForDisplay): is missing. Copy all files of the checkpoint together.")
      }
    }
    // The place among the failures of what is wrong with a whole file, by its path.
    var filesAtFault: [String: Int] = [:]
    for problem in source.problems where problem.severity != .note {
      guard let path = (problem.error as? any FileWideError)?.fileAtFault?.path else { continue }
      filesAtFault[path] = failures.firstIndex { $0.message == "\(problem.error)" }
    }
    var digests: ContentDigests?
    var areDigestsSound = true
    do throws(DigestError) {
      if verifiesChecksums { digests = try ContentDigests(of: source) }
    } catch {
      areDigestsSound = false
      failures.append(Failure(tensor: nil, error))
    }
    // A tensor that could not be described is not read again; a file can have a hundred thousand of either.
    var told = Set(failures.filter { $0.tensor != nil }.map(\.message))
    let total = Sums.byteCount(source.descriptors)
    var (checked, skipped, byteCount) = (0, 0, 0)
    for descriptor in source.descriptors {
      do {
        switch descriptor.dtype.kind {
        case .opaque:
          skipped += 1
          continue
        case _ where digests != nil:
          let digest = try TensorDigest(of: descriptor, in: source, pieceByteCount: pieceByteCount)
          try digests?.check(digest, of: descriptor)
        case .string: _ = try source.readStrings(descriptor)
        default: try source.read(descriptor, maximumByteCount: pieceByteCount) { _ in }
        }
        checked += 1
        byteCount = byteCount.addingChecked(descriptor.byteCount) ?? .max
      } catch {
        if let error = error as? any FileWideError, let (path, message) = error.fileAtFault {
          // Said once for the file, and not again for each of its tensors.
          let index = filesAtFault[path] ?? failures.count
          if index == failures.count {
            failures.append(Failure(tensor: nil, category: error.category, message: message))
          }
          filesAtFault[path] = index
          failures[index].affectedTensorCount += 1
        } else {
          let failure = Failure(tensor: descriptor.name, error)
          if told.insert(failure.message).inserted { failures.append(failure) }
        }
      }
      progress(byteCount, total)
    }
    // One that opening could not describe is among the failures.
    let known = Set(failures.compactMap { $0.tensor.map { Array($0.utf8) } })
    for error in digests?.missing(from: source.descriptors) ?? [] {
      guard let tensor = error.tensor, !known.contains(Array(tensor.utf8)) else { continue }
      failures.append(Failure(tensor: tensor, error))
    }
    format = source.format
    evidence =
      !verifiesChecksums
      ? .unchecked
      : digests != nil || !areDigestsSound ? .digests : source.hasChecksums ? .checksums : .nothing
    checkedTensorCount = checked
    skippedTensorCount = skipped
    checkedByteCount = byteCount
    self.failures = failures
  }

  /// The report about a source that could not be opened: everything that is wrong with its structure.
  public init(openingFailed problems: [SourceProblem]) {
    format = nil
    evidence = nil
    checkedTensorCount = 0
    skippedTensorCount = 0
    checkedByteCount = 0
    failures = problems.filter { $0.severity != .note }.map { Failure(tensor: $0.tensor, $0.error) }
  }
}

extension IntegrityReport.Failure {
  init(tensor: String?, _ error: any Error) {
    self.tensor = tensor
    category = (error as? any DecantError)?.category ?? .inputOutput
    message = "\(error)"
  }
}
