import Kernels
import Testing

/// A convolution, small or cut out of the network.
struct ConvolutionCase: Sendable, CustomTestStringConvertible {
  var input: MapShape
  var outputs: Int
  var window: Window
  /// Floats between the channels of one pixel and those of the next, in the input and in the output.
  var inputGap = 0
  var outputGap = 0

  init(_ input: MapShape, _ outputs: Int, _ window: Window, inputGap: Int = 0, outputGap: Int = 0) {
    (self.input, self.outputs, self.window) = (input, outputs, window)
    (self.inputGap, self.outputGap) = (inputGap, outputGap)
  }

  var testDescription: String { "\(input) -> \(outputs), \(window), gaps \(inputGap) and \(outputGap)" }

  static func map(_ height: Int, _ width: Int, _ channels: Int, count: Int = 1) -> MapShape {
    MapShape(count: count, height: height, width: width, channels: channels)
  }

  static let all: [Self] = [
    // One of everything.
    Self(map(1, 1, 1), 1, Window(1, 1)),
    // Channels around the lanes of a vector, outputs around the columns of a panel.
    Self(map(2, 3, 7), 7, Window(1, 1)),
    Self(map(2, 3, 8), 8, Window(1, 1)),
    Self(map(2, 3, 9), 9, Window(1, 1)),
    Self(map(3, 3, 15), 15, Window(1, 1)),
    Self(map(3, 3, 16), 16, Window(1, 1)),
    Self(map(3, 3, 17), 17, Window(1, 1)),
    Self(map(3, 3, 31), 33, Window(1, 1)),
    // Rows around the height of a tile: 5, 6, 7 and 12 pixels.
    Self(map(1, 5, 4), 3, Window(1, 1)),
    Self(map(1, 6, 4), 3, Window(1, 1)),
    Self(map(1, 7, 4), 3, Window(1, 1)),
    Self(map(3, 4, 4), 3, Window(1, 1)),
    // Windows larger than the map.
    Self(map(1, 1, 5), 4, Window(3, 3)),
    Self(map(2, 2, 5), 4, Window(5, 5)),
    Self(map(1, 3, 3), 4, Window(1, 7)),
    Self(map(3, 1, 3), 4, Window(7, 1)),
    // Strides and paddings; even extents pad on one side only.
    Self(map(7, 7, 3), 5, Window(3, 3, stride: 2, padding: .valid)),
    Self(map(8, 8, 3), 5, Window(3, 3, stride: 2, padding: .valid)),
    Self(map(7, 8, 3), 5, Window(3, 3, stride: 2)),
    Self(map(9, 9, 2), 5, Window(2, 2)),
    Self(map(9, 5, 2), 5, Window(4, 2, stride: 3)),
    Self(map(6, 6, 3), 5, Window(1, 1, stride: 2)),
    Self(map(5, 6, 3), 18, Window(3, 2, padding: .valid)),
    // Ranges of channels in wider maps; a gap keeps the taps of a row apart.
    Self(map(5, 5, 6), 20, Window(3, 3), inputGap: 3, outputGap: 5),
    Self(map(5, 5, 6), 20, Window(3, 3, padding: .valid), inputGap: 3, outputGap: 5),
    Self(map(5, 5, 6), 20, Window(1, 1), inputGap: 1, outputGap: 1),
    // Batches and primes.
    Self(map(5, 7, 11, count: 3), 13, Window(3, 3)),
    Self(map(5, 7, 11, count: 2), 37, Window(5, 5, padding: .valid)),
    // Layers of Inception v3, with fewer pixels.
    Self(map(9, 9, 3), 32, Window(3, 3, stride: 2, padding: .valid)),
    Self(map(5, 9, 80), 48, Window(3, 3, padding: .valid)),
    Self(map(3, 7, 48), 64, Window(5, 5)),
    Self(map(2, 17, 128), 48, Window(1, 7)),
    Self(map(17, 2, 128), 48, Window(7, 1)),
    Self(map(2, 4, 448), 32, Window(3, 3)),
  ]
}

/// Inputs of a case, from a seed of its own.
struct ConvolutionData {
  let inputLayout: MapLayout
  let outputLayout: MapLayout
  var input, weights, bias: [Float]

  init(_ row: ConvolutionCase) throws {
    let output = try #require(row.window.output(of: row.input, channels: row.outputs))
    inputLayout = MapLayout(row.input, pixelStride: row.input.channels + row.inputGap)
    outputLayout = MapLayout(output, pixelStride: row.outputs + row.outputGap)
    var generator = SeededGenerator(seed: UInt64(row.input.elementCount * 1000 + row.outputs))
    input = generator.floats(inputLayout.spanCount)
    weights = generator.floats(row.window.tapCount * row.input.channels * row.outputs)
    bias = generator.floats(row.outputs)
  }

  func reference(_ window: Window, rectifies: Bool = false) -> [Float] {
    var output = [Float](repeating: canary, count: outputLayout.spanCount)
    var span = output.mutableSpan
    Conv2D.reference(
      input.span, inputLayout, window: window, weights: weights.span, bias: bias.span, rectifies: rectifies,
      output: &span,
      outputLayout)
    return output
  }

  func fast(
    _ window: Window, rectifies: Bool = false, threads: Int = 2, layout: PanelLayout? = nil,
    variant: KernelVariant = .chosen
  ) -> [Float] {
    let depth = window.tapCount * inputLayout.shape.channels
    let packed = PackedMatrix(
      rows: weights.span, depth: depth, layout: layout ?? PanelLayout(columnCount: bias.count), bias: bias)
    var output = [Float](repeating: canary, count: outputLayout.spanCount)
    var span = output.mutableSpan
    Conv2D.run(
      input.span, inputLayout, window: window, weights: packed, rectifies: rectifies, output: &span, outputLayout,
      on: WorkerPool(threadCount: threads), variant: variant)
    return output
  }

  /// The sums of the products' magnitudes, which bound the rounding of every output.
  func magnitudes(_ window: Window) -> [Float] {
    let (input, weights, bias) = (input.map(abs), weights.map(abs), bias.map(abs))
    var output = [Float](repeating: 0, count: outputLayout.spanCount)
    var span = output.mutableSpan
    Conv2D.reference(
      input.span, inputLayout, window: window, weights: weights.span, bias: bias.span, rectifies: false,
      output: &span,
      outputLayout)
    return output
  }
}
