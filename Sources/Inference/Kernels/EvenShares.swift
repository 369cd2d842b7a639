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

  /// Into how many blocks of tiles and groups of panels to cut a product, so that the threads end together.
  ///
  /// - Parameters:
  ///   - leastBlocks: blocks that caches ask for, `1...tileCount`. More of them read the weights more often, so they must gain something.
  ///   - tileCount: tiles of rows.
  ///   - panelCount: panels of columns.
  ///   - threadCount: threads that take the tasks, one for each block and group.
  /// - Returns: the number of each, at least one.
  static func grid(
    leastBlocks: Int, tileCount: Int, panelCount: Int, threadCount: Int
  ) -> (blocks: Int, groups: Int) {
    guard threadCount > 1 else { return (leastBlocks, 1) }
    func ceiling(_ count: Int, _ size: Int) -> Int { (count + size - 1) / size }
    let wanted = taskCount(threadCount: threadCount)
    var best = (blocks: leastBlocks, groups: min(ceiling(wanted, leastBlocks), panelCount))
    var least = Double.infinity
    let mostBlocks = min(max(2 * leastBlocks + 2, ceiling(wanted, panelCount)), tileCount)
    for blocks in leastBlocks...mostBlocks {
      let enough = min(ceiling(wanted, blocks), panelCount)
      for groups in enough...min(3 * enough, panelCount) {
        let largestTask = ceiling(tileCount, blocks) * ceiling(panelCount, groups)
        let time = Double(ceiling(blocks * groups, threadCount) * largestTask)
        if time < 0.98 * least { (best, least) = ((blocks, groups), time) }
      }
    }
    return best
  }

  /// Into how many groups to cut panels that are not cut into blocks of tiles, or already are, each block's groups being tasks.
  static func groups(of panelCount: Int, blocks: Int = 1, threadCount: Int) -> Int {
    grid(leastBlocks: blocks, tileCount: blocks, panelCount: panelCount, threadCount: threadCount).groups
  }
}
