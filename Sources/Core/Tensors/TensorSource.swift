internal import Bytes
package import Files

/// Anything that holds named tensors: a checkpoint, a weight file. Every command reads through this and does not ask
/// for the format.
///
/// Opening a source reads the list of tensors and checks it; data is read, verified and handed out on demand.
/// Sources are immutable and may be read from several threads.
public protocol TensorSource: Sendable {
  /// The format in words, such as `TensorFlow V1 checkpoint`.
  var format: String { get }

  /// The files that the source is made of, in the order that `TensorLocation.file` counts them.
  var files: [SourceFile] { get }

  /// All tensors, sorted by the UTF-8 bytes of their names, each name once.
  var descriptors: [TensorDescriptor] { get }

  /// What the file says about itself besides its tensors; empty for checkpoints.
  var metadata: [String: String] { get }

  /// Whether it is a checkpoint of TensorFlow, whose names are those of variables.
  var isCheckpoint: Bool { get }

  /// The source that this one shows under other names or in other layouts; nil if it shows its own files.
  var underlying: (any TensorSource)? { get }

  /// The names in `underlying` of the tensors that this tensor is made from.
  func operands(of name: String) -> [String]

  /// The name that a tensor would have if no other tensor wanted it; nil if that is its name. A person may mean either
  /// name.
  func wantedName(of descriptor: TensorDescriptor) -> String?

  /// Whether the format carries checksums of every tensor's elements, which reading verifies unless told not to.
  var hasChecksums: Bool { get }

  /// What was found wrong without preventing the source from being opened: missing files, tensors that cannot be
  /// described.
  var problems: [SourceProblem] { get }

  /// For a frozen graph, the sorted names of constants that are not weights, such as shapes and seeds; nil for other
  /// sources.
  var otherConstantNames: [String]? { get }

  /// Reads the elements of one fixed-width tensor, in pieces of at most `maximumByteCount` bytes, in order.
  ///
  /// Elements are row-major, little-endian and packed, whatever the file stores. A piece ends at an element's end.
  /// A checksum that covers more than one piece can only be verified after the last: a caller that cannot undo what it
  /// did with a piece must not trust it before the call has returned.
  ///
  /// - Parameters:
  ///   - descriptor: one of `descriptors`.
  ///   - maximumByteCount: at least 16.
  ///   - body: receives each piece; called at least once, with an empty span for an empty tensor.
  /// - Throws: the source's error if data is missing, short or fails its checksum, or what `body` throws.
  func read(_ descriptor: TensorDescriptor, maximumByteCount: Int, _ body: (RawSpan) throws -> Void) throws

  /// What is known about where one of `descriptors` comes from, besides its name; nil if nothing is known.
  func origin(of descriptor: TensorDescriptor) -> TensorOrigin?

  /// Reads the elements of one string tensor, row-major.
  func readStrings(_ descriptor: TensorDescriptor) throws -> [[UInt8]]
}

/// One file of a source.
public struct SourceFile: Sendable, Equatable {
  /// The path as it was opened.
  public var path: String
  /// The length in bytes; nil if the file should exist but is missing.
  public var byteCount: Int?
  /// The state of the file when it was opened; nil if the source did not keep it.
  package var state: FileState?

  /// An open file of a source.
  package init(_ file: InputFile) {
    self.init(path: file.path, byteCount: file.byteCount)
    state = file.state
  }

  /// A file of a source.
  public init(path: String, byteCount: Int?) {
    self.path = path
    self.byteCount = byteCount
  }

  /// The last component of the path.
  public var name: String { path.lastPart }
}

extension [SourceFile] {
  /// Checks that every file that existed is still the one that was opened, with the same content.
  ///
  /// - Throws: `FileError.Reason.changed` for the first file that is not.
  package func requireUnchanged() throws(FileError) {
    for file in self { try file.state?.requireUnchanged(at: file.path) }
  }
}

extension TensorSource {
  /// Whether it is a checkpoint. False by default.
  public var isCheckpoint: Bool { false }

  /// Nil by default: most sources show their own files.
  public var underlying: (any TensorSource)? { nil }

  /// The tensor itself by default.
  public func operands(of name: String) -> [String] { [name] }

  /// Nil by default.
  public func wantedName(of descriptor: TensorDescriptor) -> String? { nil }

  /// Whether the format has checksums. False by default, as for most weight files; they may have them in their metadata.
  public var hasChecksums: Bool { false }

  /// What opening found wrong. Empty by default, for sources that refuse to open a damaged file.
  public var problems: [SourceProblem] { [] }

  /// The names of other constants. Nil by default: most sources hold only variables.
  public var otherConstantNames: [String]? { nil }

  /// Where a tensor comes from. Nil by default, for sources that know only names.
  public func origin(of descriptor: TensorDescriptor) -> TensorOrigin? { nil }

  /// The descriptor of a name, or nil. Logarithmic in the number of tensors.
  public func descriptor(named name: String) -> TensorDescriptor? {
    descriptors.index(ofName: name).map { descriptors[$0] }
  }

  /// The descriptor of a name that must be there.
  ///
  /// - Throws: `MissingTensorError`, which names the nearest names that exist.
  public func requireDescriptor(named name: String) throws(MissingTensorError) -> TensorDescriptor {
    if let found = descriptor(named: name) { return found }
    throw MissingTensorError(names: [name], source: self)
  }

  /// All elements of one fixed-width tensor: row-major, little-endian, packed.
  public func readAll(_ descriptor: TensorDescriptor) throws -> [UInt8] {
    guard MemoryRoom.has(descriptor.byteCount) else {
      throw FileError(.outOfMemory(byteCount: descriptor.byteCount), file: files.first?.path ?? descriptor.name)
    }
    var bytes: [UInt8] = []
    try read(descriptor, maximumByteCount: max(16, descriptor.byteCount)) { piece in
      bytes.reserveCapacity(bytes.count + piece.byteCount)
      unsafe piece.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
    }
    return bytes
  }
}
