/// Arranges boxes in layers, so that arrows point down, with few crossings.
///
/// A box's layer is the longest path to it; boxes without incoming arrows are placed right above the first box that
/// they lead to. Boxes in a layer are ordered by the mean position of their neighbors, in several passes up and down.
/// Then horizontal positions are chosen, layer by layer, so that the sum of the squared sideways distances of all
/// arrows is small, as far as the order and the widths allow. An arrow across several layers runs through places that
/// are kept free for it. The same graph gives the same picture.
/// - Source: Sugiyama, Tagawa and Toda, Methods for Visual Understanding of Hierarchical System Structures, 1981; the least squares in a
///   layer are Ayer et al., An Empirical Distribution Function for Sampling with Incomplete Information, 1955 (pool adjacent violators).
package struct LayeredLayout: Sendable, Equatable {
  /// A place in the picture.
  package struct Point: Sendable, Equatable {
    /// From the left edge.
    package var x: Double
    /// From the top edge.
    package var y: Double
  }

  /// An arrow.
  package struct Route: Sendable, Equatable {
    /// The box where it starts.
    package let from: Int
    /// The box where it ends.
    package let to: Int
    /// Its points, from the box where it starts to the box where it ends.
    package let points: [Point]
    /// Whether it points up, because it closes a cycle.
    package let isUpward: Bool
  }

  /// Lengths in the picture.
  package struct Measures: Sendable {
    /// The width of every box.
    package var boxWidth = 150.0
    /// The height of every box.
    package var boxHeight = 40.0
    /// The distance between boxes in a layer.
    package var gap = 16.0
    /// The distance between layers.
    package var layerGap = 34.0
    /// The width that is kept free for an arrow.
    package var routeWidth = 10.0

    /// The usual lengths.
    package init() {}
  }

  /// The center of each box.
  package let centers: [Point]
  /// The layer of each box, from 0 at the top.
  package let layers: [Int]
  /// The arrows, in the order of the edges; an edge from a box to itself has none, and a repeated edge has one.
  package private(set) var routes: [Route] = []
  /// The width of the whole picture.
  package private(set) var width = 0.0
  /// The height of the whole picture.
  package private(set) var height = 0.0

  private static let orderingRounds = 12
  private static let placingRounds = 32

  /// Lays out boxes.
  ///
  /// - Parameters:
  ///   - boxCount: how many boxes.
  ///   - edges: from box to box, by number; others are left out.
  ///   - measures: lengths.
  package init(boxCount: Int, edges: [(from: Int, to: Int)], measures: Measures = Measures()) {
    var seen: Set<[Int]> = []
    let edges = edges.filter { edge in
      edge.from != edge.to && (0..<boxCount).contains(edge.from) && (0..<boxCount).contains(edge.to)
        && seen.insert([edge.from, edge.to]).inserted
    }
    let isUpward = Self.circleClosers(boxCount, edges)
    let downward = zip(edges, isUpward).map { edge, isUp in isUp ? (from: edge.to, to: edge.from) : edge }
    let layers = Self.layers(boxCount, downward)
    self.layers = layers
    var grid = Grid(layers, downward, measures)
    grid.order(rounds: Self.orderingRounds)
    let x = grid.places(rounds: Self.placingRounds)
    let left = grid.items.indices.map { x[$0] - grid.items[$0].width / 2 }.min() ?? 0
    let step = measures.boxHeight + measures.layerGap
    let centers = (0..<boxCount).map { box in
      Point(x: x[box] - left, y: (Double(layers[box]) + 0.5) * step - measures.layerGap / 2)
    }
    self.centers = centers
    width = (grid.items.indices.map { x[$0] + grid.items[$0].width / 2 }.max() ?? 0) - left
    height = Double((layers.max() ?? -1) + 1) * step
    for (index, edge) in edges.enumerated() {
      let (top, bottom) = (downward[index].from, downward[index].to)
      var points = [Point(x: centers[top].x, y: centers[top].y + measures.boxHeight / 2)]
      for item in grid.routes[index] {
        let y = (Double(grid.items[item].layer) + 0.5) * step - measures.layerGap / 2
        points.append(Point(x: x[item] - left, y: y - measures.boxHeight / 2))
        points.append(Point(x: x[item] - left, y: y + measures.boxHeight / 2))
      }
      points.append(Point(x: centers[bottom].x, y: centers[bottom].y - measures.boxHeight / 2))
      routes.append(
        Route(
          from: edge.from, to: edge.to, points: isUpward[index] ? points.reversed() : points,
          isUpward: isUpward[index]))
    }
  }

  /// For each edge, whether a walk from the first box finds that it leads back to a box on the current path.
  private static func circleClosers(_ count: Int, _ edges: [(from: Int, to: Int)]) -> [Bool] {
    var outgoing = [[Int]](repeating: [], count: count)
    var hasIncoming = [Bool](repeating: false, count: count)
    for (index, edge) in edges.enumerated() {
      outgoing[edge.from].append(index)
      hasIncoming[edge.to] = true
    }
    enum State { case new, open, done }
    var states = [State](repeating: .new, count: count)
    var closes = [Bool](repeating: false, count: edges.count)
    // Starts with boxes without incoming edges, so that in a loop the edge that leads back is reversed.
    let starts = (0..<count).filter { !hasIncoming[$0] } + (0..<count).filter { hasIncoming[$0] }
    for start in starts where states[start] == .new {
      var stack = [(box: start, next: 0)]
      states[start] = .open
      while let (box, next) = stack.last {
        guard next < outgoing[box].count else {
          states[box] = .done
          stack.removeLast()
          continue
        }
        stack[stack.count - 1].next += 1
        let edge = outgoing[box][next]
        switch states[edges[edge].to] {
        case .new:
          states[edges[edge].to] = .open
          stack.append((edges[edge].to, 0))
        case .open: closes[edge] = true
        case .done: break
        }
      }
    }
    return closes
  }

  /// The longest path to each box of a graph without cycles.
  private static func layers(_ count: Int, _ edges: [(from: Int, to: Int)]) -> [Int] {
    var outgoing = [[Int]](repeating: [], count: count)
    var waiting = [Int](repeating: 0, count: count)
    for edge in edges {
      outgoing[edge.from].append(edge.to)
      waiting[edge.to] += 1
    }
    let sources = (0..<count).filter { waiting[$0] == 0 }
    var layers = [Int](repeating: 0, count: count)
    var ready = sources
    while let box = ready.popLast() {
      for next in outgoing[box] {
        layers[next] = max(layers[next], layers[box] + 1)
        waiting[next] -= 1
        if waiting[next] == 0 { ready.append(next) }
      }
    }
    for box in sources {
      if let nearest = outgoing[box].map({ layers[$0] }).min() { layers[box] = nearest - 1 }
    }
    return layers
  }
}

/// The boxes, and the places that are kept free for arrows, layer by layer.
private struct Grid {
  struct Item {
    let layer: Int
    let width: Double
    var above: [Int] = []
    var below: [Int] = []
  }

  /// The boxes first.
  private(set) var items: [Item]
  /// For each edge, the places that it runs through.
  private(set) var routes: [[Int]] = []
  private var rows: [[Int]]
  private let gap: Double

  /// When this many places are kept free for arrows, the rest of the arrows run straight, even over boxes.
  private static let maximumPlaceCount = 20_000

  init(_ layers: [Int], _ edges: [(from: Int, to: Int)], _ measures: LayeredLayout.Measures) {
    gap = measures.gap
    items = layers.map { Item(layer: $0, width: measures.boxWidth) }
    var room = Self.maximumPlaceCount
    for edge in edges {
      var route: [Int] = []
      var last = edge.from
      let passed = layers[edge.from] + 1..<max(layers[edge.to], layers[edge.from] + 1)
      room -= passed.count
      for layer in room >= 0 ? passed : passed.prefix(0) {
        items.append(Item(layer: layer, width: measures.routeWidth))
        route.append(items.count - 1)
        items[last].below.append(items.count - 1)
        items[items.count - 1].above.append(last)
        last = items.count - 1
      }
      items[last].below.append(edge.to)
      items[edge.to].above.append(last)
      routes.append(route)
    }
    rows = Array(repeating: [], count: (layers.max() ?? -1) + 1)
    for (index, item) in items.enumerated() { rows[item.layer].append(index) }
  }

  /// Orders each layer by the mean positions of neighbors in the next one.
  mutating func order(rounds: Int) {
    var ranks = [Double](repeating: 0, count: items.count)
    for row in rows { for (place, item) in row.enumerated() { ranks[item] = Double(place) } }
    for round in 0..<rounds {
      let isDown = round.isMultiple(of: 2)
      for layer in isDown ? Array(rows.indices) : rows.indices.reversed() {
        let keys = rows[layer].map { item -> Double in
          let neighbors = isDown ? items[item].above : items[item].below
          guard !neighbors.isEmpty else { return ranks[item] }
          return neighbors.reduce(0) { $0 + ranks[$1] } / Double(neighbors.count)
        }
        let sorted = rows[layer].indices.sorted { keys[$0] == keys[$1] ? $0 < $1 : keys[$0] < keys[$1] }
        rows[layer] = sorted.map { rows[layer][$0] }
        // Relative to the middle, so that rows of different lengths can be compared.
        let middle = Double(rows[layer].count - 1) / 2
        for (place, item) in rows[layer].enumerated() { ranks[item] = Double(place) - middle }
      }
    }
  }

  /// The horizontal position of each item.
  func places(rounds: Int) -> [Double] {
    var x = [Double](repeating: 0, count: items.count)
    for row in rows {
      var place = 0.0
      for item in row {
        x[item] = place + items[item].width / 2
        place += items[item].width + gap
      }
      for item in row { x[item] -= place / 2 }
    }
    for round in 0..<rounds {
      for layer in round.isMultiple(of: 2) ? Array(rows.indices) : rows.indices.reversed() {
        let pulls = rows[layer].map { item -> (wish: Double, weight: Double) in
          let neighbors = items[item].above + items[item].below
          guard !neighbors.isEmpty else { return (x[item], 1) }
          let weight = Double(neighbors.count) + Self.middleWeight
          return (neighbors.reduce(0) { $0 + x[$1] } / weight, weight)
        }
        for (item, place) in zip(rows[layer], fitted(rows[layer], to: pulls)) { x[item] = place }
      }
    }
    return x
  }

  /// How strongly items are pulled to the middle; without that, parts of the picture push each other farther and
  /// farther apart.
  private static let middleWeight = 0.2

  /// The positions nearest to the wishes that keep the order and the distances.
  private func fitted(_ row: [Int], to pulls: [(wish: Double, weight: Double)]) -> [Double] {
    var offsets: [Double] = []
    var offset = 0.0
    for (place, item) in row.enumerated() {
      if place > 0 { offset += (items[row[place - 1]].width + items[item].width) / 2 + gap }
      offsets.append(offset)
    }
    // With the distances subtracted, positions must not decrease: runs that would decrease are put at their mean.
    var runs: [(sum: Double, weight: Double, count: Int)] = []
    for place in row.indices {
      runs.append((pulls[place].weight * (pulls[place].wish - offsets[place]), pulls[place].weight, 1))
      while runs.count > 1 {
        let (last, previous) = (runs[runs.count - 1], runs[runs.count - 2])
        guard previous.sum / previous.weight > last.sum / last.weight else { break }
        runs.removeLast(2)
        runs.append((previous.sum + last.sum, previous.weight + last.weight, previous.count + last.count))
      }
    }
    let places = runs.flatMap { run in Array(repeating: run.sum / run.weight, count: run.count) }
    return zip(places, offsets).map { $0 + $1 }
  }
}
