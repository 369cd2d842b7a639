internal import Bytes
package import Files
internal import Messages
package import Tensors

/// A model whose tensors are spread over several files: one source made of others.
///
/// A shard that is missing or damaged is a problem of its tensors, and the others are read.
package struct ShardedSource: RandomAccessSource, ReadObservable {
  /// The format of the shards, in words.
  package let format: String
  /// The index, if there is one, and the shards.
  package let files: [SourceFile]
  /// All tensors, sorted by name.
  package let descriptors: [TensorDescriptor]
  /// The metadata of all shards, and that of the index.
  package let metadata: [String: String]
  /// What is wrong with the shards, and where they disagree with the index.
  package let problems: [SourceProblem]
  /// Whether every shard has checksums.
  package let hasChecksums: Bool

  private let sources: [any TensorSource]
  /// In the order of `descriptors`.
  private let tensors: [ShardListing.Tensor]

  /// A source of what a listing found.
  ///
  /// - Throws: what is wrong with the first shard if no tensor is left to show.
  init(_ listing: ShardListing) throws {
    if listing.tensors.isEmpty, let first = listing.problems.first(where: { $0.severity != .note }) {
      throw first.error
    }
    tensors = listing.tensors.sorted { $0.descriptor.name.precedesInBytes($1.descriptor.name) }
    descriptors = tensors.map(\.descriptor)
    sources = listing.sources
    files = listing.files
    metadata = listing.metadata
    problems = listing.problems
    var formats: [String] = []
    for source in sources where !formats.contains(source.format) { formats.append(source.format) }
    format = formats.joined(separator: " and ")
    hasChecksums = !sources.isEmpty && sources.allSatisfy(\.hasChecksums)
  }

  /// Reads a tensor's elements in pieces; see `TensorSource`.
  package func read(_ descriptor: TensorDescriptor, maximumByteCount: Int, _ body: (RawSpan) throws -> Void) throws {
    let tensor = try require(descriptor)
    try sources[tensor.shard].read(tensor.stored, maximumByteCount: maximumByteCount, body)
  }

  /// Where the shard has the elements.
  package func storedElements(of descriptor: TensorDescriptor) throws -> StoredElements? {
    let tensor = try require(descriptor)
    return try sources[tensor.shard].placeOfElements(of: tensor.stored)
  }

  /// The elements of a string tensor.
  package func readStrings(_ descriptor: TensorDescriptor) throws -> [[UInt8]] {
    let tensor = try require(descriptor)
    return try sources[tensor.shard].readStrings(tensor.stored)
  }

  /// What the shard knows about a tensor.
  package func origin(of descriptor: TensorDescriptor) -> TensorOrigin? {
    guard let tensor = try? require(descriptor) else { return nil }
    return sources[tensor.shard].origin(of: tensor.stored)
  }

  package func setReadObserver(_ observer: (any ReadObserver)?) {
    for source in sources { (source as? any ReadObservable)?.setReadObserver(observer) }
  }

  private func require(_ descriptor: TensorDescriptor) throws(MissingTensorError) -> ShardListing.Tensor {
    guard let index = descriptors.index(ofName: descriptor.name) else {
      throw MissingTensorError(names: [descriptor.name], source: self)
    }
    return tensors[index]
  }
}
