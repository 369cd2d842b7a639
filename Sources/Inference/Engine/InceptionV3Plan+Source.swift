package import Tensors

extension InceptionV3Plan {
  /// The most images that go through the network together.
  package static var maximumBatchCount: Int { InceptionV3.maximumBatchCount }

  /// The plan by which a model would encode a batch. Reads names and shapes, no weights.
  ///
  /// - Parameters:
  ///   - source: the model.
  ///   - count: images of the batch, 1...`maximumBatchCount`.
  ///   - options: how the network runs.
  /// - Throws: `MissingTensorError` naming every tensor that is missing; `EngineError` for tensors that do not fit each other.
  /// - Precondition: `count` is in its range.
  package init(of source: any TensorSource, count: Int = 1, options: EngineOptions = EngineOptions()) throws {
    precondition(1...Self.maximumBatchCount ~= count, "a batch of that size is never run")
    let loader = try ModelLoader(source, imageSize: Self.imageSize, mix: options.algorithms)
    self = try InceptionV3Plan(
      count: count, mix: options.algorithms, usesReferenceKernels: options.usesReferenceKernels,
      mergesBranches: !options.usesReferenceKernels
    ) { index, _, _ in loader.widths[index] }
  }
}
