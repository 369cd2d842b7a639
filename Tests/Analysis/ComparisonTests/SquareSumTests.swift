import Testing

@testable import Comparison

@Suite("The root of a sum of squares")
struct SquareSumTests {
  private static let tiny = Double.leastNonzeroMagnitude

  @Test(
    "neither overflows nor vanishes",
    arguments: [
      ([3.0, -4], 5.0), ([], 0), ([0, 0], 0), ([3e300, 4e300], 5e300), ([3e-300, 4e-300], 5e-300),
      ([tiny * 3, tiny * 4], tiny * 5), ([1e300, 1], 1e300), ([1, 1e-300], 1), ([1e300, 1e-300], 1e300),
      ([.greatestFiniteMagnitude, .greatestFiniteMagnitude], .greatestFiniteMagnitude),
    ] as [([Double], Double)])
  func root(values: [Double], expected: Double) {
    var sum = SquareSum()
    for value in values { sum.add(value) }
    #expect(abs(sum.root - expected) <= 4e-16 * expected + .leastNonzeroMagnitude * 16)
  }
}
