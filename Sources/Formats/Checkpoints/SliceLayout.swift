internal import Bytes
internal import Tensors

/// Where the elements of a slice are in the complete tensor.
///
/// Both are row-major. From the last axis that the slice takes only in part, elements are contiguous in both: they form
/// a run. In the slice, the runs follow each other; in the tensor, they are strided.
struct SliceLayout {
  let ranges: [Range<Int>]
  /// Elements of one run.
  let runLength: Int
  /// The number of runs.
  let runCount: Int
  /// For each axis outside the runs: extent in the slice, first index, and elements from one index to the next.
  private let outer: [(count: Int, start: Int, stride: Int)]
  /// The offset in the tensor of the first element of the first run within its outer index.
  private let innerOffset: Int

  /// - Precondition: the ranges are within the shape.
  init(_ ranges: [Range<Int>], in shape: Shape) {
    self.ranges = ranges
    // The innermost axis that is taken only in part; all axes inside it are complete.
    let split = ranges.indices.last { ranges[$0] != 0..<shape.dimensions[$0] } ?? 0
    var stride = 1
    var strides = [Int](repeating: 1, count: shape.rank)
    // The product fits if no extent is 0, because the whole tensor's does; if one is 0, there are no elements.
    for axis in shape.dimensions.indices.reversed() {
      strides[axis] = stride
      stride = stride.multipliedChecked(by: shape.dimensions[axis]) ?? 0
    }
    if ranges.isEmpty {
      runLength = 1
      runCount = 1
      innerOffset = 0
      outer = []
    } else {
      runLength = ranges[split].count * strides[split]
      innerOffset = ranges[split].lowerBound * strides[split]
      outer = (0..<split).map { (ranges[$0].count, ranges[$0].lowerBound, strides[$0]) }
      runCount = outer.reduce(1) { $0 * $1.count }
    }
  }

  /// Elements of the slice.
  var elementCount: Int { runLength * runCount }

  /// Whether the slice is one piece of the tensor.
  var isContiguous: Bool { runCount <= 1 }

  /// The element in the tensor at which a run starts.
  func tensorOffset(ofRun run: Int) -> Int {
    var rest = run
    var offset = innerOffset
    for axis in outer.reversed() {
      offset += (axis.start + rest % axis.count) * axis.stride
      rest /= axis.count
    }
    return offset
  }

  /// Calls `body` for each run of the tensor that corresponds to some of the `count` elements of the slice from `first` on.
  func forEachRun(from first: Int, count: Int, _ body: (_ sliceOffset: Int, _ tensorOffset: Int, _ count: Int) -> Void)
  {
    var position = first
    let end = first + count
    while position < end, runLength > 0 {
      let inRun = position % runLength
      let taken = min(runLength - inRun, end - position)
      body(position, tensorOffset(ofRun: position / runLength) + inRun, taken)
      position += taken
    }
  }
}

/// Whether slices make up a tensor: no two have elements in common, and together they have all elements.
enum SliceCover {
  /// The most pairs to compare, or cells to look at.
  private static let limit = 20_000_000

  /// Checks the slices of one tensor.
  ///
  /// - Returns: the ranges of each slice, in their order.
  static func check(_ slices: [TensorSlice], of shape: Shape) throws(SliceDefect) -> [[Range<Int>]] {
    guard shape.rank > 0 || slices.count <= 1 else { throw .scalar }
    var ranges: [[Range<Int>]] = []
    for slice in slices { ranges.append(try slice.ranges(in: shape)) }
    guard shape.elementCount > 0 else { return ranges }
    try requireDisjoint(slices, ranges, of: shape)
    // The slices are disjoint and within the shape, so the sum cannot exceed the tensor's count, and cannot overflow.
    let sum = ranges.reduce(0) { $0 + $1.reduce(1) { $0 * $1.count } }
    guard sum == shape.elementCount else { throw .hole(firstHole(ranges, of: shape)) }
    return ranges
  }

  /// Sweeps along the axis that separates the slices best, so that a thousand rows need a thousand comparisons.
  private static func requireDisjoint(
    _ slices: [TensorSlice], _ ranges: [[Range<Int>]], of shape: Shape
  ) throws(SliceDefect) {
    guard slices.count > 1 else { return }
    let axis =
      (0..<shape.rank).max { left, right in
        Set(ranges.map { $0[left].lowerBound }).count < Set(ranges.map { $0[right].lowerBound }).count
      } ?? 0
    let order = ranges.indices.sorted { (ranges[$0][axis].lowerBound, $0) < (ranges[$1][axis].lowerBound, $1) }
    var comparisons = 0
    for (rank, first) in order.enumerated() {
      for second in order[(rank + 1)...] {
        if ranges[second][axis].lowerBound >= ranges[first][axis].upperBound { break }
        comparisons += 1
        guard comparisons <= limit else { throw .tooMany(slices.count) }
        if zip(ranges[first], ranges[second]).allSatisfy({ $0.overlaps($1) }) {
          throw .overlap(slices[min(first, second)], slices[max(first, second)])
        }
      }
    }
  }

  /// The first cell, in the grid that all slice boundaries make, that no slice covers; nil if the grid is too fine.
  private static func firstHole(_ ranges: [[Range<Int>]], of shape: Shape) -> TensorSlice? {
    guard shape.rank > 0 else { return nil }
    let boundaries = shape.dimensions.indices.map { axis in
      Set(ranges.flatMap { [$0[axis].lowerBound, $0[axis].upperBound] } + [0, shape.dimensions[axis]]).sorted()
    }
    var cellCount = 1
    for axis in boundaries {
      guard let next = cellCount.multipliedChecked(by: axis.count - 1), next <= limit / max(ranges.count, 1) else {
        return nil
      }
      cellCount = next
    }
    for cell in 0..<cellCount {
      var rest = cell
      var extents: [Range<Int>] = []
      for axis in boundaries.reversed() {
        let index = rest % (axis.count - 1)
        rest /= axis.count - 1
        extents.insert(axis[index]..<axis[index + 1], at: 0)
      }
      if !ranges.contains(where: { zip($0, extents).allSatisfy { $0.overlaps($1) } }) {
        return TensorSlice(
          zip(extents, shape.dimensions).map { range, dimension in
            range == 0..<dimension ? .whole : .init(start: range.lowerBound, length: range.count)
          })
      }
    }
    return nil
  }
}
