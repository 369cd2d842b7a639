import Captioning
import Foundation
import Images
import Messages
import TestSupport
import Testing

@testable import Explanation

@Suite("Maps of what a word depends on")
struct OcclusionMapTests {
  /// A word that loses this much of its log-probability at one patch of a 3 x 3 grid.
  static func map(row: Int, column: Int, drop: Double) throws -> OcclusionMap {
    var drops = [Double](repeating: 0.001, count: 9)
    drops[row * 3 + column] = drop
    return OcclusionMap(grid: try PatchGrid(side: 3), drops: drops)
  }

  @Test("the strongest patch says where it is, in a ninth of the picture")
  func strongest() throws {
    let names = [
      ["upper left", "upper middle", "upper right"], ["middle left", "center", "middle right"],
      ["lower left", "lower middle", "lower right"],
    ]
    for row in 0..<3 {
      for column in 0..<3 {
        let patch = try #require(Self.map(row: row, column: column, drop: 2).strongest)
        #expect((patch.row, patch.column, patch.drop) == (row, column, 2))
        #expect(patch.region.name == names[row][column])
      }
    }
  }

  @Test("a word that keeps nine tenths of its probability depends on no particular part")
  func negligible() throws {
    #expect(try Self.map(row: 0, column: 0, drop: -log(0.9)).strongest == nil)
    #expect(try Self.map(row: 0, column: 0, drop: -log(0.899)).strongest != nil)
    #expect(try Self.map(row: 0, column: 0, drop: -3).strongest == nil)
    #expect(OcclusionMap(grid: try PatchGrid(side: 2), drops: [0, 0, 0, 0]).range == 0...0)
  }

  @Test("of equal patches the first is the strongest")
  func ties() throws {
    let map = OcclusionMap(grid: try PatchGrid(side: 2), drops: [0, 1, 1, 0])
    #expect(map.strongest?.row == 0 && map.strongest?.column == 1)
  }

  @Test("a grid that shows nothing or takes forever is refused", arguments: [Int.min, -1, 0, 1, 33, 1000, Int.max])
  func sides(side: Int) {
    let error = #expect(throws: ExplanationError.self) { try PatchGrid(side: side) }
    #expect(error == ExplanationError(.gridSide(side)))
    #expect(error?.category == .usage)
  }

  @Test("patches divide what the network sees, without gap or overlap", arguments: [2, 7, 8, 13, 32])
  func extents(side: Int) throws {
    let grid = try PatchGrid(side: side)
    #expect((0..<side).flatMap { Array(grid.pixels($0)) } == Array(0..<299))
    for extents in [grid.columns, grid.rows] {
      #expect(extents.count == side)
      #expect(extents.first?.lowerBound == 23.0 / 346)
      #expect(extents.last?.upperBound == 322.0 / 346)
      #expect(zip(extents, extents.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
    }
  }

  @Test("on a turned picture, patches are where the turned pixels are", arguments: PictureOrientation.allCases)
  func orientations(orientation: PictureOrientation) throws {
    let side = 4
    let stored = try PatchGrid(side: side)
    let upright = stored.turned(from: orientation)
    // Each patch by the middle of its place in the stored picture.
    let places = (0..<side * side).map { place in
      (x: Self.middle(stored.columns[place % side]), y: Self.middle(stored.rows[place / side]))
    }
    for (place, original) in orientation.upright(places, width: side, height: side).enumerated() {
      let (x, y) = (Self.middle(upright.columns[place % side]), Self.middle(upright.rows[place / side]))
      // Where a point of the stored picture is once it is upright: EXIF's eight cases, as fractions of the sides.
      let expected =
        switch orientation {
        case .upright: (original.x, original.y)
        case .mirrored: (1 - original.x, original.y)
        case .turnedAround: (1 - original.x, 1 - original.y)
        case .flipped: (original.x, 1 - original.y)
        case .transposed: (original.y, original.x)
        case .turnedLeft: (1 - original.y, original.x)
        case .transversed: (1 - original.y, 1 - original.x)
        case .turnedRight: (original.y, 1 - original.x)
        }
      #expect(abs(x - expected.0) < 1e-9 && abs(y - expected.1) < 1e-9)
    }
  }

  private static func middle(_ extent: ClosedRange<Double>) -> Double { (extent.lowerBound + extent.upperBound) / 2 }
}
