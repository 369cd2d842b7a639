import Portraits
import TestSupport
import Testing

@Suite("Boxes in layers")
struct LayeredLayoutTests {
  @Test("layers are the longest paths, and sources stand right above what they lead to")
  func layers() {
    let layout = LayeredLayout(boxCount: 5, edges: [(0, 1), (1, 2), (0, 2), (2, 3), (4, 3)])
    #expect(layout.layers == [0, 1, 2, 3, 2])
    #expect(layout.routes.count == 5)
    // Over a layer: there is a place kept free in it.
    #expect(layout.routes[2].points.count == 4)
    for route in layout.routes {
      #expect(zip(route.points, route.points.dropFirst()).allSatisfy { $0.y <= $1.y })
    }
  }

  @Test("a circle is cut once, and its last arrow points up")
  func circles() {
    let layout = LayeredLayout(boxCount: 3, edges: [(0, 1), (1, 2), (2, 0), (1, 1), (0, 1), (7, 1)])
    #expect(layout.layers == [0, 1, 2])
    #expect(layout.routes.map(\.isUpward) == [false, false, true])
    let last = layout.routes[2].points
    #expect(last[0].y > last[last.count - 1].y)
  }

  @Test("no two boxes overlap, whatever the edges", arguments: 0..<6)
  func overlaps(seed: Int) {
    var random = SeededRandom(seed: UInt64(seed))
    let count = 60
    let edges = (0..<150).map { _ in
      (from: Int(random.next() % UInt64(count)), to: Int(random.next() % UInt64(count)))
    }
    let measures = LayeredLayout.Measures()
    let layout = LayeredLayout(boxCount: count, edges: edges, measures: measures)
    for i in 0..<count {
      let a = layout.centers[i]
      #expect(a.x >= measures.boxWidth / 2 - 0.01 && a.x <= layout.width - measures.boxWidth / 2 + 0.01)
      #expect(a.y > 0 && a.y < layout.height)
      for j in i + 1..<count where layout.layers[i] == layout.layers[j] {
        #expect(abs(a.x - layout.centers[j].x) >= measures.boxWidth + measures.gap - 0.01)
      }
    }
    for route in layout.routes {
      #expect((layout.layers[route.from] < layout.layers[route.to]) != route.isUpward)
    }
  }

  @Test("nothing is a picture of no extent")
  func empty() {
    let layout = LayeredLayout(boxCount: 0, edges: [])
    #expect(layout.centers.isEmpty && layout.width == 0 && layout.height == 0)
  }
}
