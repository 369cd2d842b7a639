/// How a model is loaded and run.
public struct EngineOptions: Sendable, Equatable {
  /// Threads that work on one call, the caller's included; nil for as many as the machine has active cores.
  /// Results have the same bits whatever the number, which is clamped to 1...256.
  public var threadCount: Int?
  /// Whether every layer runs on the scalar kernels that define it. Slow; use it to find out which kernel is wrong.
  public var usesReferenceKernels: Bool
  /// How close to float32 the network computes, where that makes it faster.
  public var precision: Precision
  /// Which of the fast kernels compute which convolutions, whatever the precision; nil to let the precision decide.
  private var chosenAlgorithms: AlgorithmMix?

  /// The default options: all cores, the fast kernels, as exact as float32.
  public init(threadCount: Int? = nil, usesReferenceKernels: Bool = false, precision: Precision = .exact) {
    self.threadCount = threadCount
    self.usesReferenceKernels = usesReferenceKernels
    self.precision = precision
  }

  /// Which of the fast kernels compute which convolutions.
  package var algorithms: AlgorithmMix { chosenAlgorithms ?? .mix(for: precision) }

  /// Options with a choice of kernels.
  package init(threadCount: Int? = nil, usesReferenceKernels: Bool = false, algorithms: AlgorithmMix) {
    self.init(threadCount: threadCount, usesReferenceKernels: usesReferenceKernels)
    chosenAlgorithms = algorithms
  }
}
