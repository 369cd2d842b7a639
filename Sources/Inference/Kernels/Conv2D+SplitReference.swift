extension Conv2D {
  /// The definition of a convolution on tiles of bf16 numbers, sum by sum.
  ///
  /// The depth is taken in blocks of 32. For each of the products of `terms`, the products at even places of a block are added up, each by a
  /// fused multiply-add, and so are those at odd places; both sums are added, then that to the output's sum. Subnormal numbers
  /// count as 0. The bias comes last.
  ///
  /// - Parameters: as of `reference`, and `terms`, the products of parts that make a product.
  /// - Precondition: counts match the layouts.
  /// - Source: Intel, Software Developer's Manual, volume 2, TDPBF16PS.
  package static func splitReference(
    _ input: Span<Float>, _ inputLayout: MapLayout, window: Window, weights: Span<Float>, bias: Span<Float>,
    terms: SplitTerms, rectifies: Bool, output: inout MutableSpan<Float>, _ outputLayout: MapLayout
  ) {
    let (shape, outputShape) = (inputLayout.shape, outputLayout.shape)
    let expectedShape = window.output(of: shape, channels: outputShape.channels)
    precondition(outputShape == expectedShape, "the window makes another map")
    let depth = window.tapCount * shape.channels
    precondition(weights.count == depth * outputShape.channels, "weights do not fit the maps")
    precondition(bias.count == outputShape.channels, "bias does not fit the map")
    precondition(input.count >= inputLayout.spanCount && output.count >= outputLayout.spanCount, "a map is cut short")
    let origin = window.origin(in: shape)
    let runs = SplitRuns(window, channels: shape.channels)
    let columns = (0..<outputShape.channels).map { o in
      Parts(
        stride(from: o, to: weights.count, by: outputShape.channels).map { weights[$0] }, runs: runs, terms: terms)
    }
    for pixel in 0..<outputShape.pixelCount {
      let (line, x) = pixel.quotientAndRemainder(dividingBy: outputShape.width)
      let (n, y) = line.quotientAndRemainder(dividingBy: outputShape.height)
      var values: [Float] = []
      for tapY in 0..<window.height {
        for tapX in 0..<window.width {
          let (inputY, inputX) = (y * window.stride + origin.y + tapY, x * window.stride + origin.x + tapX)
          let isInside = 0..<shape.height ~= inputY && 0..<shape.width ~= inputX
          let start = ((n * shape.height + inputY) * shape.width + inputX) * inputLayout.pixelStride
          for c in 0..<shape.channels { values.append(isInside ? input[start + c] : 0) }
        }
      }
      let position = Parts(values, runs: runs, terms: terms)
      for o in columns.indices {
        let sum = position.times(columns[o], terms) + bias[o]
        output[pixel * outputLayout.pixelStride + o] = rectifies && sum < 0 ? 0 : sum
      }
    }
  }

  /// The parts of a position's or a column's values, block after block.
  private struct Parts {
    /// `[part][block]`, 32 values each.
    var blocks: [[[Float]]]

    init(_ values: [Float], runs: SplitRuns, terms: SplitTerms) {
      blocks = Array(repeating: [], count: terms.partCount)
      for run in 0..<runs.count {
        var rest = Array(values[run * runs.depth..<(run + 1) * runs.depth])
        rest += Array(repeating: 0, count: runs.blockCount * SplitRuns.blockDepth - runs.depth)
        for part in blocks.indices {
          let nearest = rest.map(\.nearestBF16)
          for start in stride(from: 0, to: nearest.count, by: SplitRuns.blockDepth) {
            blocks[part].append(nearest[start..<start + SplitRuns.blockDepth].map(\.normalOrZero))
          }
          rest = zip(rest, nearest).map { $0 - $1 }
        }
      }
    }

    func times(_ column: Parts, _ terms: SplitTerms) -> Float {
      var sum: Float = 0
      for block in blocks[0].indices {
        for (part, weights) in terms.products {
          let (left, right) = (blocks[part][block], column.blocks[weights][block])
          var (even, odd): (Float, Float) = (0, 0)
          for k in stride(from: 0, to: SplitRuns.blockDepth, by: 2) {
            even = even.addingProduct(left[k], right[k]).normalOrZero
            odd = odd.addingProduct(left[k + 1], right[k + 1]).normalOrZero
          }
          sum = (sum + (even + odd).normalOrZero).normalOrZero
        }
      }
      return sum
    }
  }
}

extension Float {
  /// The nearest number whose lower 16 bits are 0, the even one of two; NaN stays NaN.
  fileprivate var nearestBF16: Float {
    isNaN ? self : Float(bitPattern: (bitPattern + 0x7fff + (bitPattern >> 16 & 1)) & 0xffff_0000)
  }

  /// Itself, or a zero of its sign where it is subnormal.
  fileprivate var normalOrZero: Float {
    isSubnormal ? Float(sign: sign, exponent: 0, significand: 0) : self
  }
}
