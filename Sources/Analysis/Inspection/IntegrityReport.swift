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
    public let message: Message
    /// Whether the message does not say which tensor it is about.
    public let isTensorUnnamed: Bool
    /// If a whole file is at fault, the number of tensors that cannot be read and are not listed one by one; otherwise
    /// 0.
    public internal(set) var affectedTensorCount = 0

    /// What an error says about a tensor, or about a whole file.
    init(tensor: String?, _ error: any Error) {
      self.tensor = tensor
      category = (error as? any DecantError)?.category ?? .inputOutput
      message = "\(error)"
      isTensorUnnamed = (error as? any PlacedError)?.namedTensor != tensor
    }

    /// What is wrong with a whole file.
    init(category: ErrorCategory, message: Message) {
      tensor = nil
      self.category = category
      self.message = message
      isTensorUnnamed = false
    }
  }

  /// What proves the values of a source.
  public enum Evidence: String, Sendable, Encodable {
    /// The checksums that Decant wrote into the file, one for each tensor and one for the metadata.
    case digests
    /// The checksums of the format.
    case checksums
    /// Nothing was compared, as the caller asked.
    case unchecked
    /// The file has no checksums.
    case nothing = "none"
  }

  /// The format in words; nil if the source could not be opened at all.
  public let format: String?
  /// Tensors that were read completely.
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
  /// Decant's own checksums are compared if the file has them; if Decant wrote the file, it must have them.
  ///
  /// - Parameters:
  ///   - source: opened with checksums on; without them, only structure is checked.
  ///   - verifiesChecksums: whether checksums were on; Decant's own are then compared as well.
  ///   - pieceByteCount: how much is held at a time; at least 16.
  ///   - progress: called after each tensor with the bytes read and the bytes in all.
  public init(
    checking source: some TensorSource, verifiesChecksums: Bool = true, pieceByteCount: Int = 1 << 20,
    progress: (_ doneByteCount: Int, _ totalByteCount: Int) -> Void = { _, _ in }
  ) {
    var check = IntegrityCheck(of: source, pieceByteCount: pieceByteCount)
    if verifiesChecksums { check.findDigests() }
    check.readEveryTensor(progress)
    check.findMissingDigests()
    self.init(check, of: source, verifiesChecksums: verifiesChecksums)
  }

  /// The report of a check that has read everything.
  init<Source: TensorSource>(_ check: IntegrityCheck<Source>, of source: Source, verifiesChecksums: Bool) {
    format = source.format
    evidence =
      !verifiesChecksums
      ? .unchecked : check.hasDigests ? .digests : source.hasChecksums ? .checksums : .nothing
    checkedTensorCount = check.checkedTensorCount
    skippedTensorCount = check.skippedTensorCount
    checkedByteCount = check.checkedByteCount
    failures = check.failures
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
