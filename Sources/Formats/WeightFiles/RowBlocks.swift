/// Cuts a row-major tensor into boxes of which each is one run of elements: HDF5 reads and writes boxes, all else runs.
///
/// A box is one element wide on the axes before `axis`, some rows high on it, and whole on the axes after.
struct RowBlocks {
  /// The extents of the tensor; none is 0.
  let dimensions: [Int]
  /// The axis that is cut.
  let axis: Int
  /// The rows of a box on that axis; the last box of each run along it may have fewer.
  let rowCount: Int
  /// The elements of one row: the product of the extents after the axis.
  let rowElementCount: Int

  /// Makes boxes of at most `maximumElementCount` elements, which is at least 1.
  ///
  /// Reading should not cut through the extents of `chunk`: where a multiple of them fits, rows are that.
  init(dimensions: [Int], maximumElementCount: Int, chunk: [Int]? = nil) {
    var axis = dimensions.count - 1
    var rowElementCount = 1
    while axis > 0, rowElementCount <= maximumElementCount / dimensions[axis] {
      rowElementCount *= dimensions[axis]
      axis -= 1
    }
    var rowCount = min(dimensions[axis], max(1, maximumElementCount / rowElementCount))
    if let chunk, rowCount < dimensions[axis], chunk[axis] > 0, rowCount > chunk[axis] {
      rowCount -= rowCount % chunk[axis]
    }
    self.dimensions = dimensions
    self.axis = axis
    self.rowCount = rowCount
    self.rowElementCount = rowElementCount
  }

  /// The extents of a whole box.
  var box: [Int] {
    dimensions.indices.map { $0 < axis ? 1 : $0 == axis ? rowCount : dimensions[$0] }
  }

  /// The box that starts at `element`, which is where the box before ended.
  func box(at element: Int) -> (start: [Int], extents: [Int], elementCount: Int) {
    var start = [Int](repeating: 0, count: dimensions.count)
    var rest = element / rowElementCount
    for axis in stride(from: axis, through: 0, by: -1) {
      start[axis] = rest % dimensions[axis]
      rest /= dimensions[axis]
    }
    var extents = box
    extents[axis] = min(rowCount, dimensions[axis] - start[axis])
    return (start, extents, extents[axis] * rowElementCount)
  }
}
