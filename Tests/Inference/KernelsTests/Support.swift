@testable import Kernels

/// Numbers that a seed repeats: SplitMix64. `TestSupport` has it too, but the kernels are also tested without it, in `Tests/Sanitized`.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// Floats in -1..<1.
  mutating func floats(_ count: Int, scale: Float = 1) -> [Float] {
    (0..<count).map { _ in (Float(next() >> 40) * 0x1p-23 - 1) * scale }
  }
}

extension KernelVariant {
  /// Every variant with every width of panels that it has tiles for.
  static func layouts(columnCount: Int) -> [(KernelVariant, PanelLayout)] {
    available.flatMap { variant in
      stride(from: PanelLayout.lineColumns, through: PanelLayout.widest, by: PanelLayout.lineColumns)
        .filter { variant.tileRowCount(panelColumns: $0) > 0 }
        .map { (variant, PanelLayout(columnCount: columnCount, panelColumns: $0)) }
    }
  }
}

/// The first place where values are further apart than they may be. A NaN on one side only is always too far.
func firstDifference(_ found: [Float], _ expected: [Float], within tolerances: [Float]) -> String? {
  guard found.count == expected.count, tolerances.count == expected.count else { return "counts differ" }
  for index in found.indices {
    if found[index].isNaN && expected[index].isNaN { continue }
    let difference = abs(found[index] - expected[index])
    // Asked this way round, so that NaN fails.
    if !(difference <= tolerances[index]) {
      return "[\(index)]: \(found[index]) is \(difference) from \(expected[index]), allowed \(tolerances[index])"
    }
  }
  return nil
}

func firstDifference(_ found: [Float], _ expected: [Float], within tolerance: Float) -> String? {
  firstDifference(found, expected, within: Array(repeating: tolerance, count: expected.count))
}

func haveSameBits(_ left: [Float], _ right: [Float]) -> Bool {
  left.map(\.bitPattern) == right.map(\.bitPattern)
}

/// The furthest that two sums of `depth` products may lie apart, each rounded at every step:
/// 2 (depth + 2) units of 2^-24, of the sum of the products' magnitudes (Higham, "Accuracy and Stability", section 3.1).
func sumTolerance(depth: Int, magnitude: Float) -> Float {
  2 * Float(depth + 2) * 0x1p-24 * magnitude
}

/// What stands in a buffer where a kernel must not write.
let canary: Float = -12345
