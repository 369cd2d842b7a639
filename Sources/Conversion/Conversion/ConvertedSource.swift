internal import MetaGraph
internal import TensorFiles
package import ModelMapping
package import Tensors

/// A source's tensors as a conversion with the same options writes them: names, layouts and dtypes. Nothing is written.
///
/// A converted file is compared with this, to the bit, casts included.
package struct ConvertedSource: TensorSource {
  /// The format in words, of the underlying source.
  package var format: String { base.format }
  /// The files of the underlying source.
  package var files: [SourceFile] { base.files }
  /// All tensors, sorted by name.
  package let descriptors: [TensorDescriptor]
  /// Whether the underlying source is a checkpoint.
  package var isCheckpoint: Bool { base.isCheckpoint }
  /// What the underlying source says about itself, except digests.
  package var metadata: [String: String] { base.metadata.filter { $0.key != ContentDigests.key } }
  /// Whether the underlying source carries checksums.
  package var hasChecksums: Bool { base.hasChecksums }
  /// The problems of the underlying source that leave no tensor out.
  package var problems: [SourceProblem] { base.problems.filter { $0.severity != .incomplete } }

  /// What the conversion does.
  package let plan: ConversionPlan
  /// The underlying source.
  package let base: any TensorSource

  /// Shows a source as it would be converted.
  ///
  /// - Parameters:
  ///   - source: the source.
  ///   - options: those of the conversion; what they say about files does not matter.
  ///   - other: what the conversion is said to have written, whose format may decide over names; nil if it is unknown.
  /// - Throws: what the conversion would throw before it writes, including `NameCollision`.
  package init(
    _ source: any TensorSource, options: ConversionOptions, comparedWith other: (any TensorSource)? = nil
  ) throws {
    base = source
    var options = options
    if let other { options.format = Self.format(of: other) }
    // Only GGUF has quantized blocks, whatever the source's own format is.
    if options.quantization != nil { options.format = .gguf }
    plan = try ConversionPlan(source, options: options, output: source.files.first?.path ?? "") { _ in nil }
    if let obstacle = plan.obstacle { throw obstacle }
    descriptors = plan.tensors.map(\.target)
  }

  /// A format with the rules for names of the one that a source has.
  private static func format(of source: any TensorSource) -> WeightFormat {
    if source.isCheckpoint { return .tensorFlow }
    return source.format == "HDF5" ? .hdf5 : .safetensors
  }

  /// The tensors that only training needs, by the UTF-8 of the names that they are shown under; a tensor counts if it
  /// is made only from such tensors.
  package var leftovers: [[UInt8]: TrainingLeftover] {
    let found = Dictionary(
      TrainingLeftover.find(in: base, roles: VariableRoles(beside: base)).map { (Array($0.name.utf8), $0) },
      uniquingKeysWith: { first, _ in first })
    if found.isEmpty { return [:] }
    var leftovers: [[UInt8]: TrainingLeftover] = [:]
    for tensor in plan.tensors {
      let reasons = tensor.origins.map { found[Array($0.name.utf8)] }
      if let first = reasons.first, let first, !reasons.contains(where: { $0 == nil }) {
        leftovers[Array(tensor.target.name.utf8)] = first
      }
    }
    return leftovers
  }

  /// Reads a tensor in pieces; see `TensorSource`.
  package func read(_ descriptor: TensorDescriptor, maximumByteCount: Int, _ body: (RawSpan) throws -> Void) throws {
    let item = try tensor(descriptor)
    let stored = item.stored
    if item.quantization != nil, var quantizer = BlockQuantizer(from: stored.dtype) {
      return try plan.view.read(stored, maximumByteCount: maximumByteCount) { piece in
        try quantizer.add(piece).forEachPiece(of: descriptor.dtype, maximumByteCount: maximumByteCount, body)
      }
    }
    guard stored.dtype != descriptor.dtype, var cast = FloatCast(from: stored.dtype, to: descriptor.dtype) else {
      return try plan.view.read(stored, maximumByteCount: maximumByteCount, body)
    }
    try plan.view.read(stored, maximumByteCount: maximumByteCount) { piece in
      try cast.cast(piece).forEachPiece(of: descriptor.dtype, maximumByteCount: maximumByteCount, body)
    }
  }

  /// Reads a string tensor.
  package func readStrings(_ descriptor: TensorDescriptor) throws -> [[UInt8]] {
    try plan.view.readStrings(tensor(descriptor).stored)
  }

  private func tensor(_ descriptor: TensorDescriptor) throws(MissingTensorError) -> ConversionPlan.Tensor {
    guard let index = descriptors.index(ofName: descriptor.name) else {
      throw MissingTensorError(names: [descriptor.name], source: self)
    }
    return plan.tensors[index]
  }
}
