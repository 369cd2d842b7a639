/// How a source is opened and read.
public struct ReadOptions: Sendable, Equatable {
  /// Whether checksums are compared wherever the format carries them. Structure is always checked.
  public var verifiesChecksums = true

  /// Checksums on.
  public init(verifiesChecksums: Bool = true) {
    self.verifiesChecksums = verifiesChecksums
  }
}
