internal import Messages
internal import Tensors

/// Batch normalization as a scale and a bias per channel: `x scale + bias`.
///
/// Both are computed in double precision and rounded once to float32, exactly as the engine does when it loads a model.
package struct FoldedNormalization {
  let scale: [Float]
  let bias: [Float]

  /// What TF-slim's Inception v3 adds to a variance.
  package static let epsilon = 0.001

  init(_ names: TensorExpression.NormalizationNames, in source: any TensorSource) throws {
    func numbers(_ name: String) throws -> [Double] {
      let descriptor = try source.requireDescriptor(named: name)
      guard let format = FloatFormat(descriptor.dtype) else {
        throw MappingError(.doesNotFit, file: source.files.first?.path, tensor: name)
      }
      // The engine computes with float32, whatever is stored.
      return format.numbers(in: try source.readAll(descriptor)).map { Double(Float($0)) }
    }
    let (beta, mean, variance) = (try numbers(names.beta), try numbers(names.mean), try numbers(names.variance))
    let gamma = try names.gamma.map(numbers)
    let scales = variance.indices.map { (gamma?[$0] ?? 1) / (variance[$0] + Self.epsilon).squareRoot() }
    scale = scales.map { Float($0) }
    bias = scales.indices.map { Float(beta[$0] - mean[$0] * scales[$0]) }
  }
}
