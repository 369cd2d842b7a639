internal import Bytes
internal import Tensors

/// Collects everything that a `TensorProfile` needs from each piece of a tensor, in parts that fit in the processor's
/// cache.
struct ProfileAccumulator {
  /// Values in a part. Parts begin at its multiples, wherever pieces begin, so that sums are the same. For pictures,
  /// parts are larger, so that one has several rows of most matrices and the channels' sums stay in registers.
  private let partValueCount: Int

  private let blocks: ElementBlocks
  private let elementCount: Int
  private var statistics: StatisticsAccumulator
  private var counting: ValueCounting
  private var grids: GridAccumulator?
  private var channels: ChannelAccumulator?
  /// The bytes of a part that is not complete yet.
  private var rest: [UInt8] = []
  /// Values in all parts so far.
  private var valueCount = 0
  private var values: [Double] = []

  /// Nil for dtypes without numbers.
  init?(
    _ descriptor: TensorDescriptor, detail: TensorProfile.Detail, channelAxis: Int?, counters: KeyCounters
  ) {
    let dtype = descriptor.dtype
    guard let blocks = ElementBlocks(dtype) else { return nil }
    self.blocks = blocks
    statistics = StatisticsAccumulator(blocks)
    elementCount = descriptor.shape.elementCount
    partValueCount = detail == .pictures ? 8192 : 2048
    let perElement = dtype.kind == .complex ? 2 : 1
    counting = ValueCounting(
      blocks, valueCount: descriptor.shape.elementCount.multipliedReportingOverflow(by: perElement).partialValue,
      counters: counters)
    // A mean over real and imaginary parts would be meaningless.
    guard detail != .distribution, dtype.kind != .complex else { return }
    if detail == .pictures { grids = GridAccumulator(descriptor.shape) }
    channels = ChannelAccumulator(descriptor.shape, axis: channelAxis)
    if grids != nil || channels != nil { values = [Double](repeating: 0, count: partValueCount) }
  }

  /// Takes the next elements.
  mutating func add(_ piece: RawSpan) {
    let partByteCount = partValueCount * blocks.valueByteCount
    var start = 0
    if !rest.isEmpty {
      start = min(partByteCount - rest.count, piece.byteCount)
      rest += [UInt8](piece.extracting(0..<start))
      guard rest.count == partByteCount else { return }
      let part = rest
      addPart(part.rawSpan)
      rest.removeAll(keepingCapacity: true)
    }
    while piece.byteCount - start >= partByteCount {
      addPart(piece.extracting(start..<(start + partByteCount)))
      start += partByteCount
    }
    rest = [UInt8](piece.extracting(start..<piece.byteCount))
  }

  /// Takes the last values and makes the profile.
  mutating func finish() -> TensorProfile {
    let part = rest
    addPart(part.rawSpan)
    let statistics = statistics.finish()
    // A source that returns less than it listed has no cells or channels to show.
    let isWhole = valueCount == elementCount
    return TensorProfile(
      statistics: statistics, distribution: counting.distribution(statistics),
      grids: isWhole ? grids?.finish() ?? [] : [], channels: isWhole ? channels?.finish() : nil)
  }

  private mutating func addPart(_ part: RawSpan) {
    statistics.add(part)
    counting.add(part)
    guard !values.isEmpty else { return }
    let count = part.byteCount / blocks.valueByteCount
    guard valueCount + count <= elementCount else { return }
    blocks.read(part, into: &values)
    grids?.add(values, count: count, from: valueCount)
    channels?.add(values, count: count, from: valueCount)
    valueCount += count
  }
}
