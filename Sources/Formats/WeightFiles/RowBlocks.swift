/// Cuts a row-major tensor into boxes that are runs of elements: HDF5 reads and writes boxes, and everything else uses runs.
///
/// A box has one index on each axis before `axis`, some rows on `axis` itself, and the whole extent of each axis after it.
struct RowBlocks {
  /// The extents of the tensor; none is 0.
  let dimensions: [Int]
  /// The axis along which the tensor is cut.
  let axis: Int
  /// The rows of a box on that axis; the last box of each run along it may have fewer.
  let rowCount: Int
  /// The elements of one row: the product of the extents after the axis.
  let rowElementCount: Int

  /// Makes boxes of at most `maximumElementCount` elements; the limit must be at least 1.
  ///
  /// Boxes should not cut through chunks: if a whole number of the chunk's rows fits, a box has that many.
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

  /// The box that starts at `element`, where the previous box ended.
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
