internal import ModelMapping
package import Tensors

/// The kernels of a convolution over a picture, as small pictures themselves.
package struct KernelSheet: Sendable, Equatable {
  /// The order of a kernel's axes.
  package enum Layout: Sendable, Equatable {
    /// `[height, width, 3, kernels]`, as in TensorFlow and Keras.
    case hwio
    /// `[kernels, 3, height, width]`, as in PyTorch.
    case oihw
  }

  /// One kernel.
  package struct Kernel: Sendable, Equatable {
    /// `[height, width, 3]`, as stored.
    package fileprivate(set) var values: [Float]
    /// The largest magnitude among the finite values; 0 if there is none.
    package fileprivate(set) var reach: Float = 0
    /// How many values are NaN or infinite.
    package fileprivate(set) var nonFiniteCount = 0
  }

  /// The tensor.
  package let name: String
  /// The order of its axes.
  package let layout: Layout
  /// Rows of a kernel.
  package let height: Int
  /// Columns of a kernel.
  package let width: Int
  /// How many kernels the tensor has.
  package let kernelCount: Int
  /// The first of them.
  package private(set) var kernels: [Kernel]

  /// The largest reach of the kernels shown.
  package var reach: Float { kernels.map(\.reach).max() ?? 0 }

  /// More kernels than this are not shown.
  package static let maximumKernelCount = 256
  /// Kernels with more rows or columns are not those of a convolution.
  private static let maximumExtent = 64
  /// A tensor with more elements is not read.
  static let maximumElementCount = 1 << 24

  /// Reads the kernels of a tensor; nil if it does not hold kernels over three channels.
  ///
  /// - Throws: what the source throws.
  package init?(of descriptor: TensorDescriptor, in source: some TensorSource) throws {
    guard let layout = Self.layout(of: descriptor), descriptor.shape.elementCount <= Self.maximumElementCount else {
      return nil
    }
    let extents = descriptor.shape.dimensions
    name = descriptor.name
    self.layout = layout
    (height, width, kernelCount) =
      layout == .hwio ? (extents[0], extents[1], extents[3]) : (extents[2], extents[3], extents[0])
    let area = height * width
    kernels = Array(
      repeating: Kernel(values: Array(repeating: 0, count: area * 3)),
      count: min(kernelCount, Self.maximumKernelCount))
    var kernels = kernels
    let kernelCount = kernelCount
    try source.readNumbers(descriptor) { start, numbers in
      for (offset, number) in numbers.enumerated() {
        let place = start + offset
        let (kernel, element): (Int, Int)
        switch layout {
        case .hwio: (kernel, element) = (place % kernelCount, place / kernelCount)
        case .oihw:
          let (channel, pixel) = (place / area % 3, place % area)
          (kernel, element) = (place / (area * 3), pixel * 3 + channel)
        }
        guard kernel < kernels.count else { continue }
        let value = Float(number)
        kernels[kernel].values[element] = value
        if value.isFinite {
          kernels[kernel].reach = max(kernels[kernel].reach, abs(value))
        } else {
          kernels[kernel].nonFiniteCount += 1
        }
      }
    }
    self.kernels = kernels
  }

  /// The order of a tensor's axes if it holds kernels over three channels; otherwise nil.
  ///
  /// The name shows the framework, and therefore the layout. Under other names, kernels in PyTorch's layout are
  /// recognized because they are square and many: `[3, 3, 16, 16]` is the shape of a later layer in TensorFlow.
  package static func layout(of descriptor: TensorDescriptor) -> Layout? {
    let extents = descriptor.shape.dimensions
    guard extents.count == 4, descriptor.hasNumbers else { return nil }
    func fits(_ channels: Int, _ height: Int, _ width: Int) -> Bool {
      channels == 3 && max(height, width) > 1 && max(height, width) <= maximumExtent
    }
    let isHWIO = fits(extents[2], extents[0], extents[1])
    let isOIHW = fits(extents[1], extents[2], extents[3])
    switch descriptor.name.plainTensorName.scopeAndVariable.variable {
    case "weight": return isOIHW ? .oihw : nil
    case "weights", "kernel", "filter", "W", "0": return isHWIO ? .hwio : nil
    default:
      // If both fit, the layout with the more nearly square window is right.
      if isOIHW, extents[2] == extents[3], extents[0] > 7, !isHWIO || extents[0] != extents[1] { return .oihw }
      return isHWIO ? .hwio : nil
    }
  }
}
