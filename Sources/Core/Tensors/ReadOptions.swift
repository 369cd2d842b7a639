/// How a source is opened and read.
public struct ReadOptions: Sendable, Equatable {
  /// Whether checksums are verified if the format carries them. Structure is always checked.
  public var verifiesChecksums = true

  /// Under which names the tensors of an object-based checkpoint are shown; other sources have one name for each.
  public var objectNaming = ObjectNaming.keys

  /// Whether a pickle that would run code in Python is read without what that code returns. Nothing is ever executed.
  public var ignoresCode = false

  /// Whether quantized tensors of GGUF and TensorFlow Lite are shown as the float32 that they stand for; otherwise as
  /// they are stored.
  public var dequantizes = false

  /// Checksums on, names and elements as they are stored.
  public init(verifiesChecksums: Bool = true, objectNaming: ObjectNaming = .keys, dequantizes: Bool = false) {
    self.verifiesChecksums = verifiesChecksums
    self.objectNaming = objectNaming
    self.dequantizes = dequantizes
  }
}
