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
    public var strings: [[UInt8]]

    /// A tensor of a fixed-width dtype.
    public init(_ name: String, _ dtype: DType, _ dimensions: [Int], bytes: [UInt8]) throws {
      self.name = name
      self.dtype = dtype
      shape = try Shape(dimensions)
      self.bytes = bytes
      strings = []
    }

    /// A tensor of strings.
    public init(_ name: String, _ dimensions: [Int], strings: [[UInt8]]) throws {
      self.name = name
      dtype = .string
      shape = try Shape(dimensions)
      bytes = []
      self.strings = strings
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
  }

  /// The format in words.
  public let format = "memory"
  /// None.
  public let files: [SourceFile] = []
  /// All tensors, sorted by name.
  public let descriptors: [TensorDescriptor]
  /// What the test gave.
  public let metadata: [String: String]
  /// What the test says is wrong.
  public let problems: [SourceProblem]
  private let tensors: [Tensor]

  /// Takes tensors in any order.
  public init(_ tensors: [Tensor], metadata: [String: String] = [:], problems: [SourceProblem] = []) {
    self.problems = problems
    self.tensors = tensors.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    self.metadata = metadata
    descriptors = self.tensors.map { tensor in
      TensorDescriptor(
        name: tensor.name, dtype: tensor.dtype, shape: tensor.shape,
        byteCount: tensor.dtype == .string ? tensor.strings.reduce(0) { $0 + $1.count } : tensor.bytes.count)
    }
  }

  /// Hands out the bytes in pieces; see `TensorSource`.
  public func read(_ descriptor: TensorDescriptor, maximumByteCount: Int, _ body: (RawSpan) throws -> Void) throws {
    let bytes = try tensor(descriptor).bytes
    let piece = maximumByteCount / (descriptor.dtype.byteCount ?? 1) * (descriptor.dtype.byteCount ?? 1)
    var start = 0
    repeat {
      let end = min(bytes.count, start + piece)
      try body(bytes.rawSpan.extracting(start..<end))
      start = end
    } while start < bytes.count
  }

  /// All strings of one tensor.
  public func readStrings(_ descriptor: TensorDescriptor) throws -> [[UInt8]] {
    try tensor(descriptor).strings
  }

  private func tensor(_ descriptor: TensorDescriptor) throws -> Tensor {
    guard let tensor = tensors.first(where: { $0.name.utf8.elementsEqual(descriptor.name.utf8) }) else {
      throw MissingTensorError(names: [descriptor.name], source: self)
    }
    return tensor
  }

  /// Writes everything to a sink, in pieces, and finishes it.
  ///
  /// - Parameters:
  ///   - sink: where to write.
  ///   - pieceByteCount: at most so many bytes at once.
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

/// SplitMix64: the same numbers for the same seed, everywhere.
///
/// - Source: Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014.
public struct SeededRandom: RandomNumberGenerator {
  private var state: UInt64

  /// Starts the sequence of a seed.
  public init(seed: UInt64) {
    state = seed
  }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
