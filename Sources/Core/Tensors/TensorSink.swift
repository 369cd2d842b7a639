public import Messages

/// An output of tensors to which nothing has been written yet. It appears complete or not at all.
///
/// The types enforce the order: a sink takes a header and becomes a body, the body takes the elements and becomes
/// finished, and the finished output gets its name. If it is dropped before that, nothing is left.
public protocol TensorSink: AnyObject {
  /// The format in words, such as `safetensors`.
  var format: String { get }

  /// The files that the output is made of. Known from the start, or after `begin` if their number depends on the tensors; they
  /// exist once the body has finished.
  var files: [SinkFile] { get }

  /// Whether the format has a place for metadata. Without one, it is dropped.
  var keepsMetadata: Bool { get }

  /// The metadata that every file of the format must have for other readers to accept it. The source's own metadata
  /// takes precedence.
  var requiredMetadata: [String: String] { get }

  /// Why the format cannot hold a tensor, in words that end a sentence; nil if it can.
  func refusal(of descriptor: TensorDescriptor) -> Message?

  /// What other programs see in place of a tensor whose dtype the format does not have, in words that follow the dtype and
  /// `as`; nil for a tensor that they see as it is. Decant's readers restore it.
  func substitute(for descriptor: TensorDescriptor) -> Message?

  /// What a person should know about the output, once the header is written.
  var notes: [OutputNote] { get }

  /// Writes the header: every tensor, and the metadata.
  func begin(_ contents: SinkContents) throws -> any TensorSinkBody
}

/// An output whose header has been written, but not all of its tensors.
public protocol TensorSinkBody: AnyObject {
  /// Appends elements of the tensor whose turn it is: row-major, little-endian, packed.
  func write(_ piece: RawSpan) throws

  /// Writes all elements of the string tensor whose turn it is.
  func writeStrings(_ strings: [[UInt8]]) throws

  /// The path that opens the output, with the header's metadata, once every tensor has been written; nil for a format
  /// whose file is not complete before it is finished.
  func pathBeforeEnd() throws -> String?

  /// Finishes the data, which is then complete under a temporary name.
  ///
  /// New metadata must have the same keys, and values of the same length in UTF-8, because a format that keeps its
  /// metadata before its data can no longer move the data.
  ///
  /// - Parameter metadata: replaces the header's, for what is known only after everything was read; nil to keep it.
  /// - Returns: the output, to be read back and committed.
  /// - Throws: the sink's error if elements are missing or the metadata does not fit, or `FileError`.
  func finish(metadata: [String: String]?) throws -> any FinishedTensors
}

/// An output that is complete under a temporary name.
public protocol FinishedTensors: AnyObject {
  /// The path that opens it, so that it can be read back.
  var temporaryPath: String { get }

  /// Gives the files their names.
  func commit() throws
}

extension TensorSink {
  /// Whether the format stores metadata. True by default; checkpoints store none.
  public var keepsMetadata: Bool { true }

  /// Nil by default: the format has every dtype that it takes.
  public func substitute(for descriptor: TensorDescriptor) -> Message? { nil }

  /// None by default.
  public var notes: [OutputNote] { [] }

  /// The metadata that every file must have. Empty by default.
  public var requiredMetadata: [String: String] { [:] }
}

extension TensorSinkBody {
  /// The path that opens the output before its end. Nil by default: the file is not complete before then.
  public func pathBeforeEnd() throws -> String? { nil }
}

/// What a header contains, and what a format may ask about the tensors before it writes one.
public struct SinkContents {
  /// Every tensor, in the order in which the elements come.
  public var descriptors: [TensorDescriptor]
  /// What the file says about itself.
  public var metadata: [String: String]
  /// The elements of a string tensor, for formats that keep strings in the header; they come again in the body.
  public var strings: (TensorDescriptor) throws -> [[UInt8]]
  /// Whether the negative elements of an int4 or int2 tensor are trimmed to their bits, for formats that show them to
  /// other programs as int8: those write them sign-extended, and Decant's readers restore them.
  public var isTrimmed: (TensorDescriptor) throws -> Bool

  /// Contents without string tensors or trimmed integers.
  public init(_ descriptors: [TensorDescriptor], metadata: [String: String] = [:]) {
    self.descriptors = descriptors
    self.metadata = metadata
    strings = { _ in [] }
    isTrimmed = { _ in false }
  }

  /// The names of the trimmed tensors, as UTF-8.
  package func trimmedNames() throws -> Set<[UInt8]> {
    Set(try descriptors.filter { NarrowInteger($0.dtype) != nil }.filter(isTrimmed).map { Array($0.name.utf8) })
  }
}

/// One file of an output.
public struct SinkFile: Sendable, Equatable {
  /// The path that the file will have.
  public var path: String
  /// Where its bytes are until then.
  public var temporaryPath: String

  /// A file of an output.
  public init(path: String, temporaryPath: String) {
    self.path = path
    self.temporaryPath = temporaryPath
  }
}
