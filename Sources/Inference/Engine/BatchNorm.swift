internal import Tensors

/// Batch normalization by stored statistics, folded into the convolution before it.
///
/// `beta + gamma (x - mean) / sqrt(variance + epsilon)` is `x scale + bias`; the scale goes into the weights' columns.
/// Both are computed in double precision and rounded once.
struct BatchNorm {
  /// `[channels]`, multiplied into the columns of the weights; nil if the weights already include it.
  let scale: [Float]?
  /// `[channels]`.
  let bias: [Float]

  /// What TF-slim's Inception v3 adds to a variance.
  static let epsilon = 0.001

  /// Folds statistics of equal length; without `gamma` it counts as 1, as in im2txt.
  init(beta: [Float], mean: [Float], variance: [Float], gamma: [Float]?) {
    let scales = variance.indices.map { channel in
      Double(gamma?[channel] ?? 1) / (Double(variance[channel]) + Self.epsilon).squareRoot()
    }
    scale = scales.map { Float($0) }
    bias = scales.indices.map { Float(Double(beta[$0]) - Double(mean[$0]) * scales[$0]) }
  }

  private init(scale: [Float]?, bias: [Float]) {
    self.scale = scale
    self.bias = bias
  }

  /// Reads the statistics, or the bias that is left of them, of a convolution with that many channels.
  init(reading names: TensorNames.Convolution, channels: Int, from reader: FloatReader) throws {
    func read(_ descriptor: TensorDescriptor) throws -> [Float] {
      try reader.check(descriptor, [channels])
      return try reader.floats(descriptor)
    }
    switch names.normalization {
    case .statistics(let beta, let mean, let variance, let gamma):
      try self.init(beta: read(beta), mean: read(mean), variance: read(variance), gamma: gamma.map(read))
    case .folded(let bias): self.init(scale: nil, bias: try read(bias))
    }
  }
}
