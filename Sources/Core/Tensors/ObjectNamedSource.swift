internal import Bytes
package import Files

/// An object-based checkpoint whose tensors are shown under the paths of their objects, or under their full names.
///
/// Under full names, a variable that was saved under several keys is one tensor; see `SharedVariables`. A full name
/// that several variables share identifies none of them, so they are shown under their paths, or under their keys if
/// the path is another tensor's name.
///
/// Everything else (data, files and problems) is the checkpoint's.
package struct ObjectNamedSource: RandomAccessSource, ReadObservable {
  private let source: any TensorSource
  private let naming: ObjectNaming
  /// All tensors, sorted by the names that are shown.
  package let descriptors: [TensorDescriptor]
  /// For each of `descriptors`, its place among the source's descriptors.
  private let places: [Int]
  /// For each of `descriptors`, the wanted name, then those to fall back to.
  private let candidates: [[String]]
  /// The other paths of a variable that was saved under several keys, by its place in the source.
  private let aliases: [Int: [String]]
  /// The note on names that several tensors share; nil if there are none.
  package let sharedNames: SharedObjectNames?

  /// Renames the tensors of a source.
  ///
  /// - Throws: `ObjectNameCollision` if two of them would have the same name.
  package init(_ source: any TensorSource, naming: ObjectNaming) throws(ObjectNameCollision) {
    self.init(distinguishing: source, naming: naming)
    if let shared = sharedNames { throw shared.first }
  }

  /// Renames the tensors of a source; those that would have the same name are shown under names that distinguish them.
  package init(distinguishing source: any TensorSource, naming: ObjectNaming) {
    self.source = source
    self.naming = naming
    let stored = source.descriptors
    let origins = stored.map { source.origin(of: $0) }
    let repeats = naming == .fullNames ? Self.repeats(in: source, origins) : [Int?](repeating: nil, count: stored.count)
    var aliases: [Int: [String]] = [:]
    for (place, original) in repeats.enumerated() {
      if let original { aliases[original, default: []].append(origins[place]?.path ?? stored[place].name) }
    }
    let kept = stored.indices.filter { repeats[$0] == nil }
    let candidates = kept.map { Self.candidates(stored[$0], origins[$0], naming) }
    let chosen = ObjectNames(candidates)
    sharedNames = SharedObjectNames(chosen, keys: kept.map { stored[$0].name }, naming: naming, source: source)
    let named = kept.indices.map { index in
      var descriptor = stored[kept[index]]
      descriptor.name = chosen.names[index]
      return (index: index, descriptor: descriptor)
    }.sorted { $0.descriptor.name.precedesInBytes($1.descriptor.name) }
    descriptors = named.map(\.descriptor)
    places = named.map { kept[$0.index] }
    self.candidates = named.map { candidates[$0.index] }
    self.aliases = aliases
  }

  /// A tensor's names, the one that is wanted first and the key last.
  private static func candidates(
    _ descriptor: TensorDescriptor, _ origin: TensorOrigin?, _ naming: ObjectNaming
  ) -> [String] {
    let path = origin?.path ?? descriptor.name
    let all =
      switch naming {
      case .keys: [descriptor.name]
      case .paths: [path, descriptor.name]
      case .fullNames: [origin?.fullName ?? path, path, descriptor.name]
      }
    return all.enumerated().filter { $0.offset == 0 || !$0.element.equalsInBytes(all[$0.offset - 1]) }.map(\.element)
  }

  private static func repeats(in source: any TensorSource, _ origins: [TensorOrigin?]) -> [Int?] {
    var members: [ByteString: [SharedVariables.Member]] = [:]
    for (place, descriptor) in source.descriptors.enumerated() {
      guard let origin = origins[place], let name = origin.fullName else { continue }
      members[ByteString(name), default: []].append(
        SharedVariables.Member(place: place, path: origin.path ?? descriptor.name, descriptor: descriptor))
    }
    let found = SharedVariables(count: source.descriptors.count, members: Array(members.values)) { descriptor in
      if let known = (source as? any ChecksumListing)?.storedChecksum(of: descriptor) { return "stored \(known)" }
      return try? TensorDigest(of: descriptor, in: source, pieceByteCount: 1 << 18).text
    }
    return found.originals
  }

  // MARK: - Some of the tensors

  /// The name that a tensor would have if no other tensor wanted it.
  package func wantedName(of descriptor: TensorDescriptor) -> String? {
    descriptors.index(ofName: descriptor.name).map { candidates[$0][0] }
  }

  /// The names that some of the tensors would have if there were no others, in their order, and the note on names that
  /// several still want.
  package func names(among kept: [TensorDescriptor]) -> (names: [String], shared: SharedObjectNames?) {
    let indices = kept.map { descriptors.index(ofName: $0.name) }
    let chosen = ObjectNames(
      zip(kept, indices).map { descriptor, index in index.map { candidates[$0] } ?? [descriptor.name] })
    let keys = zip(kept, indices).map { descriptor, index in
      index.map { source.descriptors[places[$0]].name } ?? descriptor.name
    }
    return (chosen.names, SharedObjectNames(chosen, keys: keys, naming: naming, source: source))
  }

  // MARK: - What the source says

  /// The format in words.
  package var format: String { source.format }
  /// The checkpoint's files.
  package var files: [SourceFile] { source.files }
  /// What the checkpoint says about itself.
  package var metadata: [String: String] { source.metadata }
  /// Whether the underlying source carries checksums.
  package var hasChecksums: Bool { source.hasChecksums }
  /// Whether it is a checkpoint, as all sources with objects are.
  package var isCheckpoint: Bool { source.isCheckpoint }
  /// What opening found wrong, with tensors named by their keys, and a note on names that several tensors share.
  package var problems: [SourceProblem] {
    source.problems + (sharedNames.map { [SourceProblem(tensor: nil, error: $0, severity: .note)] } ?? [])
  }

  package func setReadObserver(_ observer: (any ReadObserver)?) {
    (source as? any ReadObservable)?.setReadObserver(observer)
  }

  /// What is known about a tensor besides its name.
  package func origin(of descriptor: TensorDescriptor) -> TensorOrigin? {
    guard let index = descriptors.index(ofName: descriptor.name) else { return nil }
    guard var origin = source.origin(of: source.descriptors[places[index]]) else { return nil }
    if let more = aliases[places[index]] {
      func length(_ path: String) -> Int { path.utf8.count { $0 == UInt8(ascii: "/") } }
      origin.aliases = (origin.aliases + more).sorted {
        length($0) == length($1) ? $0.precedesInBytes($1) : length($0) < length($1)
      }
    }
    return origin
  }

  /// Reads the elements of one fixed-width tensor; see `TensorSource`.
  package func read(_ descriptor: TensorDescriptor, maximumByteCount: Int, _ body: (RawSpan) throws -> Void) throws {
    try source.read(stored(descriptor), maximumByteCount: maximumByteCount, body)
  }

  /// Where the elements are under their stored name.
  package func storedElements(of descriptor: TensorDescriptor) throws -> StoredElements? {
    try source.placeOfElements(of: stored(descriptor))
  }

  /// Reads the elements of one string tensor.
  package func readStrings(_ descriptor: TensorDescriptor) throws -> [[UInt8]] {
    try source.readStrings(stored(descriptor))
  }

  private func stored(_ descriptor: TensorDescriptor) throws(MissingTensorError) -> TensorDescriptor {
    guard let place = descriptors.index(ofName: descriptor.name) else {
      throw MissingTensorError(names: [descriptor.name], source: self)
    }
    return source.descriptors[places[place]]
  }
}

/// A source that knows checksums of its tensors without reading them.
package protocol ChecksumListing: TensorSource {
  /// The checksum of a tensor's elements as they are stored; nil if the source has none for the whole tensor.
  func storedChecksum(of descriptor: TensorDescriptor) -> UInt32?
}
