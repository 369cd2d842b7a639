internal import CDecantKernels

/// Winograd's minimal filtering F(m, r): m outputs of a filter of r taps with m + r - 1 products instead of m r.
///
/// Exact in real numbers. In float32 the error grows with the tile, and depends on the points at which the underlying polynomials
/// are taken; those here are 0, infinity and pairs ±p found by search to be far better than the textbook's.
/// - Source: Winograd, "Arithmetic Complexity of Computations", 1980; Lavin and Gray, arXiv:1509.09308; Barabasz et al., arXiv:1803.10986.
package final class WinogradTransform: Sendable, CustomStringConvertible {
  /// Outputs of a tile along an axis: m.
  package let outputCount: Int
  /// Taps of the filter along an axis: r.
  package let tapCount: Int
  /// Whether both axes of a plane are transformed; else one.
  package let isPlane: Bool
  /// The points ±p.
  private let pairs: [Double]

  private let points, inputEnds, inputPairs, outputPowers: AlignedFloats
  private let filters: [Double]

  /// Inputs of a tile along an axis.
  package var extent: Int { outputCount + tapCount - 1 }
  /// Products of a tile.
  package var positionCount: Int { isPlane ? extent * extent : extent }

  /// 3x3 filters, tiles of 2x2.
  package static let f2x2_3x3 = WinogradTransform(outputs: 2, taps: 3, isPlane: true, pairs: [1])
  /// 3x3 filters, tiles of 4x4.
  package static let f4x4_3x3 = WinogradTransform(outputs: 4, taps: 3, isPlane: true, pairs: [2.0 / 3, 3.0 / 2])
  /// 3x3 filters, tiles of 6x6.
  package static let f6x6_3x3 = WinogradTransform(outputs: 6, taps: 3, isPlane: true, pairs: [0.5, 1, 2])
  /// 5x5 filters, tiles of 4x4.
  package static let f4x4_5x5 = WinogradTransform(outputs: 4, taps: 5, isPlane: true, pairs: [0.5, 1, 2])
  /// 1x3 and 3x1 filters, tiles of 4.
  package static let f4_3 = WinogradTransform(outputs: 4, taps: 3, isPlane: false, pairs: [2.0 / 3, 3.0 / 2])
  /// 1x7 and 7x1 filters, tiles of 4.
  package static let f4_7 = WinogradTransform(outputs: 4, taps: 7, isPlane: false, pairs: [0.4, 0.8, 1.25, 2.5])
  /// 1x7 and 7x1 filters, tiles of 6.
  package static let f6_7 = WinogradTransform(outputs: 6, taps: 7, isPlane: false, pairs: [0.4, 2.0 / 3, 1, 1.5, 2.5])

  /// All transforms that the kernels have routines for.
  package static let all: [WinogradTransform] = [
    f2x2_3x3, f4x4_3x3, f6x6_3x3, f4x4_5x5, f4_3, f4_7, f6_7,
  ]

  /// Computes the matrices in double precision; winograd_variant.h has their structure.
  private init(outputs: Int, taps: Int, isPlane: Bool, pairs: [Double]) {
    precondition(2 * pairs.count + 2 == outputs + taps - 1, "as many points as products")
    (outputCount, tapCount, self.isPlane, self.pairs) = (outputs, taps, isPlane, pairs)
    points = AlignedFloats(pairs)
    inputEnds = AlignedFloats(Self.coefficients(ofPairs: pairs))
    inputPairs = AlignedFloats(pairs.flatMap { p in Self.coefficients(ofPairs: pairs.filter { $0 != p }) })
    outputPowers = AlignedFloats((0..<outputs).flatMap { i -> [Double] in pairs.map { Self.power($0, i) } })
    let points: [Double] = pairs.reduce([0]) { $0 + [$1, -$1] }
    var filters: [Double] = []
    for point in points {
      var scale = 1.0
      for other in points where other != point { scale *= point - other }
      filters += (0..<taps).map { Self.power(point, $0) / scale }
    }
    // Infinity.
    self.filters = filters + (0..<taps).map { $0 == taps - 1 ? 1 : 0 }
  }

  /// The coefficients of the product of (x² - p²), lowest power of x² first.
  private static func coefficients(ofPairs pairs: [Double]) -> [Double] {
    pairs.reduce([1]) { product, p in
      let shifted = [0] + product
      return shifted.indices.map { shifted[$0] - ($0 < product.count ? p * p * product[$0] : 0) }
    }
  }

  private static func power(_ base: Double, _ exponent: Int) -> Double {
    (0..<exponent).reduce(1) { product, _ in product * base }
  }

  /// The three matrices in full, row by row: BT `[extent][extent]`, G `[extent][tapCount]`, AT `[outputCount][extent]`.
  package var matrices: (input: [[Double]], filter: [[Double]], output: [[Double]]) {
    let ends = Self.coefficients(ofPairs: pairs)
    let zeros = [Double](repeating: 0, count: extent)
    var input = [[Double]](repeating: zeros, count: extent)
    for (k, coefficient) in ends.enumerated() {
      input[0][2 * k] = coefficient
      input[extent - 1][2 * k + 1] = coefficient
    }
    var output = [[Double]](repeating: zeros, count: outputCount)
    output[0][0] = 1
    output[outputCount - 1][extent - 1] = 1
    for (number, p) in pairs.enumerated() {
      let others = Self.coefficients(ofPairs: pairs.filter { $0 != p })
      for (position, point) in [(2 * number + 1, p), (2 * number + 2, -p)] {
        for (k, coefficient) in others.enumerated() {
          input[position][2 * k + 1] = point * coefficient
          input[position][2 * k + 2] = coefficient
        }
        for i in 0..<outputCount { output[i][position] = Self.power(point, i) }
      }
    }
    let filter = (0..<extent).map { Array(filters[$0 * tapCount..<($0 + 1) * tapCount]) }
    return (input, filter, output)
  }

  /// Lends the kernels' form of the transform, which is valid during the call.
  func withDescription<Result>(_ body: (UnsafePointer<decant_winograd>) -> Result) -> Result {
    unsafe filters.withUnsafeBufferPointer { filters in
      let description = unsafe decant_winograd(
        is_plane: isPlane ? 1 : 0, pair_count: pairs.count, output_count: outputCount, points: points.start,
        input_ends: inputEnds.start, input_pairs: inputPairs.start, output_powers: outputPowers.start,
        filters: filters.baseAddress)
      return unsafe withUnsafePointer(to: description) { unsafe body($0) }
    }
  }

  /// Such as `F(4x4, 3x3)` or `F(6, 7)`.
  package var description: String {
    isPlane ? "F(\(outputCount)x\(outputCount), \(tapCount)x\(tapCount))" : "F(\(outputCount), \(tapCount))"
  }
}

extension AlignedFloats {
  /// Numbers rounded to float32.
  fileprivate init(_ numbers: [Double]) {
    self.init(numbers.map { Float($0) }, paddedTo: numbers.count)
  }
}
