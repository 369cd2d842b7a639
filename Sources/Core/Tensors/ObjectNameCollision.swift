internal import Bytes
public import Messages

/// Two tensors of an object-based checkpoint would have the same name.
public struct ObjectNameCollision: DecantError, Equatable {
  /// The name.
  public let name: String
  /// The keys of the two.
  public let keys: [String]
  /// Which names were requested.
  public let naming: ObjectNaming
  /// The path of the checkpoint's first file.
  public let file: String

  /// Always `usage`: another naming tells the tensors apart.
  public var category: ErrorCategory { .usage }

  /// The name, both keys, and what to do.
  public var message: Message {
    "\(file): \(names: keys) have the same name, '\(name)'. Programs may use a full name twice; "
      + "paths and keys are unique. Use --object-names \((naming == .paths ? ObjectNaming.keys : .paths).rawValue)."
  }
}

/// Names that several tensors of an object-based checkpoint share, so that none of them is shown under its name.
package struct SharedObjectNames: DecantError, Equatable {
  /// The first name, with two of its tensors.
  package let first: ObjectNameCollision
  /// How many names there are, and how many tensors want them.
  package let nameCount: Int
  package let tensorCount: Int

  /// Finds a name that several tensors share; nil if every name is unique.
  init?(_ names: ObjectNames, keys: [String], naming: ObjectNaming, source: any TensorSource) {
    guard let shared = names.shared.first else { return nil }
    first = ObjectNameCollision(
      name: shared.name, keys: shared.places.prefix(2).map { keys[$0] }.sorted { $0.precedesInBytes($1) },
      naming: naming, file: source.files.first?.path ?? source.format)
    nameCount = names.shared.count
    tensorCount = names.shared.reduce(0) { $0 + $1.places.count }
  }

  /// Always `usage`, like the collision.
  package var category: ErrorCategory { .usage }

  /// How many tensors, an example, and the names they are shown under.
  package var message: Message {
    """
    \(first.file): \(tensorCount) tensors share \(nameCount == 1 ? "the name" : "\(nameCount) names, such as") \
    '\(first.name)' (\(names: first.keys)). They are shown under their \(first.naming == .paths ? "keys" : "paths"). \
    To give one of them the name, leave the others out with --match or --drop.
    """
  }
}
