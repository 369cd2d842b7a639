internal import Tensors

/// Sums up each channel of a tensor, piece by piece.
struct ChannelAccumulator {
  private let axis: Int
  private let channelCount: Int
  /// Consecutive values of one channel.
  private let innerCount: Int
  /// Values in each channel.
  private let valueCount: Int
  /// One for each channel. If neighbors belong to different channels and there are few channels, each has several
  /// slots, used in turn, so that neighbors fill a vector register.
  private var sums: ChannelSums

  /// Nil for tensors without such an axis, with only one axis, without values or with too many channels.
  ///
  /// - Parameters:
  ///   - shape: the tensor's.
  ///   - axis: the axis of the channels; the last by default.
  init?(_ shape: Shape, axis: Int?) {
    let axis = axis ?? shape.rank - 1
    guard shape.rank > 1, shape.dimensions.indices.contains(axis), shape.elementCount > 0 else { return nil }
    let count = shape.dimensions[axis]
    guard count <= ChannelStatistics.maximumCount else { return nil }
    self.axis = axis
    channelCount = count
    innerCount = shape.dimensions[(axis + 1)...].reduce(1, *)
    valueCount = shape.elementCount / count
    sums = ChannelSums(slotCount: innerCount > 1 ? count : count * max(1, 64 / count))
  }

  /// Takes the first `count` of `values`, which begin at index `start` of the tensor.
  mutating func add(_ values: [Double], count: Int, from start: Int) {
    unsafe values.withUnsafeBufferPointer { values in
      guard count <= values.count else { return }
      let values = UnsafeRawBufferPointer(values)
      if innerCount == 1 {
        unsafe addRows(values, count: count, from: start)
      } else {
        unsafe addRuns(values, count: count, from: start)
      }
    }
  }

  private mutating func addRows(_ values: UnsafeRawBufferPointer, count: Int, from start: Int) {
    let slotCount = sums.slotCount
    var place = 0
    while place < count {
      let slot = (start + place) % slotCount
      let rowCount = slot == 0 ? max(1, (count - place) / slotCount) : 1
      let width = min(slotCount - slot, count - place)
      unsafe sums.add(values, from: place, rowCount: rowCount, slots: slot..<(slot + width))
      place += rowCount * width
    }
  }

  private mutating func addRuns(_ values: UnsafeRawBufferPointer, count: Int, from start: Int) {
    var place = 0
    let (outer, firstInner) = start.quotientAndRemainder(dividingBy: innerCount)
    var inner = firstInner
    var channel = outer % channelCount
    while place < count {
      let end = min(count, place + innerCount - inner)
      unsafe sums.add(values, place..<end, slot: channel)
      place = end
      inner = 0
      channel = channel + 1 == channelCount ? 0 : channel + 1
    }
  }

  /// The statistics, once all values have been added.
  func finish() -> ChannelStatistics {
    let elementCount = valueCount * channelCount
    let moments = (0..<channelCount).map { channel in
      stride(from: channel, to: sums.slotCount, by: channelCount).reduce(into: ChannelMoments()) { all, slot in
        // Values are dealt to the slots like cards.
        let count =
          innerCount > 1 ? valueCount : elementCount / sums.slotCount + (slot < elementCount % sums.slotCount ? 1 : 0)
        all.add(sums.moments(ofSlot: slot, valueCount: count))
      }
    }
    return ChannelStatistics(
      axis: axis, minima: moments.map { $0.count > 0 ? $0.minimum : .nan },
      maxima: moments.map { $0.count > 0 ? $0.maximum : .nan }, means: moments.map { $0.count > 0 ? $0.mean : .nan },
      deviations: moments.map(\.deviation), nonFiniteCounts: moments.map(\.nonFiniteCount), valueCount: valueCount)
  }
}
