internal import Files
internal import Tensors
internal import Threads

/// A source in an archive: the same, with what is wrong with the archive. The CRC-32 of its files is compared before a
/// tensor is first read, unless the format has checksums of its own.
///
/// In a damaged archive, elements may be wrong and files may be missing. Only a format with checksums of its own shows that they are not.
/// Only members of a zip archive that are stored as they are need that; compressed ones are compared when they are
/// unpacked.
struct ArchivedSource: RandomAccessSource, ReadObservable {
  /// What was opened.
  let source: any TensorSource
  private let notes: [SourceProblem]
  private let archive: Archive
  /// The result of comparing the CRC-32; nil before it was tried.
  private let verification: Guarded<Result<Void, FileError>?>

  /// - Parameters:
  ///   - source: what was opened.
  ///   - archive: the archive that it is in.
  ///   - verifiesChecksums: whether checksums are compared.
  init(_ source: any TensorSource, in archive: Archive, verifiesChecksums: Bool) {
    self.source = source
    self.archive = archive
    notes =
      archive.damage.map { damage in
        let severity: SourceProblem.Severity = damage.mayLoseData && !source.hasChecksums ? .incomplete : .note
        return [SourceProblem(tensor: nil, error: FileError(.packed(damage), file: archive.path), severity: severity)]
      } ?? []
    verification = Guarded(verifiesChecksums && !source.hasChecksums ? nil : .success(()))
  }

  var format: String { source.format }
  var files: [SourceFile] { source.files }
  var descriptors: [TensorDescriptor] { source.descriptors }
  var metadata: [String: String] { source.metadata }
  var isCheckpoint: Bool { source.isCheckpoint }
  var underlying: (any TensorSource)? { source.underlying }
  var hasChecksums: Bool { source.hasChecksums }
  var problems: [SourceProblem] { source.problems + notes }
  var otherConstantNames: [String]? { source.otherConstantNames }

  func operands(of name: String) -> [String] { source.operands(of: name) }
  func wantedName(of descriptor: TensorDescriptor) -> String? { source.wantedName(of: descriptor) }
  func origin(of descriptor: TensorDescriptor) -> TensorOrigin? { source.origin(of: descriptor) }

  func read(_ descriptor: TensorDescriptor, maximumByteCount: Int, _ body: (RawSpan) throws -> Void) throws {
    try verify()
    try source.read(descriptor, maximumByteCount: maximumByteCount, body)
  }

  func readStrings(_ descriptor: TensorDescriptor) throws -> [[UInt8]] {
    try verify()
    return try source.readStrings(descriptor)
  }

  func storedElements(of descriptor: TensorDescriptor) throws -> StoredElements? {
    try verify()
    return try source.placeOfElements(of: descriptor)
  }

  func setReadObserver(_ observer: (any ReadObserver)?) {
    (source as? any ReadObservable)?.setReadObserver(observer)
  }

  private func verify() throws(FileError) {
    let result = verification.withLock { verification in
      let result = verification ?? archive.verified(source.files.map(\.path))
      verification = result
      return result
    }
    try result.get()
  }
}

extension TensorFile {
  /// The reader of a file's own format, which knows what only that format has: the source without the archives that it is in.
  static func reader(of source: any TensorSource) -> any TensorSource {
    (source as? ArchivedSource).map { reader(of: $0.source) } ?? source
  }
}

extension Archive {
  /// The result of comparing the CRC-32 of members that are stored as they are, by their paths.
  fileprivate func verified(_ paths: [String]) -> Result<Void, FileError> {
    do throws(FileError) {
      for path in paths {
        guard let place = try ArchivePlace.find(path), place.archive.path == self.path else { continue }
        try verifyStored(place.name, shownAs: path)
      }
      return .success(())
    } catch {
      return .failure(error)
    }
  }
}
