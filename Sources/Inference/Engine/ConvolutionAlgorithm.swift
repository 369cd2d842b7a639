package import Kernels

/// How a convolution is computed. The one place that chooses.
package enum ConvolutionAlgorithm: Sendable, CustomStringConvertible {
  /// The scalar definition.
  case reference
  /// A matrix product straight on the activations: 1x1 windows of stride 1.
  case product
  /// A matrix product whose rows are found through pointers, one per cell of the window.
  case indirectProduct
  /// Matrix products of transformed tiles, with fewer multiplications.
  case winograd(WinogradTransform)
  /// Matrix products on tiles of bf16 numbers, into which each float is split.
  case split(SplitTerms)

  /// The algorithm for a layer, given the map that it makes.
  ///
  /// On maps of 8x8 pixels, where reading the weights is what takes time, F(2x2, 3x3) has fewer of them. Weights are kept in one form, so
  /// larger batches, for which larger tiles would be a little faster there, use the same.
  static func choose(
    for window: Window, input: MapShape, output: MapShape, from mix: AlgorithmMix, usesReferenceKernels: Bool
  ) -> Self {
    if usesReferenceKernels { return .reference }
    if let terms = mix.splitTerms(for: window, onSmallMap: isSmall(output)) { return .split(terms) }
    if window.tapCount == 1 && window.stride == 1 { return .product }
    // With few channels the transforms take longer than the products that they save.
    guard min(input.channels, output.channels) >= leastChannelCount else { return .indirectProduct }
    let transform = mix.transforms(onSmallMap: isSmall(output)).first { $0.fits(window) }
    return transform.map { .winograd($0) } ?? .indirectProduct
  }

  /// How a layer's output channels are cut into panels of weights.
  func layout(
    for window: Window, input: MapShape, output: MapShape, on variant: KernelVariant = .chosen
  ) -> PanelLayout {
    let (columnCount, depth) = (output.channels, input.channels)
    return switch self {
    case .split: PanelLayout(columnCount: columnCount, panelColumns: SplitWeights.blockWidth)
    case .winograd: variant.panels(columnCount: columnCount, depth: depth)
    case .reference, .product, .indirectProduct:
      variant.panels(columnCount: columnCount, depth: window.tapCount * depth)
    }
  }

  /// Channels from which on a transform pays.
  static let leastChannelCount = 16

  /// Whether a map is so small that reading a layer's weights takes longer than using them.
  static func isSmall(_ map: MapShape) -> Bool {
    map.height * map.width <= 64
  }

  /// The algorithm in words.
  package var description: String {
    switch self {
    case .reference: "reference"
    case .product: "product"
    case .indirectProduct: "indirect product"
    case .winograd(let transform): "Winograd \(transform)"
    case .split(let terms): "split bf16 \(terms)"
    }
  }
}
