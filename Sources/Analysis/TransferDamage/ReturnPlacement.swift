internal import Bytes

/// Where carriage returns were removed from bytes whose checksum is known.
///
/// A CRC is linear: a byte inserted at `a` changes the checksum by a difference that depends only on `a`, and each byte
/// inserted after it shifts that difference by one zero byte. So every set of places can be judged without reading the
/// bytes again, and the last place of a set is looked up.
struct ReturnPlacement {
  /// Sets of indices before which a return belongs, so that the bytes have the checksum; at most two sets.
  private(set) var solutions: [[Int]] = []
  /// Whether there are too many sets of places for a 32-bit checksum to distinguish them, or for the budget.
  private(set) var isTooWide = false

  /// With more sets of places than this, one that fits may well be wrong: the checksum has only 2³² values.
  private static let maximumSetCount = 1 << 24

  private let count: Int
  private let goal: UInt32
  /// The places, ascending.
  private let places: [Int]
  /// Indexed by the number of returns that follow, then by place: the difference that a return makes.
  private var differences: [[UInt32]] = []
  /// For each difference that a last return can make, the indices of its places, ascending.
  private var lastReturns: [UInt32: [Int]] = [:]

  /// Searches.
  ///
  /// - Parameters:
  ///   - bytes: what is left of the original, and what follows it.
  ///   - range: where the original's bytes are in `bytes`.
  ///   - count: how many returns were removed; at least 1.
  ///   - start: the checksum of the bytes before the range.
  ///   - checksum: the checksum with the returns.
  ///   - first: the first place that may have lost a return.
  ///   - budget: how many sets of places may be tried; reduced by those that are.
  init(
    _ bytes: [UInt8], _ range: Range<Int>, count: Int, start: CRC32C = CRC32C(), checksum: UInt32, first: Int,
    budget: inout Int
  ) {
    self.count = count
    // A return at the very end may be lost too, if a line feed follows.
    let end = range.upperBound < bytes.count ? range.upperBound + 1 : range.upperBound
    let places = (range.lowerBound..<end).filter { bytes[$0] == 0x0a && $0 >= first }
    self.places = places
    let returns = ReturnDifferences(bytes, range, places, start: start)
    goal = returns.checksum.value ^ checksum
    let setCount = Self.setCount(count, of: places.count)
    isTooWide = setCount > min(Self.maximumSetCount, budget)
    guard !isTooWide, setCount > 0, count > 0 else { return }
    budget -= setCount

    var level = returns.differences
    for _ in 0..<count {
      differences.append(level)
      level = level.map { ZeroShift.shared.applied(to: $0, byteCount: 1) }
    }
    for (number, difference) in differences[0].enumerated() { lastReturns[difference, default: []].append(number) }
    var chosen: [Int] = []
    choose(&chosen, from: 0, rest: goal)
  }

  private mutating func choose(_ chosen: inout [Int], from first: Int, rest: UInt32) {
    guard solutions.count < 2 else { return }
    guard chosen.count + 1 < count else {
      for number in lastReturns[rest] ?? [] where number >= first && solutions.count < 2 {
        solutions.append((chosen + [number]).map { places[$0] })
      }
      return
    }
    let following = count - chosen.count - 1
    guard first < places.count - following else { return }
    for number in first..<places.count - following {
      chosen.append(number)
      choose(&chosen, from: number + 1, rest: rest ^ differences[following][number])
      chosen.removeLast()
    }
  }

  /// How many sets of `count` places there are; `Int.max` for very many.
  static func setCount(_ count: Int, of placeCount: Int) -> Int {
    guard count <= placeCount else { return 0 }
    var sets = 1
    for step in 0..<min(count, placeCount - count) {
      guard let product = sets.multipliedChecked(by: placeCount - step) else { return .max }
      sets = product / (step + 1)
    }
    return sets
  }
}
