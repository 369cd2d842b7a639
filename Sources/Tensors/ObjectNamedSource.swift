public import Bytes

/// An object-based checkpoint whose tensors are shown under the paths of their objects, or under their full names.
///
/// Everything else, data, files and problems, is that of the checkpoint.
public struct ObjectNamedSource: TensorSource, ReadObservable {
  private let source: any TensorSource
  /// All tensors, sorted by the names that are shown.
  public let descriptors: [TensorDescriptor]
  /// The place in the source's descriptors of each of `descriptors`.
  private let places: [Int]

  /// Renames the tensors of a source.
  ///
  /// - Throws: `ObjectNameCollision` where two would have the same name.
  public init(_ source: any TensorSource, naming: ObjectNaming) throws(ObjectNameCollision) {
    self.source = source
    let named = source.descriptors.enumerated().map { place, descriptor in
      var renamed = descriptor
      renamed.name = Self.name(of: descriptor, origin: source.origin(of: descriptor), naming)
      return (place: place, descriptor: renamed)
    }.sorted { $0.descriptor.name.precedesInBytes($1.descriptor.name) }
    for (first, second) in zip(named, named.dropFirst())
    where first.descriptor.name.equalsInBytes(second.descriptor.name) {
      throw ObjectNameCollision(
        name: first.descriptor.name, keys: [first, second].map { source.descriptors[$0.place].name }, naming: naming,
        path: source.files.first?.path ?? source.format)
    }
    descriptors = named.map(\.descriptor)
    places = named.map(\.place)
  }

  private static func name(of descriptor: TensorDescriptor, origin: TensorOrigin?, _ naming: ObjectNaming) -> String {
    let path = origin?.path ?? descriptor.name
    return switch naming {
    case .keys: descriptor.name
    case .paths: path
    case .fullNames: origin?.fullName ?? path
    }
  }

  /// The format in words.
  public var format: String { source.format }
  /// The checkpoint's files.
  public var files: [SourceFile] { source.files }
  /// What the checkpoint says about itself.
  public var metadata: [String: String] { source.metadata }
  /// Whether the source behind carries checksums.
  public var hasChecksums: Bool { source.hasChecksums }
  /// What opening found wrong; tensors are named there by their keys.
  public var problems: [SourceProblem] { source.problems }

  package func setReadObserver(_ observer: (any ReadObserver)?) {
    (source as? any ReadObservable)?.setReadObserver(observer)
  }

  /// What is known of a tensor beside its name.
  public func origin(of descriptor: TensorDescriptor) -> TensorOrigin? {
    (try? stored(descriptor)).flatMap { source.origin(of: $0) }
  }

  /// Reads the elements of one fixed-width tensor; see `TensorSource`.
  public func read(_ descriptor: TensorDescriptor, maximumByteCount: Int, _ body: (RawSpan) throws -> Void) throws {
    try source.read(stored(descriptor), maximumByteCount: maximumByteCount, body)
  }

  /// Reads the elements of one string tensor.
  public func readStrings(_ descriptor: TensorDescriptor) throws -> [[UInt8]] {
    try source.readStrings(stored(descriptor))
  }

  private func stored(_ descriptor: TensorDescriptor) throws(MissingTensorError) -> TensorDescriptor {
    guard let place = descriptors.index(ofName: descriptor.name) else {
      throw MissingTensorError(names: [descriptor.name], source: self)
    }
    return source.descriptors[places[place]]
  }
}

/// Two tensors of an object-based checkpoint would have the same name.
public struct ObjectNameCollision: DecantError, Equatable {
  /// The name.
  public let name: String
  /// The keys of the two.
  public let keys: [String]
  /// Which names were asked for.
  public let naming: ObjectNaming
  /// The path of the checkpoint's first file.
  public let path: String

  /// Always `usage`: another naming tells the tensors apart.
  public var category: ErrorCategory { .usage }

  /// The name, both keys, and what to do.
  public var description: String {
    let keys = keys.map { "'\($0.escapedForDisplay)'" }.joined(separator: " and ")
    let other = naming == .paths ? ObjectNaming.keys : .paths
    return "\(path.escapedForDisplay): \(keys) have the same name, '\(name.escapedForDisplay)'. "
      + "Programs may use a full name twice; paths and keys are unique. Use --object-names \(other.rawValue)."
  }
}
