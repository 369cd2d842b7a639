/// Of how many products of bf16 numbers a product of floats is made.
///
/// A float is split into the nearest bf16 number, the one nearest to what is left, and so on. Products that are smaller than the rounding of
/// the largest left-out part are left out. `CDecantSplit.h` says what becomes of NaN, infinities and tiny numbers.
package enum SplitTerms: Int, Sendable, Hashable, CaseIterable, CustomStringConvertible {
  /// Three products of two parts each, which keep 16 bits of a float's 24.
  case three = 3
  /// Six products of three parts each, which keep all bits: as exact as float32.
  case six = 6

  /// Parts of a float.
  var partCount: Int { self == .three ? 2 : 3 }

  /// The parts whose products are added, in that order: of the input and of the weights, 0 for the largest.
  var products: [(input: Int, weights: Int)] {
    self == .three ? [(0, 1), (0, 0), (1, 0)] : [(2, 0), (1, 0), (1, 1), (0, 1), (0, 2), (0, 0)]
  }

  /// Such as `x3`.
  package var description: String { "x\(rawValue)" }
}
