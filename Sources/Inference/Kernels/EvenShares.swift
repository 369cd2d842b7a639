/// Cuts work into shares of equal size, so that threads end together.
enum EvenShares {
  /// Tasks for this many threads: several for each, so that one that loses its core for a while leaves its tasks to the others.
  static func taskCount(threadCount: Int) -> Int {
    threadCount == 1 ? 1 : threadCount * 4
  }

  /// The share at `index` when `count` things are cut into `shares`; sizes differ by one at most.
  static func range(_ index: Int, of shares: Int, count: Int) -> Range<Int> {
    index * count / shares..<(index + 1) * count / shares
  }

  /// In how many shares to cut `count` things: at least `wanted` where there are as many, of equal size and for each thread equally many
  /// where that is possible.
  static func count(wanted: Int, of count: Int, threadCount: Int) -> Int {
    guard wanted < count else { return count }
    let even = (wanted...min(2 * wanted, count)).first { count % $0 == 0 && $0 % threadCount == 0 }
    return even ?? wanted
  }
}
