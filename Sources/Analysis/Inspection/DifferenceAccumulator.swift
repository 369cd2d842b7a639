internal import Tensors

/// Sums up how much two tensors of one shape differ, in each cell of a grid and in each channel.
///
/// Equal values differ by 0, even if they are NaN or infinite; for any other pair with a value that is not finite, the
/// difference is NaN.
struct DifferenceAccumulator {
  /// Values in a part.
  private static let partValueCount = 2048

  private let left: ElementBlocks
  private let right: ElementBlocks
  private var grids: GridAccumulator?
  private var channels: ChannelAccumulator?
  private var valueCount = 0
  /// Equal values at the beginning that have not been added yet, so that equal tensors cost nothing.
  private var equalCount: Int? = 0
  private var a = [Double](repeating: 0, count: partValueCount)
  private var b = [Double](repeating: 0, count: partValueCount)

  /// Nil for dtypes without numbers, for complex numbers and for single values.
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

  /// Takes the next elements of both, the same number of each.
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

  /// Adds the differences, which are in `a`, and their magnitudes, which are in `b`.
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
