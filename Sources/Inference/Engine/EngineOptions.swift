/// How a model is loaded and run.
public struct EngineOptions: Sendable, Equatable {
  /// Threads that work on one call, the caller's included; nil for as many as the machine has active cores.
  /// Results have the same bits whatever the number, which is clamped to 1...256.
  public var threadCount: Int?
  /// Whether every layer runs on the scalar kernels that define it. Slow; for finding out who is wrong.
  public var usesReferenceKernels: Bool
  /// Which of the fast kernels compute which convolutions.
  public var algorithms: AlgorithmMix

  /// All cores and the fast kernels, unless said otherwise.
  public init(threadCount: Int? = nil, usesReferenceKernels: Bool = false, algorithms: AlgorithmMix = .standard) {
    self.threadCount = threadCount
    self.usesReferenceKernels = usesReferenceKernels
    self.algorithms = algorithms
  }
}
