/// How a model is loaded and run.
public struct EngineOptions: Sendable, Equatable {
  /// Threads that work on one call, the caller's included; nil for as many as the machine has active cores.
  /// Results have the same bits whatever the number, which is clamped to 1...256.
  public var threadCount: Int?
  /// Whether every layer runs on the scalar kernels that define it. Slow; use it to find out which kernel is wrong.
  public var usesReferenceKernels: Bool
  /// Which of the fast kernels compute which convolutions.
  package var algorithms: AlgorithmMix

  /// The default options: all cores and the fast kernels.
  public init(threadCount: Int? = nil, usesReferenceKernels: Bool = false) {
    self.threadCount = threadCount
    self.usesReferenceKernels = usesReferenceKernels
    algorithms = .standard
  }

  /// Options with a choice of kernels.
  package init(threadCount: Int? = nil, usesReferenceKernels: Bool = false, algorithms: AlgorithmMix) {
    self.init(threadCount: threadCount, usesReferenceKernels: usesReferenceKernels)
    self.algorithms = algorithms
  }
}
