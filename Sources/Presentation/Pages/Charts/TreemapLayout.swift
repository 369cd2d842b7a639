/// Rectangles with given areas, side by side in one rectangle and as nearly square as possible.
///
/// - Source: Bruls, Huizing and van Wijk, "Squarified Treemaps", 2000.
package struct TreemapLayout: Sendable {
  /// A rectangle in a drawing.
  package struct Box: Sendable, Equatable {
    /// The left edge.
    package var x: Double
    /// The upper edge.
    package var y: Double
    /// The extent to the right.
    package var width: Double
    /// The extent downward.
    package var height: Double

    /// A rectangle.
    package init(x: Double, y: Double, width: Double, height: Double) {
      (self.x, self.y, self.width, self.height) = (x, y, width, height)
    }

    /// Its area.
    package var area: Double { width * height }
  }

  /// Divides a box by weights.
  ///
  /// - Parameters:
  ///   - weights: positive, in descending order.
  ///   - box: the box to divide.
  /// - Returns: a box for each weight, in the same order.
  package static func boxes(for weights: [Double], in box: Box) -> [Box] {
    let total = weights.reduce(0, +)
    guard total > 0, box.width > 0, box.height > 0 else {
      return weights.map { _ in Box(x: box.x, y: box.y, width: 0, height: 0) }
    }
    let scale = box.area / total
    var rest = box
    var boxes: [Box] = []
    boxes.reserveCapacity(weights.count)
    var start = 0
    while start < weights.count {
      let side = min(rest.width, rest.height)
      var end = start + 1
      var sum = weights[start] * scale
      var worst = ratio(weights[start] * scale, sum, side)
      while end < weights.count {
        let area = weights[end] * scale
        // The first box of a row is its largest, the last its smallest.
        let next = max(ratio(weights[start] * scale, sum + area, side), ratio(area, sum + area, side))
        guard next <= worst else { break }
        (sum, worst, end) = (sum + area, next, end + 1)
      }
      boxes += row(weights[start..<end].map { $0 * scale }, sum, &rest)
      start = end
    }
    return boxes
  }

  /// How far a box of a row is from a square; 1 for a square.
  private static func ratio(_ area: Double, _ sum: Double, _ side: Double) -> Double {
    guard side > 0, sum > 0, area > 0 else { return .infinity }
    let depth = sum / side
    let length = area / depth
    return max(depth / length, length / depth)
  }

  /// Cuts a row off the shorter side of `rest`.
  private static func row(_ areas: [Double], _ sum: Double, _ rest: inout Box) -> [Box] {
    let isColumn = rest.width >= rest.height
    let side = isColumn ? rest.height : rest.width
    let depth = side > 0 ? min(sum / side, isColumn ? rest.width : rest.height) : 0
    var place = isColumn ? rest.y : rest.x
    let boxes = areas.map { area -> Box in
      let length = depth > 0 ? area / depth : 0
      defer { place += length }
      return isColumn
        ? Box(x: rest.x, y: place, width: depth, height: length)
        : Box(x: place, y: rest.y, width: length, height: depth)
    }
    if isColumn {
      rest.x += depth
      rest.width -= depth
    } else {
      rest.y += depth
      rest.height -= depth
    }
    return boxes
  }
}
