public import Messages

/// A file of tensors being written. It appears complete or not at all.
///
/// The order of calls: `announce` and `extendSigns` where the sink asks for them, `declare` once, then for each declared tensor in the declared order `write` any number of times (or
/// `writeStrings` once), then `finish`, then `commit`. Dropped before `commit`, it leaves nothing behind.
public protocol TensorSink: AnyObject {
  /// The format in words, such as `safetensors`.
  var format: String { get }

  /// The files that the output is made of. Known from the start; they are there once `finish` has returned.
  var files: [SinkFile] { get }

  /// Whether the format has a place for metadata. Without one, what is declared of it is dropped.
  var keepsMetadata: Bool { get }

  /// What the metadata of every file of the format must have for other readers to take it. What a source says itself comes first.
  var requiredMetadata: [String: String] { get }

  /// Whether the elements of string tensors are announced before `declare`; `writeStrings` still follows.
  var keepsStringsInHeader: Bool { get }

  /// Takes the elements of a string tensor that will be declared. Called only where `keepsStringsInHeader`.
  func announce(_ strings: [[UInt8]], of descriptor: TensorDescriptor) throws

  /// Whether the format shows int4 and int2 to other programs as int8, so that `extendSigns` is of use.
  var showsNarrowIntegersAsBytes: Bool { get }

  /// Takes a tensor that will be declared, whose negative elements are trimmed to their bits: other programs find them sign-extended,
  /// and readers of Decant as they were. Called only where `showsNarrowIntegersAsBytes`.
  func extendSigns(of descriptor: TensorDescriptor)

  /// Why the format cannot hold a tensor, in words that end a sentence; nil if it can.
  func refusal(of descriptor: TensorDescriptor) -> Message?

  /// Announces every tensor and the file's metadata. Writes the header.
  func declare(_ descriptors: [TensorDescriptor], metadata: [String: String]) throws

  /// Replaces the metadata, after the last tensor and before `finish`: for what is known only when everything was read.
  ///
  /// - Precondition: the same keys as declared, and each value as long as the declared one in UTF-8. A format that keeps its
  ///   metadata before its data could not move the data any more.
  func amend(_ metadata: [String: String]) throws

  /// Appends elements of the tensor whose turn it is: row-major, little-endian, packed.
  func write(_ piece: RawSpan) throws

  /// Writes all elements of the string tensor whose turn it is.
  func writeStrings(_ strings: [[UInt8]]) throws

  /// The path that opens what was written, its metadata as declared, when every tensor was written and before `amend`; nil for a
  /// format whose file is not whole before `finish`.
  func pathBeforeEnd() throws -> String?

  /// Ends the data, which is then complete under a temporary name. Returns the path that opens it, so that the caller can
  /// read it back.
  func finish() throws -> String

  /// Gives the finished file its name.
  func commit() throws
}

extension TensorSink {
  /// Whether the format stores metadata. True by default; checkpoints store none.
  public var keepsMetadata: Bool { true }

  /// What the metadata of every file must have. Empty by default.
  public var requiredMetadata: [String: String] { [:] }

  /// Whether string tensors are announced before `declare`. False by default.
  public var keepsStringsInHeader: Bool { false }

  /// The path that opens the output before `finish`. Nil by default: the file is not whole before then.
  public func pathBeforeEnd() throws -> String? { nil }

  /// Whether the format shows int4 and int2 to other programs as int8. False by default.
  public var showsNarrowIntegersAsBytes: Bool { false }

  /// Does nothing.
  public func extendSigns(of descriptor: TensorDescriptor) {}

  /// Does nothing.
  public func announce(_ strings: [[UInt8]], of descriptor: TensorDescriptor) throws {}
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
