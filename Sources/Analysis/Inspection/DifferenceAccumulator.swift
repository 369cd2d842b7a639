internal import Tensors

/// Sums up how far two tensors of one shape are apart, in each cell of a grid and in each channel.
///
/// Equal values are apart by nothing, NaN and infinities as well; a value that is not finite is apart from any other by no number.
struct DifferenceAccumulator {
  /// Values in a part.
  private static let partValueCount = 2048

  private let left: ElementBlocks
  private let right: ElementBlocks
  private var grids: GridAccumulator?
  private var channels: ChannelAccumulator?
  private var valueCount = 0
  /// Values at the beginning that are equal, and were not added yet: tensors that are equal in full cost nothing.
  private var equalCount: Int? = 0
  private var a = [Double](repeating: 0, count: partValueCount)
  private var b = [Double](repeating: 0, count: partValueCount)

  /// nil for dtypes without numbers, complex numbers and single values.
  ///
  /// - Precondition: both have the same shape.
  init?(_ left: TensorDescriptor, _ right: TensorDescriptor, channelAxis: Int?) {
    guard let leftBlocks = ElementBlocks(left.dtype), let rightBlocks = ElementBlocks(right.dtype),
      left.dtype.kind != .complex, right.dtype.kind != .complex
    else { return nil }
    (self.left, self.right) = (leftBlocks, rightBlocks)
    grids = GridAccumulator(left.shape)
    channels = ChannelAccumulator(left.shape, axis: channelAxis)
    if grids == nil, channels == nil { return nil }
  }

  /// Takes the next elements of both, equally many.
  ///
  /// - Parameters:
  ///   - leftBytes: elements on the left.
  ///   - rightBytes: the same elements on the right.
  ///   - areEqual: whether they are known to be equal.
  mutating func add(_ leftBytes: RawSpan, _ rightBytes: RawSpan, areEqual: Bool) {
    let count = leftBytes.byteCount / left.valueByteCount
    if areEqual { return addEqual(count) }
    if let waiting = equalCount {
      equalCount = nil
      addEqual(waiting)
    }
    var start = 0
    while start < count {
      let end = min(start + Self.partValueCount, count)
      left.read(leftBytes.extracting((start * left.valueByteCount)..<(end * left.valueByteCount)), into: &a)
      right.read(rightBytes.extracting((start * right.valueByteCount)..<(end * right.valueByteCount)), into: &b)
      for place in 0..<end - start {
        let (from, to) = (a[place], b[place])
        a[place] = from == to || from.isNaN && to.isNaN ? 0 : to - from
        b[place] = abs(a[place])
      }
      addPart(end - start)
      start = end
    }
  }

  private mutating func addEqual(_ count: Int) {
    if let waiting = equalCount {
      equalCount = waiting + count
      return
    }
    var rest = count
    while rest > 0 {
      let count = min(rest, Self.partValueCount)
      for place in 0..<count { (a[place], b[place]) = (0, 0) }
      addPart(count)
      rest -= count
    }
  }

  /// Adds differences from `a`, and their sizes from `b`.
  private mutating func addPart(_ count: Int) {
    channels?.add(a, count: count, from: valueCount)
    grids?.add(b, count: count, from: valueCount)
    valueCount += count
  }

  /// The pictures; nil if all values were equal.
  func finish() -> DifferencePictures? {
    guard equalCount == nil else { return nil }
    return DifferencePictures(grids: grids?.finish() ?? [], channels: channels?.finish())
  }
}
