import Kernels
import Testing

@Suite("Winograd's convolution")
struct WinogradTests {
  /// A convolution and a transform that fits it.
  struct Case: Sendable, CustomTestStringConvertible {
    let convolution: ConvolutionCase
    let transform: WinogradTransform

    var testDescription: String { "\(transform): \(convolution.testDescription)" }

    /// Maps smaller than a tile, as large, one larger, primes and real layers; gaps, batches, odd channels.
    static let all: [Self] = WinogradTransform.all.flatMap { transform in
      let r = transform.tapCount
      let windows = transform.isPlane ? [(r, r)] : [(1, r), (r, 1)]
      let (m, n) = (transform.outputCount, transform.extent)
      return windows.flatMap { height, width -> [Self] in
        let same = Window(height, width)
        let valid = Window(height, width, padding: .valid)
        let cases = [
          ConvolutionCase(ConvolutionCase.map(1, 1, 1, count: 1), 1, same),
          ConvolutionCase(ConvolutionCase.map(m, m, 8, count: 1), 16, same),
          ConvolutionCase(ConvolutionCase.map(n, n, 9, count: 1), 17, valid),
          ConvolutionCase(ConvolutionCase.map(m + 1, m + 1, 7, count: 1), 15, same),
          ConvolutionCase(ConvolutionCase.map(n + 1, n + 2, 3, count: 2), 33, valid, inputGap: 3, outputGap: 5),
          ConvolutionCase(ConvolutionCase.map(11, 13, 5, count: 3), 31, same, inputGap: 1, outputGap: 2),
          ConvolutionCase(ConvolutionCase.map(17, 17, 48, count: 1), 40, same),
          ConvolutionCase(ConvolutionCase.map(8, 8, 96, count: 2), 64, same),
        ]
        return cases.map { Self(convolution: $0, transform: transform) }
      }
    }
  }

  @Test("the matrices filter exactly", arguments: WinogradTransform.all)
  func matrices(transform: WinogradTransform) {
    let (input, filter, output) = transform.matrices
    var generator = SeededGenerator(seed: 7)
    let d = generator.floats(transform.extent).map(Double.init)
    let g = generator.floats(transform.tapCount).map(Double.init)
    func product(_ matrix: [[Double]], _ vector: [Double]) -> [Double] {
      matrix.map { zip($0, vector).reduce(0) { $0 + $1.0 * $1.1 } }
    }
    let found = product(output, zip(product(filter, g), product(input, d)).map { $0 * $1 })
    for i in 0..<transform.outputCount {
      let expected = (0..<transform.tapCount).reduce(0) { $0 + g[$1] * d[i + $1] }
      #expect(abs(found[i] - expected) < 1e-12, "output \(i)")
    }
  }

  @Test("every variant gives what the definition gives, and writes nothing else", arguments: Case.all)
  func agrees(row: Case) throws {
    let (window, transform) = (row.convolution.window, row.transform)
    let data = try ConvolutionData(row.convolution)
    let expected = data.reference(window)
    let tolerance = Self.tolerance(transform, depth: row.convolution.input.channels)
    let tolerances = expected.map { $0 == canary ? 0 : tolerance }
    for (variant, layout) in KernelVariant.layouts(columnCount: row.convolution.outputs) {
      let found = data.winograd(window, transform, layout: layout, variant: variant)
      #expect(firstDifference(found, expected, within: tolerances) == nil, "\(variant), \(layout)")
    }
  }

  @Test("the number of threads does not show in the bits", arguments: Case.all)
  func threads(row: Case) throws {
    let data = try ConvolutionData(row.convolution)
    let alone = data.winograd(row.convolution.window, row.transform, rectifies: true, threads: 1)
    #expect(!alone.contains { $0 < 0 && $0 != canary })
    for threads in [2, 3] {
      let found = data.winograd(row.convolution.window, row.transform, rectifies: true, threads: threads)
      #expect(haveSameBits(found, alone), "\(threads) threads")
    }
  }

  @Test("maps that are too large for one turn are computed in several")
  func turns() throws {
    // 36 positions of 40 x 40 tiles of 64 channels are 3.7 million floats.
    let row = ConvolutionCase(ConvolutionCase.map(160, 160, 64), 3, Window(3, 3))
    let data = try ConvolutionData(row)
    let output = data.outputLayout.shape
    let count = Conv2D.winogradScratchCount(
      window: row.window, input: row.input, output: output, transform: .f4x4_3x3,
      layout: PanelLayout(columnCount: 3), threadCount: 2)
    #expect(count < 36 * 40 * 40 * 64)
    let packed = data.fast(row.window)
    let tolerance = Self.tolerance(.f4x4_3x3, depth: 64)
    #expect(firstDifference(data.winograd(row.window, .f4x4_3x3), packed, within: tolerance) == nil)
  }

  /// How far sums of `depth` products of numbers up to 1 may lie from the definition.
  ///
  /// Each of the three transforms and the sum round at every step; the errors are scaled by what the matrices make of numbers up to 1.
  private static func tolerance(_ transform: WinogradTransform, depth: Int) -> Float {
    let (input, filter, output) = transform.matrices
    func norms(_ matrix: [[Double]]) -> [Double] { matrix.map { $0.reduce(0) { $0 + abs($1) } } }
    let products = zip(norms(input), norms(filter)).map { $0 * $1 }
    let growth = output.map { zip($0, products).reduce(0) { $0 + abs($1.0) * $1.1 } }.max() ?? 0
    let axes = transform.isPlane ? 2 : 1
    let steps = depth + axes * 2 * transform.extent + 2
    return Float(Double(steps * depth) * (axes == 2 ? growth * growth : growth)) * 0x1p-24
  }
}

extension ConvolutionData {
  fileprivate func winograd(
    _ window: Window, _ transform: WinogradTransform, rectifies: Bool = false, threads: Int = 2,
    layout: PanelLayout? = nil, variant: KernelVariant = .chosen
  ) -> [Float] {
    let shape = inputLayout.shape
    let layout = layout ?? PanelLayout(columnCount: bias.count)
    let transformed = WinogradWeights(
      weights.span, depth: shape.channels, layout: layout, bias: bias, transform: transform, variant: variant)
    var output = [Float](repeating: canary, count: outputLayout.spanCount)
    let scratchCount = Conv2D.winogradScratchCount(
      window: window, input: shape, output: outputLayout.shape, transform: transform, layout: layout,
      threadCount: threads)
    var scratch = [Float](repeating: .nan, count: scratchCount)
    var span = output.mutableSpan
    var scratchSpan = scratch.mutableSpan
    Conv2D.winograd(
      input.span, inputLayout, window: window, weights: transformed, rectifies: rectifies, output: &span, outputLayout,
      scratch: &scratchSpan, on: WorkerPool(threadCount: threads), variant: variant)
    return output
  }
}
