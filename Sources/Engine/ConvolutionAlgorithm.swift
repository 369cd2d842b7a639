internal import Kernels

/// How a convolution is computed. The one place that chooses.
package enum ConvolutionAlgorithm: String, Sendable {
  /// The scalar definition.
  case reference
  /// A matrix product straight on the activations: 1x1 windows of stride 1.
  case product
  /// A matrix product whose rows are found through pointers, one per cell of the window.
  case indirectProduct = "indirect product"

  /// The algorithm for a layer.
  static func choose(for window: Window, usesReferenceKernels: Bool) -> Self {
    if usesReferenceKernels { return .reference }
    return window.tapCount == 1 && window.stride == 1 ? .product : .indirectProduct
  }
}
