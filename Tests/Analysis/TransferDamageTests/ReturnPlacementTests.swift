import Bytes
import TestSupport
import Testing

@testable import TransferDamage

@Suite("Returns placed by a checksum")
struct ReturnPlacementTests {
  /// Bytes with few values, so that line ends are many; with returns taken, and where they were.
  private static func sample(_ random: inout SeededRandom, byteCount: Int) -> (
    whole: [UInt8], taken: [UInt8], places: [Int]
  ) {
    let whole = (0..<byteCount).map { _ in UInt8(truncatingIfNeeded: random.next() % 24) }
    var taken: [UInt8] = []
    var places: [Int] = []
    for (index, byte) in whole.enumerated() {
      if byte == 0x0d, index + 1 < whole.count, whole[index + 1] == 0x0a {
        places.append(taken.count)
      } else {
        taken.append(byte)
      }
    }
    return (whole, taken, places)
  }

  @Test("the places that were are found, and they are the only ones", arguments: 0..<40)
  func finds(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let (whole, taken, places) = Self.sample(&random, byteCount: 40 + Int(seed) * 20)
    var budget = 1 << 30
    let head: [UInt8] = [1, 2, 3]
    let found = ReturnPlacement(
      head + taken, 3..<3 + taken.count, count: places.count, start: CRC32C(of: head.rawSpan),
      checksum: CRC32C(of: (head + whole).rawSpan).value, first: 0, budget: &budget)
    guard !places.isEmpty else { return #expect(found.solutions.isEmpty) }
    if found.isTooWide { return #expect(places.count > 3) }
    #expect(found.solutions == [places.map { $0 + 3 }])
    #expect(budget < 1 << 30)
  }

  @Test("a return at the very end was lost if a line feed follows, and not twice")
  func atTheEnd() {
    let whole: [UInt8] = [1, 2, 0x0d]
    let checksum = CRC32C(of: whole.rawSpan).value
    var budget = 1000
    func found(_ bytes: [UInt8], first: Int = 0) -> [[Int]] {
      ReturnPlacement(bytes, 0..<2, count: 1, checksum: checksum, first: first, budget: &budget).solutions
    }
    #expect(found([1, 2, 0x0a]) == [[2]])
    #expect(found([1, 2, 0x0b]).isEmpty)
    #expect(found([1, 2, 0x0a], first: 3).isEmpty)
    #expect(found([1, 2]).isEmpty)
  }

  @Test("more sets of places than a checksum tells apart are not tried")
  func tooWide() {
    let bytes = [UInt8](repeating: 0x0a, count: 1000)
    var budget = 1 << 30
    let wide = ReturnPlacement(bytes, 0..<1000, count: 4, checksum: 1, first: 0, budget: &budget)
    #expect(wide.isTooWide && wide.solutions.isEmpty && budget == 1 << 30)
    budget = 10
    #expect(ReturnPlacement(bytes, 0..<1000, count: 1, checksum: 1, first: 0, budget: &budget).isTooWide)
  }
}
