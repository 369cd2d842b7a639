@testable import Kernels
import Testing

@Suite("Split bf16")
struct SplitTests {
  static let cases =
    ConvolutionCase.all + [
      // Lines of tiles of several heights, odd numbers of tiles, columns around the width of a tile and of a block.
      ConvolutionCase(ConvolutionCase.map(3, 35, 32), 15, Window(1, 7)),
      ConvolutionCase(ConvolutionCase.map(17, 17, 32, count: 2), 32, Window(7, 1)),
      ConvolutionCase(ConvolutionCase.map(17, 17, 64), 33, Window(1, 1)),
      ConvolutionCase(ConvolutionCase.map(1, 33, 40), 16, Window(3, 3)),
      ConvolutionCase(ConvolutionCase.map(33, 1, 40), 17, Window(3, 3)),
      ConvolutionCase(ConvolutionCase.map(7, 9, 33), 31, Window(3, 3, stride: 2), inputGap: 5, outputGap: 2),
      // Pixels of 4096 bytes are gathered.
      ConvolutionCase(ConvolutionCase.map(2, 3, 2048), 20, Window(1, 1)),
      // Windows that do not reach the map's last pixels.
      ConvolutionCase(ConvolutionCase.map(2, 70, 8), 5, Window(1, 1, stride: 3, padding: .valid)),
    ]

  @Test("tiles give the definition's bits and write nothing else", arguments: cases, SplitTerms.allCases)
  func agrees(row: ConvolutionCase, terms: SplitTerms) throws {
    let data = try ConvolutionData(row)
    #expect(KernelVariant.withTiles.contains { "\($0)" == "amx-emulated" })
    for rectifies in [false, true] {
      let expected = data.splitReference(row.window, terms, rectifies: rectifies)
      for variant in KernelVariant.withTiles {
        let found = data.split(row.window, terms, rectifies: rectifies, variant: variant)
        #expect(firstDifference(found, expected, within: 0) == nil, "\(variant), ReLU \(rectifies)")
      }
    }
  }

  @Test("six products are as exact as float32, three leave out 2^-15 of each product", arguments: cases)
  func exactness(row: ConvolutionCase) throws {
    let data = try ConvolutionData(row)
    let exact = data.reference(row.window)
    let depth = row.window.tapCount * row.input.channels
    let magnitudes = data.magnitudes(row.window)
    // A sum of parts has up to six products for each of the definition's.
    let six = magnitudes.map { sumTolerance(depth: 6 * depth, magnitude: $0) }
    #expect(firstDifference(data.splitReference(row.window, .six), exact, within: six) == nil)
    let three = zip(six, magnitudes).map { $0 + 0x1p-15 * $1 }
    #expect(firstDifference(data.splitReference(row.window, .three), exact, within: three) == nil)
  }

  @Test("the number of threads and the other images do not show in the bits", arguments: cases)
  func threads(row: ConvolutionCase) throws {
    let data = try ConvolutionData(row)
    let alone = data.split(row.window, .three, threads: 1)
    for threads in [2, 3, 16] {
      #expect(haveSameBits(data.split(row.window, .three, threads: threads), alone), "\(threads) threads")
    }
    var one = row
    one.input.count = 1
    let pixels = row.input.height * row.input.width * (row.input.channels + row.inputGap)
    let first = try ConvolutionData(one, input: Array(data.input.prefix(pixels)), like: data)
    let found = first.split(row.window, .three)
    #expect(haveSameBits(Array(found.dropLast(row.outputGap)), Array(alone.prefix(found.count - row.outputGap))))
  }

  @Test("a batch that is split in several turns has the bits of its images alone")
  func turns() throws {
    let row = ConvolutionCase(ConvolutionCase.map(80, 80, 96, count: 8), 3, Window(3, 3))
    #expect(
      SplitProduct.imagesPerTurn(
        row.window, input: row.input, output: try #require(row.window.output(of: row.input, channels: 3)), terms: .three
      ) < 8)
    let data = try ConvolutionData(row)
    let all = data.split(row.window, .three)
    var one = row
    one.input.count = 1
    let last = try ConvolutionData(one, input: Array(data.input.suffix(80 * 80 * 96)), like: data)
    #expect(haveSameBits(last.split(row.window, .three), Array(all.suffix(80 * 80 * 3))))
  }

  @Test("several 1x1 convolutions of a map are each what they are alone", arguments: SplitTerms.allCases)
  func branches(terms: SplitTerms) throws {
    let shape = ConvolutionCase.map(7, 9, 40, count: 2)
    let widths = [17, 32, 5]
    let rows = widths.map { ConvolutionCase(shape, $0, Window(1, 1), inputGap: 3) }
    let data = try rows.map { try ConvolutionData($0) }
    let input = data[0].input
    let weights = zip(rows, data).map { row, data in
      SplitWeights(
        data.weights.span, window: row.window, depth: 40, columnCount: row.outputs, bias: data.bias, terms: terms)
    }
    // They lie side by side, with a gap after the last.
    let (starts, stride) = ([0, 17, 49], 60)
    var together = [Float](repeating: canary, count: shape.pixelCount * stride)
    let scratchCount = Conv2D.splitScratchCount(window: Window(1, 1), input: shape, output: shape, terms: terms)
    var scratch = [Float](repeating: .nan, count: scratchCount)
    unsafe together.withUnsafeMutableBufferPointer { output in
      let branches = rows.indices.map { index in
        var shape = shape
        shape.channels = widths[index]
        return unsafe Conv2D.Branch(
          weights: weights[index], output: UnsafeMutableBufferPointer(rebasing: output[starts[index]...]),
          MapLayout(shape, pixelStride: stride), finish: index == 2 ? .none : .biasAndReLU)
      }
      var span = scratch.mutableSpan
      Conv2D.splitBranches(
        input.span, data[0].inputLayout, branches, scratch: &span, on: WorkerPool(threadCount: 2),
        variant: .withTiles[0])
    }
    for index in rows.indices {
      let alone = try ConvolutionData(rows[index], input: input, like: data[index])
        .split(rows[index].window, terms, rectifies: true)
      var found = (0..<shape.pixelCount).flatMap { pixel in
        Array(together[pixel * stride + starts[index]..<pixel * stride + starts[index] + widths[index]])
      }
      // The last was left unfinished: bias and ReLU are missing.
      if index == 2 { found = found.indices.map { max(found[$0] + data[2].bias[$0 % 5], 0) } }
      #expect(haveSameBits(found, alone), "branch \(index)")
    }
    for pixel in 0..<shape.pixelCount {
      #expect(together[pixel * stride + 54..<(pixel + 1) * stride].allSatisfy { $0 == canary })
    }
  }

  @Test("NaN and infinities never become numbers", arguments: SplitTerms.allCases, [Float.nan, .infinity, -.infinity])
  func poison(terms: SplitTerms, value: Float) throws {
    // One cell of a 5x6 map of 32 channels: with a 3x3 window it is seen by the nine outputs around it.
    let row = ConvolutionCase(ConvolutionCase.map(5, 6, 32), 17, Window(3, 3))
    var input = try ConvolutionData(row).input
    input[(2 * 6 + 3) * 32 + 1] = value
    let data = try ConvolutionData(row, input: input, like: ConvolutionData(row))
    let expected = (0..<30).flatMap { pixel -> [Bool] in
      let (y, x) = pixel.quotientAndRemainder(dividingBy: 6)
      return Array(repeating: (1...3).contains(y) && (2...4).contains(x), count: 17)
    }
    for rectifies in [false, true] {
      #expect(data.splitReference(row.window, terms, rectifies: rectifies).map(\.isNaN) == expected)
      for variant in KernelVariant.withTiles {
        let found = data.split(row.window, terms, rectifies: rectifies, variant: variant)
        #expect(found.map(\.isNaN) == expected, "\(variant)")
      }
    }
  }

  @Test("subnormal numbers count as 0, and what was in the scratch memory does not show")
  func tiny() throws {
    let row = ConvolutionCase(ConvolutionCase.map(2, 3, 3), 5, Window(2, 2))
    let plain = try ConvolutionData(row)
    let data = try ConvolutionData(row, input: plain.input.map { $0 * 0x1p-130 }, like: plain)
    let bias = data.split(row.window, .six)
    #expect(bias == (0..<6).flatMap { _ in data.bias })
  }

  @Test("weights for another window are a mistake of the caller")
  func wrongWindow() async {
    await #expect(processExitsWith: .failure) {
      let rows = [Float](repeating: 0, count: 6)
      let weights = SplitWeights(rows.span, window: Window(1, 3), depth: 1, columnCount: 2, terms: .three)
      let layout = MapLayout(MapShape(height: 3, width: 3, channels: 1))
      let input = [Float](repeating: 0, count: 9)
      var output = [Float](repeating: 0, count: 18)
      var scratch = [Float](repeating: 0, count: 10000)
      var span = output.mutableSpan
      var scratchSpan = scratch.mutableSpan
      Conv2D.split(
        input.span, layout, window: Window(3, 1), weights: weights, rectifies: false, output: &span,
        MapLayout(MapShape(height: 3, width: 3, channels: 2)), scratch: &scratchSpan,
        on: WorkerPool(threadCount: 1))
    }
  }
}

extension ConvolutionData {
  /// The same convolution of another input.
  fileprivate init(_ row: ConvolutionCase, input: [Float], like other: Self) throws {
    self = try Self(row)
    (self.input, weights, bias) = (input, other.weights, other.bias)
  }

  fileprivate func splitReference(_ window: Window, _ terms: SplitTerms, rectifies: Bool = false) -> [Float] {
    var output = [Float](repeating: canary, count: outputLayout.spanCount)
    var span = output.mutableSpan
    Conv2D.splitReference(
      input.span, inputLayout, window: window, weights: weights.span, bias: bias.span, terms: terms,
      rectifies: rectifies, output: &span, outputLayout)
    return output
  }

  fileprivate func split(
    _ window: Window, _ terms: SplitTerms, rectifies: Bool = false, threads: Int = 2,
    variant: KernelVariant = .withTiles[0]
  ) -> [Float] {
    let packed = SplitWeights(
      weights.span, window: window, depth: inputLayout.shape.channels, columnCount: bias.count, bias: bias,
      terms: terms, variant: variant)
    var output = [Float](repeating: canary, count: outputLayout.spanCount)
    let scratchCount = Conv2D.splitScratchCount(
      window: window, input: inputLayout.shape, output: outputLayout.shape, terms: terms)
    // What another layer left there.
    var scratch = [Float](repeating: .nan, count: scratchCount)
    var span = output.mutableSpan
    var scratchSpan = scratch.mutableSpan
    Conv2D.split(
      input.span, inputLayout, window: window, weights: packed, rectifies: rectifies, output: &span, outputLayout,
      scratch: &scratchSpan, on: WorkerPool(threadCount: threads), variant: variant)
    return output
  }
}
