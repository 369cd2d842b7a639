internal import Bytes
internal import Tensors

/// Counts a tensor's values by their keys, keeps an evenly spaced sample, and makes a distribution from both.
struct ValueCounting {
  /// Up to this many values are sorted one by one, which takes less time than a search through all counters.
  private static let sortedCount = 512
  /// At most this many values are kept as a sample, if the source returns as many as it lists.
  private static let sampleCount = 4096

  private let blocks: ElementBlocks
  private let layout: KeyLayout
  private let counters: KeyCounters
  /// Whether values are counted by key, or all kept.
  private let isCounting: Bool
  /// One of this many values is kept, the first.
  private let sampleStride: Int
  /// Values until the next one that is kept.
  private var skippedCount = 0
  private var sample: [UInt8] = []

  /// - Parameters:
  ///   - blocks: reads the elements.
  ///   - valueCount: how many values will come.
  ///   - counters: counters that are all 0.
  init(_ blocks: ElementBlocks, valueCount: Int, counters: KeyCounters) {
    self.blocks = blocks
    self.counters = counters
    layout = KeyLayout(blocks)
    isCounting = valueCount > Self.sortedCount
    sampleStride = isCounting ? (valueCount - 1) / Self.sampleCount + 1 : 1
  }

  /// Takes the next values.
  mutating func add(_ bytes: RawSpan) {
    if isCounting { counters.add(bytes, layout, blocks) }
    // Exact counts need no sample.
    if isCounting, layout == .byte || layout == .half { return }
    let width = blocks.valueByteCount
    let count = bytes.byteCount / width
    while skippedCount < count {
      let start = skippedCount * width
      for offset in start..<(start + width) {
        sample.append(unsafe bytes.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self))
      }
      skippedCount += sampleStride
    }
    skippedCount -= count
  }

  /// The distribution of all values; nil if none is finite.
  func distribution(_ statistics: TensorStatistics) -> ValueDistribution? {
    guard let minimum = statistics.minimum?.doubleValue, let maximum = statistics.maximum?.doubleValue else {
      return nil
    }
    guard isCounting else {
      return ValueDistribution(Self.points(sampledValues), minimum: minimum, maximum: maximum)
    }
    let bins = bins(zeroCount: statistics.zeroCount)
    let whole = ValueDistribution(bins, minimum: minimum, maximum: maximum)
    guard isCoarse(minimum, maximum, bins) else { return whole }
    let sampled = sampledValues
    guard !sampled.isEmpty else { return whole }
    return ValueDistribution(
      Self.points(sampled), minimum: minimum, maximum: maximum, sampleCount: sampleStride == 1 ? nil : sampled.count)
  }

  /// Whether a histogram would show buckets instead of values, because all values have one sign and are in few buckets.
  private func isCoarse(_ minimum: Double, _ maximum: Double, _ bins: [ValueDistribution.Bin]) -> Bool {
    guard minimum < maximum, minimum > 0 || maximum < 0 else { return false }
    let far = max(abs(minimum), abs(maximum))
    // About 85 buckets, of the 128 from a number to twice that number.
    return (maximum - minimum) / far < 1.0 / 3 && bins.contains { $0.lower < $0.upper }
  }

  private var sampledValues: [Double] { blocks.values(sample).filter(\.isFinite) }

  /// The values themselves, with equal ones merged.
  private static func points(_ values: [Double]) -> [ValueDistribution.Bin] {
    join(values.sorted().map { ValueDistribution.Bin(lower: $0, upper: $0, count: 1) })
  }

  /// Merges neighbors that are the same known value, such as zeros of both signs.
  private static func join(_ bins: [ValueDistribution.Bin]) -> [ValueDistribution.Bin] {
    var joined: [ValueDistribution.Bin] = []
    for bin in bins {
      if let last = joined.last, last.lower == bin.lower, last.upper == bin.upper {
        joined[joined.count - 1].count += bin.count
      } else {
        joined.append(bin)
      }
    }
    return joined
  }

  /// The counts, in the order of the values.
  private func bins(zeroCount: Int) -> [ValueDistribution.Bin] {
    switch layout {
    case .byte, .half: Self.join(exactBins())
    case .single: bins(zeroCount: zeroCount, signBit: 1 << 15, bounds: KeyLayout.bounds(ofSingle:))
    case .double:
      bins(zeroCount: zeroCount, signBit: 1 << 18) {
        KeyLayout.bounds(
          ofDouble: $0, isWhole: blocks.dtype.kind == .signedInteger || blocks.dtype.kind == .unsignedInteger)
      }
    }
  }

  /// Bins for keys that are whole bit patterns.
  private func exactBins() -> [ValueDistribution.Bin] {
    var patterns: [UInt8] = []
    var counts: [Int] = []
    counters.take { key, count in
      patterns.append(UInt8(truncatingIfNeeded: key))
      if layout == .half { patterns.append(UInt8(truncatingIfNeeded: key >> 8)) }
      counts.append(count)
    }
    var bins: [ValueDistribution.Bin] = []
    for (value, count) in zip(blocks.values(patterns), counts) where value.isFinite {
      bins.append(ValueDistribution.Bin(lower: value, upper: value, count: count))
    }
    return bins.sorted { $0.lower < $1.lower }
  }

  /// Bins for keys that are the first bits of floating-point numbers.
  private func bins(
    zeroCount: Int, signBit: Int, bounds: (Int) -> ClosedRange<Double>?
  ) -> [ValueDistribution.Bin] {
    var negative: [ValueDistribution.Bin] = []
    var positive: [ValueDistribution.Bin] = []
    // Counts of zero and of what is next to it.
    var (negativeTinyCount, positiveTinyCount) = (0, 0)
    counters.take { key, count in
      if key == 0 {
        positiveTinyCount = count
      } else if key == signBit {
        negativeTinyCount = count
      } else if let bounds = bounds(key) {
        let bin = ValueDistribution.Bin(lower: bounds.lowerBound, upper: bounds.upperBound, count: count)
        if key < signBit { positive.append(bin) } else { negative.append(bin) }
      }
    }
    // A zero of one sign may be counted with tiny numbers of the other; at 10⁻⁴⁰, the difference does not show.
    let tinyCount = negativeTinyCount + positiveTinyCount - zeroCount
    let negativeCount = min(tinyCount, negativeTinyCount)
    var middle: [ValueDistribution.Bin] = []
    if negativeCount > 0, let range = bounds(signBit) {
      middle.append(.init(lower: range.lowerBound, upper: 0, count: negativeCount))
    }
    if zeroCount > 0 { middle.append(.init(lower: 0, upper: 0, count: zeroCount)) }
    if tinyCount > negativeCount, let range = bounds(0) {
      middle.append(.init(lower: 0, upper: range.upperBound, count: tinyCount - negativeCount))
    }
    return negative.reversed() + middle + positive
  }
}
