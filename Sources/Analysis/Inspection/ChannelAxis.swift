internal import ModelMapping
package import Tensors

/// Which axis of a tensor counts its output channels.
///
/// TensorFlow and Keras keep kernels as `[height, width, in, out]` and `[in, out]`, PyTorch as `[out, in, height, width]` and `[out, in]`.
/// Nothing in a file says which, so names decide: `….weight` is PyTorch's.
package struct ChannelAxis: Sendable {
  private let isPyTorch: Bool

  /// Determines the axis rule from the names and shapes of a source.
  package init(in descriptors: [TensorDescriptor]) {
    isPyTorch = NamingScheme.detect(in: descriptors) == .pytorch
  }

  /// The axis; nil for tensors with fewer than two axes, without numbers, or with more channels than are counted
  /// separately.
  package func axis(of descriptor: TensorDescriptor) -> Int? {
    let dimensions = descriptor.shape.dimensions
    guard dimensions.count >= 2, descriptor.dtype.hasNumbers, descriptor.shape.elementCount > 0 else { return nil }
    let axis =
      isPyTorch || descriptor.name.utf8.reversed().starts(with: ".weight".utf8.reversed()) ? 0 : dimensions.count - 1
    return dimensions[axis] <= ChannelStatistics.maximumCount ? axis : nil
  }
}
