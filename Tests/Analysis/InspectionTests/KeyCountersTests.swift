import Bytes
import Tensors
import TestSupport
import Testing

@testable import Inspection

@Suite("Counters of values by their first bits")
struct KeyCountersTests {
  private func counts(_ counters: KeyCounters) -> [Int: Int] {
    var counts: [Int: Int] = [:]
    counters.take { counts[$0, default: 0] += $1 }
    return counts
  }

  @Test("count on where a counter would be full")
  func carry() throws {
    let blocks = try #require(ElementBlocks(.uint8))
    let counters = KeyCounters(largestCount: 10)
    for _ in 0..<7 { counters.add(([3, 3, 3, 0, 255] as [UInt8]).rawSpan, .byte, blocks) }
    #expect(counts(counters) == [3: 21, 0: 7, 255: 7])
    #expect(counts(counters) == [:])
    counters.add(([3] as [UInt8]).rawSpan, .byte, blocks)
    #expect(counts(counters) == [3: 1])
  }

  @Test("forget a tensor that was not read to its end")
  func clear() throws {
    let blocks = try #require(ElementBlocks(.float64))
    let counters = KeyCounters(largestCount: 3)
    for _ in 0..<3 { counters.add(packed([1.5, -1.5] as [Double]).rawSpan, .double, blocks) }
    counters.clear()
    #expect(counts(counters) == [:])
  }

  @Test(
    "have keys between whose bounds the values lie", arguments: [1, -1, 0.3, -7e-30, 65_504, 1e30, 0, -0.0] as [Float])
  func bounds(value: Float) throws {
    let single = try #require(KeyLayout.bounds(ofSingle: Int(value.bitPattern >> 16)))
    #expect(single.contains(Double(value)))
    #expect(single.upperBound - single.lowerBound <= 0.008 * abs(Double(value)) + 1e-40)
    let key = Int(Double(value).bitPattern >> 45)
    let double = try #require(KeyLayout.bounds(ofDouble: key, isWhole: false))
    #expect(double.contains(Double(value)))
    #expect(KeyLayout.bounds(ofSingle: Int(Float.infinity.bitPattern >> 16)) == nil)
    #expect(KeyLayout.bounds(ofDouble: Int((-Double.nan).bitPattern >> 45), isWhole: true) == nil)
  }

  @Test("have whole bounds for whole numbers")
  func wholeBounds() {
    func bounds(_ value: Double) -> ClosedRange<Double>? {
      KeyLayout.bounds(ofDouble: Int(value.bitPattern >> 45), isWhole: true)
    }
    #expect(bounds(5) == 5...5 && bounds(-200) == -200 ... -200 && bounds(1001) == 1000...1003)
    #expect(bounds(-1001) == -1003 ... -1000)
  }
}
