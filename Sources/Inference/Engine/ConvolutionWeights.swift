internal import Kernels

/// The weights of a convolution, in the form that its algorithm reads.
enum ConvolutionWeights: Sendable {
  case direct(DirectWeights)
  /// For Winograd's convolution.
  case transformed(WinogradWeights)
  /// For convolution on tiles of bf16 numbers.
  case split(SplitWeights)

  /// The packed matrix.
  ///
  /// - Precondition: that is its form; the plan gives such steps to no other.
  var matrix: PackedMatrix {
    guard case .direct(.packed(let matrix)) = self else { preconditionFailure("the weights are not packed") }
    return matrix
  }

  /// The split weights.
  ///
  /// - Precondition: that is their form; the plan gives such steps to no other.
  var split: SplitWeights {
    guard case .split(let weights) = self else { preconditionFailure("the weights are not split") }
    return weights
  }

  /// The weights as what a finishing average needs.
  ///
  /// - Precondition: they are packed or split; the plan gives such steps to no other.
  var biased: any PanelWeights {
    switch self {
    case .direct(.packed(let matrix)): matrix
    case .split(let weights): weights
    case .direct(.plain), .transformed: preconditionFailure("the weights are not those of a 1x1 convolution")
    }
  }

  /// Convolves maps with the weights, adds the bias and applies ReLU.
  func convolve(
    _ input: Span<Float>, _ inputLayout: MapLayout, window: Window,
    into output: inout MutableSpan<Float>, _ outputLayout: MapLayout, scratch: inout MutableSpan<Float>,
    on pool: WorkerPool
  ) {
    switch self {
    case .direct(.plain(let rows, let bias)):
      Conv2D.reference(
        input, inputLayout, window: window, weights: rows.span, bias: bias.span, rectifies: true,
        output: &output, outputLayout)
    case .direct(.packed(let matrix)):
      Conv2D.run(
        input, inputLayout, window: window, weights: matrix, rectifies: true, output: &output, outputLayout, on: pool)
    case .transformed(let weights):
      Conv2D.winograd(
        input, inputLayout, window: window, weights: weights, rectifies: true, output: &output, outputLayout,
        scratch: &scratch, on: pool)
    case .split(let weights):
      Conv2D.split(
        input, inputLayout, window: window, weights: weights, rectifies: true, output: &output, outputLayout,
        scratch: &scratch, on: pool)
    }
  }
}
