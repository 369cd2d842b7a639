internal import Kernels
internal import Messages

extension ConvolutionAlgorithm {
  /// Why a convolution is computed like this.
  func reason(for window: Window, input: MapShape, output: MapShape) -> Message {
    switch self {
    case .reference: "the definition was asked for"
    case .product: "1x1 at stride 1: the map is already a matrix"
    case .indirectProduct where window.tapCount == 1 || window.stride > 1:
      "stride \(window.stride): neighboring outputs share too few inputs for a transform"
    case .indirectProduct where min(input.channels, output.channels) < Self.leastChannelCount:
      "fewer than \(Self.leastChannelCount) channels: transforms would take longer than the products that they save"
    case .indirectProduct: "the mix has no transform for this window"
    case .winograd(let transform) where Self.isSmall(output) && transform.tapCount == 3 && transform.outputCount == 2:
      "a small map: reading the weights takes most of the time, and the smallest tile has the fewest weights"
    case .split(.three): "fast precision: on tiles of bf16, three products take less time than one of float32"
    case .split(.six) where window.tapCount == 1 || window.stride > 1:
      "no transform fits: on tiles of bf16, six products take less time than one of float32, and are as exact"
    case .split(.six): "a small map: six products on tiles of bf16 take less time than reading a transform's weights"
    case .winograd: "stride 1: fewer multiplications, in the tile that the mix has for this window"
    }
  }

  /// Multiplications that are left of a convolution's.
  func multiplicationCount(for window: Window, input: MapShape, output: MapShape) -> Int {
    if case .winograd(let transform) = self {
      return Conv2D.winogradMultiplicationCount(window: window, input: input, output: output, transform: transform)
    }
    return window.tapCount * input.channels * output.elementCount
  }
}
