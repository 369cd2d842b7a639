internal import Kernels
package import Messages

/// A layer of a plan in words and numbers: a row of the printed table.
package struct PlannedLayer: Sendable, Equatable {
  /// The layer's scope below `InceptionV3/`; a name made up for several that are computed as one.
  package var name: String
  /// The layers that it computes; more than one where 1x1 convolutions of one map are one product.
  package var scopes: [String]
  /// Rows and columns of the window, stride and padding, such as `3x3/2 valid`.
  package var window: String
  /// The map that it reads, `[n, h, w, c]`.
  package var input: [Int]
  /// The map or the range of channels that it writes, `[n, h, w, c]`.
  package var output: [Int]
  /// Multiplications of its definition; 0 for pools.
  package var multiplicationCount: Int
  /// Multiplications that its algorithm leaves.
  package var remainingMultiplicationCount: Int
  /// How it is computed.
  package var algorithm: String
  /// Columns of the panels that its weights are packed in, each width once; none for pools.
  package var panelColumns: [Int]
  /// Why it is computed so.
  package var reason: Message
  /// Where its output starts in the memory of activations, in bytes.
  package var byteOffset: Int
}

extension InceptionV3Plan {
  /// The layers in the order they run.
  package var layers: [PlannedLayer] {
    steps.map(row)
  }

  private func row(_ step: Step) -> PlannedLayer {
    let (input, output) = (step.input.layout.shape, step.output.layout.shape)
    var row = PlannedLayer(
      name: step.name, scopes: [step.name], window: "", input: Self.dimensions(input), output: Self.dimensions(output),
      multiplicationCount: step.multiplicationCount, remainingMultiplicationCount: step.multiplicationCount,
      algorithm: "", panelColumns: Set(step.layouts.map(\.panelColumns)).sorted(), reason: "",
      byteOffset: ((offsets[step.output.value] ?? 0) + step.output.channel) * MemoryLayout<Float>.stride)
    switch step.operation {
    case .convolution(_, let window, let algorithm):
      row.window = "\(window)"
      row.algorithm = "\(algorithm)"
      row.reason = algorithm.reason(for: window, input: input, output: output)
      row.remainingMultiplicationCount = algorithm.multiplicationCount(for: window, input: input, output: output)
    case .pool(let pooling, let window):
      row.window = "\(window)"
      row.algorithm = "\(pooling)"
      row.reason = "a pool"
    case .branches(let branches):
      row.scopes = branches.map(\.name)
      row.window = "1x1/1 same"
      row.algorithm = "\(branches.first?.algorithm ?? .product)"
      row.reason = Self.reason(forBranchesBy: branches.first?.algorithm ?? .product)
      row.output[3] = branches.reduce(0) { $0 + $1.output.layout.shape.channels }
    case .finishingAverage(_, let window):
      row.window = "\(window)"
      row.algorithm = "average, bias, ReLU"
      row.reason = "an average may follow its 1x1 convolution, after which there are fewer channels"
    }
    return row
  }

  private static func reason(forBranchesBy algorithm: ConvolutionAlgorithm) -> Message {
    switch algorithm {
    case .split(.six):
      "1x1 convolutions of one map: one product reads it once; six products on tiles of bf16 take less time than one of float32"
    case .split(.three):
      "1x1 convolutions of one map: one product reads it once; three products on tiles of bf16 take less time than one of float32"
    case .reference, .product, .indirectProduct, .winograd: "1x1 convolutions of one map: one product reads it once"
    }
  }

  private static func dimensions(_ shape: MapShape) -> [Int] {
    [shape.count, shape.height, shape.width, shape.channels]
  }
}
