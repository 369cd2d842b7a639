internal import Kernels

extension EngineOptions {
  /// How close to float32 the network computes. This matters only if the processor multiplies tiles of bf16 numbers
  /// (AMX); elsewhere both are the same.
  public enum Precision: String, Sendable, CaseIterable {
    /// As exact as float32: captions are those of TensorFlow 0.12.1, with log-probabilities within 2e-4.
    case exact
    /// Each product of floats is three products of bf16 numbers, which keep 16 bits. Captions have the same words in the same order, and
    /// log-probabilities are within 1e-3.
    case fast
  }
}

extension AlgorithmMix {
  /// The mix that a precision asks for, on those kernels.
  static func mix(for precision: EngineOptions.Precision, on variant: KernelVariant = .chosen) -> AlgorithmMix {
    guard variant.hasTiles else { return .standard }
    return precision == .fast ? .fastSplit : .exactSplit
  }

  /// Whether it runs on emulated tiles here, whose times are meaningless.
  package var isEmulated: Bool {
    (self == .exactSplit || self == .fastSplit) && "\(KernelVariant.chosen)" != "amx"
  }
}
