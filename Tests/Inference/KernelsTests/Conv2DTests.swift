import Kernels
import Testing

@Suite("Conv2D")
struct Conv2DTests {
  @Test("every variant gives what the definition gives, and writes nothing else", arguments: ConvolutionCase.all)
  func agrees(row: ConvolutionCase) throws {
    let data = try ConvolutionData(row)
    let expected = data.reference(row.window)
    let depth = row.window.tapCount * row.input.channels
    let tolerances = data.magnitudes(row.window).map { sumTolerance(depth: depth, magnitude: $0) }
    #expect(!KernelVariant.available.isEmpty)
    for (variant, layout) in KernelVariant.layouts(columnCount: row.outputs) {
      let found = data.fast(row.window, layout: layout, variant: variant)
      #expect(firstDifference(found, expected, within: tolerances) == nil, "\(variant), \(layout)")
    }
  }

  @Test("the number of threads does not show in the bits", arguments: ConvolutionCase.all)
  func threads(row: ConvolutionCase) throws {
    let data = try ConvolutionData(row)
    let alone = data.fast(row.window, rectifies: true, threads: 1)
    for threads in [2, 3, 16] {
      #expect(haveSameBits(data.fast(row.window, rectifies: true, threads: threads), alone), "\(threads) threads")
    }
  }

  @Test("ReLU makes negative results 0 and keeps NaN")
  func rectifies() throws {
    let row = ConvolutionCase(ConvolutionCase.map(4, 4, 3), 17, Window(3, 3))
    let data = try ConvolutionData(row)
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
    let packed = PackedMatrix(rows: weights.span, depth: 36, layout: PanelLayout(columnCount: 17), bias: bias)
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
      let packed = PackedMatrix(rows: rows.span, depth: 3, layout: PanelLayout(columnCount: 2))
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
