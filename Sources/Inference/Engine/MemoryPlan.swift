internal import Kernels

/// Where each value lies in one common memory, so that values that are never alive together share their place.
///
/// Greedy by size: the largest value first, each at the lowest place where no value lies that is alive at the same time.
/// - Source: Pisarchyk and Lee, "Efficient Memory Management for Deep Neural Net Inference", arXiv:2001.03288.
struct MemoryPlan {
  /// Floats from the start, a multiple of a cache line; nil for the images, which lie elsewhere.
  private(set) var offsets: [Int?]
  /// Floats of the whole memory.
  private(set) var count = 0

  private static let unit = AlignedFloats.alignment / MemoryLayout<Float>.stride

  /// Places all values that `steps` write; `output` stays alive to the end.
  init(steps: [InceptionV3Plan.Step], valueCounts: [Int], output: Int) {
    offsets = Array(repeating: nil, count: valueCounts.count)
    var lives: [ClosedRange<Int>?] = Array(repeating: nil, count: valueCounts.count)
    for (time, step) in steps.enumerated() {
      for value in [step.input.value] + step.outputs.map(\.value) {
        lives[value] = (lives[value]?.lowerBound ?? time)...time
      }
    }
    // The images are the caller's.
    lives[0] = nil
    if let first = lives[output]?.lowerBound { lives[output] = first...steps.count }

    var placed: [(life: ClosedRange<Int>, range: Range<Int>)] = []
    let order = valueCounts.indices.sorted { (valueCounts[$1], $0) < (valueCounts[$0], $1) }
    for value in order {
      guard let life = lives[value] else { continue }
      let size = (valueCounts[value] + Self.unit - 1) / Self.unit * Self.unit
      var start = 0
      for other in placed.filter({ $0.life.overlaps(life) }).sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
        if start + size <= other.range.lowerBound { break }
        start = max(start, other.range.upperBound)
      }
      offsets[value] = start
      count = max(count, start + size)
      placed.append((life, start..<start + size))
    }
  }
}
