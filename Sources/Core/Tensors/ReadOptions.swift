/// How a source is opened and read.
public struct ReadOptions: Sendable, Equatable {
  /// Whether checksums are verified if the format carries them. Structure is always checked.
  public var verifiesChecksums = true

  /// Under which names the tensors of an object-based checkpoint are shown; other sources have one name for each.
  public var objectNaming = ObjectNaming.keys

  /// Whether a pickle that would run code in Python is read without what that code returns. Nothing is ever executed.
  public var ignoresCode = false

  /// Checksums on, names as they are stored.
  public init(verifiesChecksums: Bool = true, objectNaming: ObjectNaming = .keys) {
    self.verifiesChecksums = verifiesChecksums
    self.objectNaming = objectNaming
  }
}
