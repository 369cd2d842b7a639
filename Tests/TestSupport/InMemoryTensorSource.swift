internal import Bytes
public import Tensors

/// A source of tensors that are values: what any file of them should be read back as.
public struct InMemoryTensorSource: TensorSource {
  /// One tensor with all its elements.
  public struct Tensor: Sendable, Equatable {
    /// The full name.
    public var name: String
    /// The element type.
    public var dtype: DType
    /// The extents.
    public var shape: Shape
    /// Row-major, little-endian, packed; empty for strings.
    public var bytes: [UInt8]
    /// The elements of a string tensor, row-major; empty for others.
    public var strings: [[UInt8]] = []
    /// Where it says that its data lives.
    public var location: TensorLocation?
    /// The slices that it says it has.
    public var sliceCount = 1
    /// Its size where it has no elements to hand out.
    private var listedByteCount: Int?

    /// A tensor of a fixed-width dtype.
    public init(
      _ name: String, _ dtype: DType, _ dimensions: [Int], bytes: [UInt8], location: TensorLocation? = nil,
      sliceCount: Int = 1
    ) throws {
      self.name = name
      self.dtype = dtype
      shape = try Shape(dimensions)
      self.bytes = bytes
      self.location = location
      self.sliceCount = sliceCount
    }

    /// A tensor of strings.
    public init(_ name: String, _ dimensions: [Int], strings: [[UInt8]]) throws {
      self.name = name
      dtype = .string
      shape = try Shape(dimensions)
      bytes = []
      self.strings = strings
    }

    /// A vector of texts.
    public init(_ name: String, texts: [String]) throws {
      try self.init(name, [texts.count], strings: texts.map { Array($0.utf8) })
    }

    /// A tensor of another source, under its name or another.
    public init(_ descriptor: TensorDescriptor, of source: any TensorSource, as name: String? = nil) throws {
      self.name = name ?? descriptor.name
      dtype = descriptor.dtype
      shape = descriptor.shape
      bytes = dtype == .string ? [] : try source.readAll(descriptor)
      strings = dtype == .string ? try source.readStrings(descriptor) : []
    }

    /// A tensor that is only listed: reading it gives nothing.
    fileprivate init(listed descriptor: TensorDescriptor) {
      name = descriptor.name
      dtype = descriptor.dtype
      shape = descriptor.shape
      bytes = []
      location = descriptor.location
      sliceCount = descriptor.sliceCount
      listedByteCount = descriptor.byteCount
    }

    /// A tensor of any bits, NaNs with payloads among them, that a seed decides.
    public init(_ name: String, _ dtype: DType, _ dimensions: [Int], seed: UInt64) throws {
      let shape = try Shape(dimensions)
      var random = SeededRandom(seed: seed)
      let byteCount = shape.byteCount(of: dtype) ?? 0
      var bytes: [UInt8] = []
      bytes.reserveCapacity(byteCount + 8)
      while bytes.count < byteCount {
        var word = random.next()
        unsafe withUnsafeBytes(of: &word) { unsafe bytes.append(contentsOf: $0) }
      }
      bytes.removeLast(bytes.count - byteCount)
      try self.init(name, dtype, dimensions, bytes: bytes)
    }

    fileprivate var descriptor: TensorDescriptor {
      let byteCount = dtype == .string ? strings.reduce(0) { $0 + $1.count } : bytes.count
      return TensorDescriptor(
        name: name, dtype: dtype, shape: shape, byteCount: listedByteCount ?? byteCount, location: location,
        sliceCount: sliceCount)
    }
  }

  /// How reading a tensor ends.
  private struct Damage {
    let keptByteCount: Int
    let error: (any Error)?
  }

  /// The format in words.
  public var format = "memory"
  /// None, unless the test says so.
  public var files: [SourceFile] = []
  /// What the test gave.
  public var metadata: [String: String]
  /// What the test says is wrong.
  public var problems: [SourceProblem]
  /// Whether the test says that it has some.
  public var hasChecksums = false
  /// Bytes in a piece, where the reader allows more.
  public var pieceByteCount = Int.max
  /// All tensors, sorted by name.
  public private(set) var descriptors: [TensorDescriptor]
  private var tensors: [Tensor]
  private var damages: [String: Damage] = [:]

  /// Takes tensors in any order.
  public init(_ tensors: [Tensor] = [], metadata: [String: String] = [:], problems: [SourceProblem] = []) {
    self.problems = problems
    self.tensors = tensors.sorted { $0.name.precedesInBytes($1.name) }
    self.metadata = metadata
    descriptors = self.tensors.map(\.descriptor)
  }

  /// Lists tensors, in any order, without data.
  public init(listing descriptors: [TensorDescriptor]) {
    self.init(descriptors.map(Tensor.init(listed:)))
  }

  /// The tensor of a name; nil where there is none, or to remove it.
  public subscript(name: String) -> Tensor? {
    get { descriptors.index(ofName: name).map { tensors[$0] } }
    set {
      let start = descriptors.firstIndex(notBefore: name)
      let old = start..<(descriptors.index(ofName: name) ?? start - 1) + 1
      tensors.replaceSubrange(old, with: newValue.map { [$0] } ?? [])
      descriptors.replaceSubrange(old, with: newValue.map { [$0.descriptor] } ?? [])
    }
  }

  /// Adds a tensor, or puts it in place of the one of its name.
  public mutating func add(_ tensor: Tensor) {
    self[tensor.name] = tensor
  }

  /// Makes reading a tensor end behind its first bytes: with an error, or without one, as a source that breaks its promise would.
  public mutating func damage(_ name: String, keeping byteCount: Int = 0, throwing error: (any Error)?) {
    damages[name] = Damage(keptByteCount: byteCount, error: error)
  }

  /// Hands out the bytes in pieces; see `TensorSource`.
  public func read(_ descriptor: TensorDescriptor, maximumByteCount: Int, _ body: (RawSpan) throws -> Void) throws {
    let damage = damages[descriptor.name]
    let bytes = try tensor(descriptor).bytes
    let count = min(bytes.count, damage?.keptByteCount ?? .max)
    let width = descriptor.dtype.byteCount ?? 1
    let piece = max(width, min(maximumByteCount, pieceByteCount) / width * width)
    if let error = damage?.error, count == 0 { throw error }
    var start = 0
    repeat {
      let end = start + min(piece, count - start)
      try body(bytes.rawSpan.extracting(start..<end))
      start = end
    } while start < count
    if let error = damage?.error { throw error }
  }

  /// All strings of one tensor.
  public func readStrings(_ descriptor: TensorDescriptor) throws -> [[UInt8]] {
    if let error = damages[descriptor.name]?.error { throw error }
    return try tensor(descriptor).strings
  }

  private func tensor(_ descriptor: TensorDescriptor) throws -> Tensor {
    guard let tensor = self[descriptor.name] else { throw MissingTensorError(names: [descriptor.name], source: self) }
    return tensor
  }

  /// Writes everything to a sink, in pieces, and finishes it.
  ///
  /// - Parameters:
  ///   - sink: where to write.
  ///   - pieceByteCount: at most this many bytes at once.
  /// - Returns: the output, to be committed.
  /// - Throws: what the sink throws.
  @discardableResult
  public func write(to sink: any TensorSink, pieceByteCount: Int = 1 << 16) throws -> any FinishedTensors {
    var contents = SinkContents(descriptors, metadata: metadata)
    contents.strings = { try readStrings($0) }
    contents.isTrimmed = { try NarrowInteger.isTrimmed($0, in: self) }
    let body = try sink.begin(contents)
    for descriptor in descriptors {
      if descriptor.dtype == .string {
        try body.writeStrings(readStrings(descriptor))
      } else {
        try read(descriptor, maximumByteCount: pieceByteCount) { try body.write($0) }
      }
    }
    return try body.finish(metadata: nil)
  }
}
