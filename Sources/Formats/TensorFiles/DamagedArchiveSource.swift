internal import Files
internal import Tensors

/// A source in an archive that is damaged elsewhere: the same, with a note that says so.
struct DamagedArchiveSource: TensorSource, ReadObservable {
  private let source: any TensorSource
  private let note: SourceProblem

  init(_ source: any TensorSource, note: FileError) {
    self.source = source
    self.note = SourceProblem(tensor: nil, error: note, severity: .note)
  }

  var format: String { source.format }
  var files: [SourceFile] { source.files }
  var descriptors: [TensorDescriptor] { source.descriptors }
  var metadata: [String: String] { source.metadata }
  var isCheckpoint: Bool { source.isCheckpoint }
  var underlying: (any TensorSource)? { source.underlying }
  var hasChecksums: Bool { source.hasChecksums }
  var problems: [SourceProblem] { source.problems + [note] }
  var otherConstantNames: [String]? { source.otherConstantNames }

  func operands(of name: String) -> [String] { source.operands(of: name) }
  func wantedName(of descriptor: TensorDescriptor) -> String? { source.wantedName(of: descriptor) }
  func origin(of descriptor: TensorDescriptor) -> TensorOrigin? { source.origin(of: descriptor) }

  func read(_ descriptor: TensorDescriptor, maximumByteCount: Int, _ body: (RawSpan) throws -> Void) throws {
    try source.read(descriptor, maximumByteCount: maximumByteCount, body)
  }

  func readStrings(_ descriptor: TensorDescriptor) throws -> [[UInt8]] { try source.readStrings(descriptor) }

  func setReadObserver(_ observer: (any ReadObserver)?) {
    (source as? any ReadObservable)?.setReadObserver(observer)
  }
}
