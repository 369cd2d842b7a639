import Tensors
import Testing

@testable import Checkpoints

@Suite("Putting slices together")
struct SliceLayoutTests {
  /// Shapes and partitions: how each axis is cut.
  static let partitions: [(shape: Shape, cuts: [[Int]])] = [
    (shape(7), [[3, 2, 2]]), (shape(7, 3), [[3, 2, 2], [3]]), (shape(3, 7), [[3], [1, 4, 2]]),
    (shape(5, 6), [[2, 3], [4, 1, 1]]), (shape(2, 4, 3), [[2], [1, 3], [3]]),
    (shape(2, 2, 2), [[1, 1], [1, 1], [1, 1]]),
    (shape(3, 4, 5, 2), [[1, 2], [4], [2, 3], [2]]), (shape(1, 1), [[1], [1]]),
    (shape(4, 1, 3), [[2, 2], [1], [1, 2]]),
  ]

  @Test("Runs of all slices cover each element once, in the order of the slice", arguments: partitions)
  func runs(shape: Shape, cuts: [[Int]]) throws {
    var slices: [[Range<Int>]] = [[]]
    for axis in cuts {
      var start = 0
      var ranges: [Range<Int>] = []
      for length in axis {
        ranges.append(start..<start + length)
        start += length
      }
      slices = slices.flatMap { slice in ranges.map { slice + [$0] } }
    }
    var seen = [Int](repeating: 0, count: shape.elementCount)
    for ranges in slices {
      let layout = SliceLayout(ranges, in: shape)
      #expect(layout.elementCount == ranges.reduce(1) { $0 * $1.count })
      // Whole, and from every place on.
      for first in 0..<layout.elementCount {
        var position = first
        layout.forEachRun(from: first, count: layout.elementCount - first) { sliceOffset, tensorOffset, count in
          #expect(sliceOffset == position)
          for index in 0..<count {
            #expect(tensorOffset + index == Self.offset(of: sliceOffset + index, ranges, in: shape))
            if first == 0 { seen[tensorOffset + index] += 1 }
          }
          position += count
        }
        #expect(position == layout.elementCount)
      }
    }
    #expect(seen.allSatisfy { $0 == 1 })
    // Shuffled, they are still found to cover the tensor.
    let all = slices.reversed().map { ranges in
      TensorSlice(
        zip(ranges, shape.dimensions).map { range, dimension in
          range == 0..<dimension ? .whole : .init(start: range.lowerBound, length: range.count)
        })
    }
    #expect(try SliceCover.check(all, of: shape).count == all.count)
    if all.count > 1 {
      #expect(throws: SliceDefect.hole(all[0])) { _ = try SliceCover.check(Array(all.dropFirst()), of: shape) }
      #expect(throws: SliceDefect.overlap(all[0], all[0])) { _ = try SliceCover.check([all[0]] + all, of: shape) }
    }
  }

  /// The definition: the index of each axis, moved by the slice's start.
  private static func offset(of element: Int, _ ranges: [Range<Int>], in shape: Shape) -> Int {
    var rest = element
    var indices: [Int] = []
    for range in ranges.reversed() {
      indices.insert(range.lowerBound + rest % range.count, at: 0)
      rest /= range.count
    }
    return zip(indices, shape.dimensions).reduce(0) { $0 * $1.1 + $1.0 }
  }

  @Test("Slices of no elements and of scalars")
  func edges() throws {
    #expect(try SliceCover.check([slice("-:-")], of: shape(0, 3)).count == 1)
    #expect(try SliceCover.check([], of: shape(0, 3)).isEmpty)
    #expect(try SliceCover.check([slice("")], of: .scalar) == [[]])
    #expect(throws: SliceDefect.scalar) { _ = try SliceCover.check([slice(""), slice("")], of: .scalar) }
    #expect(throws: SliceDefect.hole(nil)) { _ = try SliceCover.check([], of: .scalar) }
    #expect(throws: SliceDefect.hole(slice("-:-"))) { _ = try SliceCover.check([], of: shape(2, 3)) }
  }

  @Test("A thousand rows are compared at once, whatever their order")
  func manySlices() throws {
    let rows = (0..<1000).map { slice("\($0 * 7 % 1000),1:-") }
    #expect(try SliceCover.check(rows, of: shape(1000, 1 << 40)).count == 1000)
  }
}
