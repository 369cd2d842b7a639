internal import Messages
package import Tensors

/// Folds batch normalizations into the convolutions before them: a kernel and a bias instead of a kernel and three statistics.
///
/// Scales and biases are computed in double precision and rounded once, as the engine does when it loads a model, and
/// multiplied in float32 as the engine does. The engine therefore computes the same bits from a folded file.
package enum BatchNormFolding {
  /// Shows a canonical source in which every convolution of Inception v3 with a complete normalization is folded.
  ///
  /// - Throws: `MappingDefect.nothingToFold` if there is none.
  package static func fold(_ source: any TensorSource) throws -> any TensorSource {
    let lookup = { (name: String) in source.descriptor(named: name) }
    var tensors: [(name: String, expression: TensorExpression)] = []
    var used: Set<String> = []
    for layer in InceptionV3Layers.all where lookup(layer.biasesName) == nil {
      let statistics = layer.normalizationNames
      let names = TensorExpression.NormalizationNames(
        beta: statistics[0], mean: statistics[1], variance: statistics[2],
        gamma: lookup(layer.gammaName) == nil ? nil : layer.gammaName)
      let kernel = TensorExpression.foldedKernel(weights: layer.weightsName, names)
      guard kernel.kind(lookup) != nil else { continue }
      tensors += [(layer.weightsName, kernel), (layer.biasesName, .foldedBias(names))]
      used.formUnion(kernel.inputs)
    }
    guard !tensors.isEmpty else { throw MappingError(.nothingToFold, file: source.files.first?.path) }
    tensors += source.descriptors.filter { !used.contains($0.name) }.map { ($0.name, .stored($0.name)) }
    return try DerivedSource(source, tensors: tensors)
  }
}
