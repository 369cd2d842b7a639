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

@Suite("Conv2D")
struct Conv2DTests {
  /// Inputs of a case, from a seed of its own.
  private struct Data {
    let inputLayout: MapLayout
    let outputLayout: MapLayout
    let input, weights, bias: [Float]

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
      _ window: Window, rectifies: Bool = false, threads: Int = 2, variant: KernelVariant = .chosen
    ) -> [Float] {
      let depth = window.tapCount * inputLayout.shape.channels
      let packed = PackedMatrix(rows: weights.span, depth: depth, columnCount: bias.count, bias: bias)
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

  @Test("every variant gives what the definition gives, and writes nothing else", arguments: ConvolutionCase.all)
  func agrees(row: ConvolutionCase) throws {
    let data = try Data(row)
    let expected = data.reference(row.window)
    let depth = row.window.tapCount * row.input.channels
    let tolerances = data.magnitudes(row.window).map { sumTolerance(depth: depth, magnitude: $0) }
    #expect(!KernelVariant.available.isEmpty)
    for variant in KernelVariant.available {
      let found = data.fast(row.window, variant: variant)
      #expect(firstDifference(found, expected, within: tolerances) == nil, "\(variant)")
    }
  }

  @Test("the number of threads does not show in the bits", arguments: ConvolutionCase.all)
  func threads(row: ConvolutionCase) throws {
    let data = try Data(row)
    let alone = data.fast(row.window, rectifies: true, threads: 1)
    for threads in [2, 3, 16] {
      #expect(haveSameBits(data.fast(row.window, rectifies: true, threads: threads), alone), "\(threads) threads")
    }
  }

  @Test("ReLU makes negative results 0 and keeps NaN")
  func rectifies() throws {
    let row = ConvolutionCase(ConvolutionCase.map(4, 4, 3), 17, Window(3, 3))
    let data = try Data(row)
    let plain = data.fast(row.window)
    #expect(plain.contains { $0 < 0 })
    #expect(haveSameBits(data.fast(row.window, rectifies: true), plain.map { $0 < 0 ? 0 : $0 }))
    #expect(data.reference(row.window, rectifies: true) == data.reference(row.window).map { $0 < 0 ? 0 : $0 })
  }

  @Test("a NaN reaches exactly the outputs whose window it lies in", arguments: [false, true])
  func poison(rectifies: Bool) throws {
    // One cell of a 5x6 map: with a 3x3 window it is seen by the nine outputs around it.
    let (layout, window) = (MapLayout(MapShape(height: 5, width: 6, channels: 4)), Window(3, 3))
    let outputLayout = MapLayout(MapShape(height: 5, width: 6, channels: 17))
    var input = [Float](repeating: 1, count: layout.spanCount)
    input[(2 * 6 + 3) * 4 + 1] = .nan
    let weights = [Float](repeating: 0.5, count: 9 * 4 * 17)
    let bias = [Float](repeating: -1, count: 17)
    let packed = PackedMatrix(rows: weights.span, depth: 36, columnCount: 17, bias: bias)
    let expected = (0..<30).flatMap { pixel -> [Bool] in
      let (y, x) = pixel.quotientAndRemainder(dividingBy: 6)
      return Array(repeating: (1...3).contains(y) && (2...4).contains(x), count: 17)
    }
    var output = [Float](repeating: 0, count: outputLayout.spanCount)
    var span = output.mutableSpan
    Conv2D.reference(
      input.span, layout, window: window, weights: weights.span, bias: bias.span, rectifies: rectifies, output: &span,
      outputLayout)
    #expect(output.map(\.isNaN) == expected)
    for variant in KernelVariant.available {
      output = [Float](repeating: 0, count: outputLayout.spanCount)
      var span = output.mutableSpan
      Conv2D.run(
        input.span, layout, window: window, weights: packed, rectifies: rectifies, output: &span, outputLayout,
        on: WorkerPool(threadCount: 2), variant: variant)
      #expect(output.map(\.isNaN) == expected, "\(variant)")
    }
  }

  @Test("weights of another depth are a mistake of the caller")
  func wrongDepth() async {
    await #expect(processExitsWith: .failure) {
      let rows = [Float](repeating: 0, count: 6)
      let packed = PackedMatrix(rows: rows.span, depth: 3, columnCount: 2)
      let input = [Float](repeating: 0, count: 4)
      var output = [Float](repeating: 0, count: 2)
      var span = output.mutableSpan
      Conv2D.run(
        input.span, MapLayout(MapShape(height: 1, width: 1, channels: 4)), window: Window(1, 1), weights: packed,
        rectifies: false, output: &span, MapLayout(MapShape(height: 1, width: 1, channels: 2)),
        on: WorkerPool(threadCount: 1))
    }
  }
}
