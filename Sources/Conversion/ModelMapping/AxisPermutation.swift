/// Axes of packed elements in another order.
///
/// Elements move in tiles: some along the operand's last axis by some along the result's last axis. A tile is copied
/// row by row into a block that stays in the first-level cache, and from there row by row into the result. So every
/// cache line is touched once on either side, whatever the strides are; with those of a large power of two, the rows of
/// a tile would otherwise compete for the same few places in the cache.
struct AxisPermutation {
  /// The operand's extents without what does not matter: axes of extent 1 are left out, and neighbors that stay
  /// neighbors are one axis.
  let dimensions: [Int]
  /// Axis `i` of the result is axis `axes[i]` of the operand, by their places in `dimensions`.
  let axes: [Int]
  /// The bytes of an element.
  let width: Int

  /// The bytes of a tile's row: two cache lines or more, so that few are touched for a part only.
  private static let rowByteCount = 256
  /// The most elements of a tile's row: 4 bytes each, 16 KiB a tile.
  private static let maximumSide = 64

  /// Plans a permutation.
  ///
  /// - Parameters:
  ///   - dimensions: the operand's extents.
  ///   - axes: a permutation of its axes; axis `i` of the result is axis `axes[i]` of the operand.
  ///   - width: the bytes of an element.
  init(_ dimensions: [Int], axes: [Int], width: Int) {
    // Axes that follow each other in this order on both sides.
    var runs: [[Int]] = []
    for axis in axes where dimensions[axis] != 1 {
      let before = dimensions[..<axis].lastIndex { $0 != 1 }
      if let last = runs.last?.last, last == before { runs[runs.count - 1].append(axis) } else { runs.append([axis]) }
    }
    let order = runs.indices.sorted { runs[$0][0] < runs[$1][0] }
    var places = order
    for (place, run) in order.enumerated() { places[run] = place }
    self.dimensions = order.map { runs[$0].reduce(1) { $0 * dimensions[$1] } }
    self.axes = places
    self.width = width
  }

  /// Whether no element moves.
  var isIdentity: Bool { axes.count < 2 || byteCount == 0 }

  /// The bytes of the operand, and of the result.
  var byteCount: Int { dimensions.reduce(width, *) }

  /// The extent of the result's first axis.
  var firstExtent: Int { axes.first.map { dimensions[$0] } ?? 1 }

  /// Writes elements in the order of the result.
  ///
  /// - Parameters:
  ///   - operand: all elements.
  ///   - part: the indices on the result's first axis that are wanted; nil for all.
  ///   - result: receives the elements of the part.
  /// - Precondition: both have room for their elements, and the part is inside.
  func apply(to operand: [UInt8], part: Range<Int>? = nil, _ result: inout [UInt8]) {
    let part = part ?? 0..<firstExtent
    precondition(0 <= part.lowerBound && part.upperBound <= firstExtent, "the result has these indices")
    precondition(operand.count >= byteCount, "the operand holds all elements")
    precondition(result.count >= byteCount / max(firstExtent, 1) * part.count, "the result has room for the part")
    let moves = Moves(self, part)
    unsafe operand.withUnsafeBytes { input in
      unsafe result.withUnsafeMutableBytes { output in
        guard byteCount > 0, !part.isEmpty, let start = input.baseAddress, let output = output.baseAddress else {
          return
        }
        let input = unsafe start + moves.start
        // Offsets are sums of index times stride with every index below its extent, so all of them are inside.
        switch moves.width {
        case 1: unsafe moves.move(input, output, as: UInt8.self)
        case 2: unsafe moves.move(input, output, as: UInt16.self)
        case 4: unsafe moves.move(input, output, as: UInt32.self)
        case 8: unsafe moves.move(input, output, as: UInt64.self)
        case 16: unsafe moves.move(input, output, as: UInt128.self)
        default: unsafe moves.copyRuns(input, output)
        }
      }
    }
  }

  /// What is moved where, in bytes. Elements that stay together count as one.
  private struct Moves {
    let width: Int
    /// In the order of the result.
    var axes: [Axis]
    /// The place in `axes` of the operand's last axis.
    let inner: Int
    /// The operand's offset of the first element.
    let start: Int

    struct Axis {
      var extent: Int
      /// The bytes that one step skips in the operand and in the result.
      var source = 0
      var target = 0
    }

    init(_ permutation: AxisPermutation, _ part: Range<Int>) {
      var (extents, order, width) = (permutation.dimensions, permutation.axes, permutation.width)
      if let last = order.last, last == extents.count - 1 {
        width *= extents.removeLast()
        order.removeLast()
      }
      var axes = order.map { Axis(extent: extents[$0]) }
      var (read, written) = (width, width)
      for place in extents.indices.reversed() {
        guard let index = order.firstIndex(of: place) else { continue }
        axes[index].source = read
        read *= extents[place]
      }
      for index in axes.indices.reversed() {
        axes[index].target = written
        written *= axes[index].extent
      }
      if axes.isEmpty {
        // All elements stay together, and the one axis is among them.
        (start, self.width) = (part.lowerBound * permutation.width, part.count * permutation.width)
      } else {
        (start, self.width) = (part.lowerBound * axes[0].source, width)
        axes[0].extent = part.count
      }
      self.axes = axes
      inner = order.firstIndex(of: extents.count - 1) ?? 0
    }

    /// Moves elements of any width.
    func copyRuns(_ input: UnsafeRawPointer, _ output: UnsafeMutableRawPointer) {
      Self.forEachPlace(axes) { source, target in
        unsafe (output + target).copyMemory(from: input + source, byteCount: width)
      }
    }

    /// Moves elements of a width that the processor has.
    func move<Element: FixedWidthInteger & BitwiseCopyable>(
      _ input: UnsafeRawPointer, _ output: UnsafeMutableRawPointer, as type: Element.Type
    ) {
      guard axes.count > 1 else { return unsafe copyRuns(input, output) }
      let side = min(AxisPermutation.maximumSide, AxisPermutation.rowByteCount / width)
      let (rowAxis, columnAxis) = (axes[axes.count - 1], axes[inner])
      let others = axes.indices.dropLast().filter { $0 != inner }.map { axes[$0] }
      unsafe withUnsafeTemporaryAllocation(of: Element.self, capacity: side * side) { tile in
        guard let tile = tile.baseAddress else { return }
        for column in stride(from: 0, to: columnAxis.extent, by: side) {
          let columnCount = min(side, columnAxis.extent - column)
          for row in stride(from: 0, to: rowAxis.extent, by: side) {
            let rowCount = min(side, rowAxis.extent - row)
            let start = row * rowAxis.source + column * width
            let end = column * columnAxis.target + row * width
            // The last of the other axes is the fastest: if a row of the result is shorter than a cache line, the next
            // one continues it.
            Self.forEachPlace(others) { source, target in
              for row in 0..<rowCount {
                unsafe UnsafeMutableRawPointer(tile + row * side).copyMemory(
                  from: input + (source + start + row * rowAxis.source), byteCount: columnCount * width)
              }
              for column in 0..<columnCount {
                let line = unsafe output + (target + end + column * columnAxis.target)
                for row in 0..<rowCount {
                  unsafe line.storeBytes(of: tile[row * side + column], toByteOffset: row * width, as: Element.self)
                }
              }
            }
          }
        }
      }
    }

    /// Calls `body` with the offsets of each combination of indices, the last axis fastest.
    private static func forEachPlace(_ axes: [Axis], _ body: (_ source: Int, _ target: Int) -> Void) {
      var index = [Int](repeating: 0, count: axes.count)
      var (source, target) = (0, 0)
      while true {
        body(source, target)
        // The last axis that has not reached its end advances by one; those after it start again.
        var place = axes.count - 1
        while place >= 0 {
          let axis = axes[place]
          index[place] += 1
          source += axis.source
          target += axis.target
          if index[place] < axis.extent { break }
          source -= axis.source * axis.extent
          target -= axis.target * axis.extent
          index[place] = 0
          place -= 1
        }
        if place < 0 { return }
      }
    }
  }
}
