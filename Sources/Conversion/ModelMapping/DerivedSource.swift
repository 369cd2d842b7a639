internal import Bytes
internal import Files
internal import Messages
package import Tensors

/// A source that shows another source's tensors under other names and in other layouts, reading them through it.
///
/// All of them are read in pieces, in bounded memory. Elements that are needed in another order than they come in wait in
/// memory if there are few, otherwise in a temporary file; see `ExpressionReader`.
package struct DerivedSource: RandomAccessSource {
  /// The format in words, of the underlying source.
  package var format: String { base.format }
  /// The files of the underlying source.
  package var files: [SourceFile] { base.files }
  /// All tensors, sorted by name.
  package let descriptors: [TensorDescriptor]
  /// What the underlying source says about itself, except digests, or the metadata that was given instead.
  package let metadata: [String: String]
  /// Whether the underlying source is a checkpoint.
  package var isCheckpoint: Bool { base.isCheckpoint }
  /// The source whose tensors are shown.
  package var underlying: (any TensorSource)? { base }
  /// Whether the underlying source carries checksums.
  package var hasChecksums: Bool { base.hasChecksums }
  /// The problems of the underlying source, under its names.
  package var problems: [SourceProblem] { base.problems }

  /// The names here of tensors that are made only from other constants of the underlying source.
  package var otherConstantNames: [String]? {
    guard let names = base.otherConstantNames else { return nil }
    let others = Set(names)
    return descriptors.map(\.name).filter { name in
      expressions[ByteString(name)].map { $0.values.allSatisfy(others.contains) } ?? false
    }
  }

  /// The underlying source.
  package let base: any TensorSource
  private let expressions: [ByteString: TensorExpression]
  private let shared: SharedOperands
  private let verified = VerifiedTensors()
  /// What reading a tensor in another layout may take.
  var room = LayoutRoom()

  /// Shows tensors of `base`.
  ///
  /// - Parameters:
  ///   - base: the underlying source.
  ///   - tensors: each name with what the tensor is made from, in any order.
  ///   - metadata: what the new source says about itself; nil for what `base` says.
  /// - Throws: `NameCollision` if two tensors have one name, `MappingError` if a tensor is made from others that are
  ///   missing or do not fit.
  package init(
    _ base: any TensorSource, tensors: [(name: String, expression: TensorExpression)],
    metadata: [String: String]? = nil
  ) throws {
    self.base = base
    // Digests are of the tensors as they are in the file.
    self.metadata = metadata ?? base.metadata.filter { $0.key != ContentDigests.key }
    var expressions: [ByteString: TensorExpression] = [:]
    expressions.reserveCapacity(tensors.count)
    var collisions: [NameCollision] = []
    for (name, expression) in tensors {
      if let other = expressions.updateValue(expression, forKey: ByteString(name)) {
        let names = [other, expression].map { $0.values.first ?? name }
        collisions.append(NameCollision(first: names[0], second: names[1], target: name))
      }
    }
    if let first = collisions.first { throw first.and(collisions.dropFirst()) }
    descriptors = try tensors.map { try Self.describe($0, $1, base) }.sorted { $0.name.precedesInBytes($1.name) }
    self.expressions = expressions
    shared = SharedOperands(expressions.values)
  }

  private static func describe(
    _ name: String, _ expression: TensorExpression, _ base: any TensorSource
  ) throws -> TensorDescriptor {
    if case .stored(let stored) = expression {
      var descriptor = try base.requireDescriptor(named: stored)
      descriptor.name = name
      return descriptor
    }
    let kind = expression.kind { base.descriptor(named: $0) }
    if let kind, kind.dtype == .string, let stored = expression.reshapedTensor {
      // The strings are the same, and so is their number of bytes.
      let byteCount = try base.requireDescriptor(named: stored).byteCount
      return TensorDescriptor(name: name, dtype: kind.dtype, shape: kind.shape, byteCount: byteCount)
    }
    guard let kind, let byteCount = kind.shape.byteCount(of: kind.dtype) else {
      throw MappingError(.doesNotFit, file: base.files.first?.path, tensor: expression.inputs.first)
    }
    return TensorDescriptor(name: name, dtype: kind.dtype, shape: kind.shape, byteCount: byteCount)
  }

  /// The names in the underlying source of what a tensor is made from.
  package func operands(of name: String) -> [String] { expression(of: name)?.values ?? [] }

  /// What a tensor is made from; nil for a name that does not exist.
  package func expression(of name: String) -> TensorExpression? { expressions[ByteString(name)] }

  /// Reads a tensor in pieces; see `TensorSource`.
  package func read(_ descriptor: TensorDescriptor, maximumByteCount: Int, _ body: (RawSpan) throws -> Void) throws {
    let expression = try requireExpression(of: descriptor)
    if case .stored(let name) = expression {
      return try base.read(base.requireDescriptor(named: name), maximumByteCount: maximumByteCount, body)
    }
    var isCalled = false
    let reader = ExpressionReader(source: shared.over(base), room: room, verified: verified)
    try reader.read(expression, maximumByteCount: maximumByteCount) { piece in
      isCalled = true
      try body(piece)
    }
    if !isCalled { try body([UInt8]().rawSpan) }
  }

  /// Where the elements are, if the tensor only has another name or another shape.
  package func storedElements(of descriptor: TensorDescriptor) throws -> StoredElements? {
    guard let name = try requireExpression(of: descriptor).reshapedTensor else { return nil }
    return try base.placeOfElements(of: base.requireDescriptor(named: name))
  }

  /// Reads a string tensor, which can only have another name or another shape.
  package func readStrings(_ descriptor: TensorDescriptor) throws -> [[UInt8]] {
    guard let name = try requireExpression(of: descriptor).reshapedTensor else {
      throw MappingError(.doesNotFit, file: files.first?.path, tensor: descriptor.name)
    }
    return try base.readStrings(base.requireDescriptor(named: name))
  }

  private func requireExpression(of descriptor: TensorDescriptor) throws(MissingTensorError) -> TensorExpression {
    if let expression = expression(of: descriptor.name) { return expression }
    throw MissingTensorError(names: [descriptor.name], source: self)
  }
}
