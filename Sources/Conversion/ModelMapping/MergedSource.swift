internal import Bytes
package import Tensors

/// The tensors of several sources as one: a backbone and a head from two files.
package struct MergedSource: TensorSource {
  /// The formats in words.
  package let format: String
  /// The files of all sources.
  package let files: [SourceFile]
  /// All tensors, sorted by name.
  package let descriptors: [TensorDescriptor]
  /// What the sources say about themselves, except digests; the first that has a key counts.
  package let metadata: [String: String]
  /// Whether every source has checksums.
  package let hasChecksums: Bool
  /// The problems of all sources.
  package let problems: [SourceProblem]
  /// The sources, in the order in which their metadata count.
  package let sources: [any TensorSource]
  /// The source of each tensor, and its descriptor there.
  private let owners: [ByteString: (source: Int, descriptor: TensorDescriptor)]

  /// Merges sources.
  ///
  /// - Parameter sources: at least one.
  /// - Throws: `NameCollision` if two have a tensor of one name.
  package init(_ sources: [any TensorSource]) throws(NameCollision) {
    self.sources = sources
    var formats: Set<String> = []
    format = sources.map(\.format).filter { formats.insert($0).inserted }.joined(separator: " and ")
    files = sources.flatMap(\.files)
    metadata = sources.reduce(into: [:]) { all, source in
      all.merge(source.metadata.filter { $0.key != ContentDigests.key }) { first, _ in first }
    }
    hasChecksums = sources.allSatisfy(\.hasChecksums)
    problems = sources.flatMap(\.problems)
    var owners: [ByteString: (source: Int, descriptor: TensorDescriptor)] = [:]
    var collisions: [NameCollision] = []
    var descriptors: [TensorDescriptor] = []
    var fileCount = 0
    for (index, source) in sources.enumerated() {
      for descriptor in source.descriptors {
        if owners.updateValue((index, descriptor), forKey: ByteString(descriptor.name)) != nil {
          collisions.append(NameCollision(first: descriptor.name, second: descriptor.name, target: descriptor.name))
        }
        var shown = descriptor
        shown.location?.file += fileCount
        descriptors.append(shown)
      }
      fileCount += source.files.count
    }
    if let first = collisions.first { throw first.and(collisions.dropFirst()) }
    self.descriptors = descriptors.sorted { $0.name.precedesInBytes($1.name) }
    self.owners = owners
  }

  private func owner(
    of descriptor: TensorDescriptor
  ) throws(MissingTensorError) -> (source: any TensorSource, descriptor: TensorDescriptor) {
    guard let found = owners[ByteString(descriptor.name)] else {
      throw MissingTensorError(names: [descriptor.name], source: self)
    }
    return (sources[found.source], found.descriptor)
  }

  /// Reads a tensor in pieces; see `TensorSource`.
  package func read(_ descriptor: TensorDescriptor, maximumByteCount: Int, _ body: (RawSpan) throws -> Void) throws {
    let found = try owner(of: descriptor)
    try found.source.read(found.descriptor, maximumByteCount: maximumByteCount, body)
  }

  /// Reads a string tensor.
  package func readStrings(_ descriptor: TensorDescriptor) throws -> [[UInt8]] {
    let found = try owner(of: descriptor)
    return try found.source.readStrings(found.descriptor)
  }
}

extension TensorSource {
  /// The source without the tensors whose names a condition holds for.
  package func without(_ isDropped: (String) -> Bool) throws -> any TensorSource {
    try DerivedSource(
      self, tensors: descriptors.filter { !isDropped($0.name) }.map { ($0.name, .stored($0.name)) })
  }
}
