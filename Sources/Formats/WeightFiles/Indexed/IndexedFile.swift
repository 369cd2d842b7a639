internal import Bytes
package import Files
internal import Messages
package import Tensors

/// A file whose list of tensors says where the elements of each are. PyTorch, GGUF, ONNX, TensorFlow Lite, TensorFlow.js and Flax files
/// differ in the list only, so each format is a function that makes one.
package struct IndexedFile: RandomAccessSource, ReadObservable {
  /// The format in words.
  package let format: String
  /// The files.
  package let files: [SourceFile]
  /// All tensors, sorted by name.
  package let descriptors: [TensorDescriptor]
  /// What the file says about itself.
  package let metadata: [String: String]
  /// Tensors that cannot be listed.
  package let problems: [SourceProblem]
  /// Whether the format has checksums.
  package let hasChecksums: Bool
  /// What the file says about the network that it computes; nil for a file of tensors alone.
  package let network: NetworkSummary?
  /// The key-values of a GGUF model as they are stored; nil for other formats.
  package let keyValues: GGUFKeyValues?
  /// What a TensorFlow.js model says about its network; nil for other formats.
  package let webModel: TFJSModel?

  /// In the order of `descriptors`.
  private let tensors: [IndexedTensor]
  private let inputs: [InputFile]
  private let buffers: BufferPool

  /// Room for whole units of any format.
  private static let minimumBufferByteCount = 1 << 12

  /// A source of these tensors.
  ///
  /// A name that occurs twice is a problem, and its first tensor is kept.
  ///
  /// - Throws: what is wrong with the first tensor if none is left to show.
  init(_ index: TensorIndex) throws {
    var problems = index.problems
    var names: Set<ByteString> = []
    var kept: [IndexedTensor] = []
    for tensor in index.tensors {
      if names.insert(ByteString(tensor.descriptor.name)).inserted {
        kept.append(tensor)
      } else {
        let error = WeightFileError(.duplicateName, file: index.path, tensor: tensor.descriptor.name)
        problems.append(SourceProblem(tensor: tensor.descriptor.name, error: error, severity: .incomplete))
      }
    }
    if kept.isEmpty, let first = problems.first(where: { $0.severity != .note }) { throw first.error }
    tensors = kept.sorted { $0.descriptor.name.precedesInBytes($1.descriptor.name) }
    descriptors = tensors.map(\.descriptor)
    // A file of small tensors needs no large buffer.
    let largest = descriptors.reduce(Self.minimumBufferByteCount) { max($0, $1.byteCount) }
    buffers = BufferPool(byteCount: min(largest, BufferPool.usualByteCount))
    format = index.format
    metadata = index.metadata
    self.problems = problems
    hasChecksums = index.hasChecksums
    network = index.network
    keyValues = index.keyValues
    webModel = index.webModel
    inputs = index.inputs
    files = index.inputs.map(SourceFile.init) + index.missingFiles.map { SourceFile(path: $0, byteCount: nil) }
  }

  /// Reads a tensor's elements in pieces; see `TensorSource`.
  package func read(_ descriptor: TensorDescriptor, maximumByteCount: Int, _ body: (RawSpan) throws -> Void) throws {
    let tensor = try require(descriptor)
    switch tensor.elements {
    case .stored(let array): try array.forEachPiece(upTo: maximumByteCount, buffers: buffers, body)
    case .decoded(let array, let decoding):
      try decoding.forEachPiece(
        of: array, elementCount: descriptor.shape.elementCount, upTo: maximumByteCount, buffers: buffers, body)
    case .streamed(let stream): try stream(maximumByteCount, body)
    case .strings: throw error(.wrongKind(.string), tensor)
    }
  }

  /// Where the elements are, if the file stores them as they are.
  package func storedElements(of descriptor: TensorDescriptor) throws -> StoredElements? {
    guard case .stored(let array) = try require(descriptor).elements else { return nil }
    return try array.place
  }

  /// The elements of a string tensor.
  package func readStrings(_ descriptor: TensorDescriptor) throws -> [[UInt8]] {
    let tensor = try require(descriptor)
    guard case .strings(let strings) = tensor.elements else { throw error(.wrongKind(descriptor.dtype), tensor) }
    return try strings()
  }

  /// What the file says about a tensor besides its name.
  package func origin(of descriptor: TensorDescriptor) -> TensorOrigin? {
    descriptors.index(ofName: descriptor.name).flatMap { tensors[$0].origin }
  }

  package func setReadObserver(_ observer: (any ReadObserver)?) {
    for input in inputs { input.setObserver(observer) }
  }

  private func require(_ descriptor: TensorDescriptor) throws(MissingTensorError) -> IndexedTensor {
    guard let index = descriptors.index(ofName: descriptor.name) else {
      throw MissingTensorError(names: [descriptor.name], source: self)
    }
    return tensors[index]
  }

  private func error(_ reason: WeightFileDefect, _ tensor: IndexedTensor) -> WeightFileError {
    WeightFileError(reason, file: inputs.first?.path, tensor: tensor.descriptor.name)
  }
}

/// What a file's list of tensors says, before it is a source.
struct TensorIndex {
  /// The format in words.
  let format: String
  /// The path that was opened, for errors.
  let path: String
  /// The files that were opened; the first is the one with the list.
  var inputs: [InputFile]
  /// Files that the list names and that are not there.
  var missingFiles: [String] = []
  /// In any order; a name may occur twice.
  var tensors: [IndexedTensor] = []
  var metadata: [String: String] = [:]
  var problems: [SourceProblem] = []
  var hasChecksums = false
  var network: NetworkSummary?
  var keyValues: GGUFKeyValues?
  var webModel: TFJSModel?

  init(format: String, file: InputFile) {
    self.format = format
    path = file.path
    inputs = [file]
  }

  /// Notes a tensor that cannot be listed.
  mutating func addProblem(_ reason: WeightFileDefect, tensor: String?, offset: Int? = nil) {
    let error = WeightFileError(reason, file: path, offset: offset, tensor: tensor)
    problems.append(SourceProblem(tensor: tensor, error: error, severity: .incomplete))
  }

  /// Notes something unusual that loses no data.
  mutating func addNote(_ reason: WeightFileDefect, tensor: String? = nil) {
    let error = WeightFileError(reason, file: path, tensor: tensor)
    problems.append(SourceProblem(tensor: tensor, error: error, severity: .note))
  }
}

/// One tensor of a list.
struct IndexedTensor: Sendable {
  /// Where the elements come from.
  enum Elements: Sendable {
    /// The file stores them as they are.
    case stored(StridedArray)
    /// The file stores them in another form.
    case decoded(StridedArray, ElementDecoding)
    /// The file has the elements in pieces, which are put together as they are read.
    case streamed(@Sendable (_ maximumByteCount: Int, _ body: (RawSpan) throws -> Void) throws -> Void)
    /// Strings, which are read when they are wanted.
    case strings(@Sendable () throws -> [[UInt8]])
  }

  var descriptor: TensorDescriptor
  var elements: Elements
  var origin: TensorOrigin?

  /// A tensor whose elements are stored.
  init(_ name: String, _ dtype: DType, _ array: StridedArray, file: Int = 0, origin: TensorOrigin? = nil) {
    let location = array.bytes.fileOffset(of: array.offset * array.width).map { TensorLocation(file: file, offset: $0) }
    descriptor = TensorDescriptor(
      name: name, dtype: dtype, shape: array.shape, byteCount: array.shape.elementCount * array.width,
      location: location)
    elements = .stored(array)
    self.origin = origin
  }

  /// A tensor whose elements are decoded.
  ///
  /// - Precondition: the shape's bytes in this dtype can be counted.
  init(
    _ name: String, _ dtype: DType, _ shape: Shape, decoding: ElementDecoding, of array: StridedArray, file: Int = 0
  ) {
    let location = array.bytes.fileOffset(of: array.offset * array.width).map { TensorLocation(file: file, offset: $0) }
    descriptor = TensorDescriptor(
      name: name, dtype: dtype, shape: shape, byteCount: shape.byteCount(of: dtype) ?? 0, location: location)
    elements = .decoded(array, decoding)
  }

  /// A tensor whose elements are put together as they are read.
  ///
  /// - Precondition: the shape's bytes in this dtype can be counted.
  init(
    _ name: String, _ dtype: DType, _ shape: Shape,
    streamed stream: @escaping @Sendable (_ maximumByteCount: Int, _ body: (RawSpan) throws -> Void) throws -> Void
  ) {
    descriptor = TensorDescriptor(name: name, dtype: dtype, shape: shape, byteCount: shape.byteCount(of: dtype) ?? 0)
    elements = .streamed(stream)
  }

  /// A tensor of strings.
  init(strings name: String, _ shape: Shape, byteCount: Int, _ strings: @escaping @Sendable () throws -> [[UInt8]]) {
    descriptor = TensorDescriptor(name: name, dtype: .string, shape: shape, byteCount: byteCount)
    elements = .strings(strings)
  }
}
