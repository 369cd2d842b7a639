import Foundation

extension DrawnScene {
  /// The picture: `[height, width, 3]`, row-major, 8 bits a channel.
  public func pixels() -> [UInt8] {
    var random = SeededRandom(seed: drawingSeed)
    var canvas = Canvas(width: width, height: height, using: &random)
    for object in objects {
      let group = groups[object.group]
      let color = group.color.levels.map { min(max($0 + .random(in: -12...12, using: &random), 0), 255) }
      canvas.draw(
        group.shape.outline, color, x: object.x * Double(width), y: object.y * Double(height),
        halfWidth: object.halfWidth * Double(width), halfHeight: object.halfHeight * Double(height))
    }
    return canvas.levels.map { UInt8(min(max($0.rounded(), 0), 255)) }
  }
}

extension DrawnScene.Color {
  fileprivate var levels: [Int] {
    switch self {
    case .black: [22, 22, 26]
    case .blue: [36, 78, 208]
    case .green: [34, 150, 62]
    case .purple: [136, 44, 160]
    case .red: [214, 38, 38]
    case .yellow: [246, 206, 24]
    }
  }
}

extension DrawnScene.Shape {
  /// The corners in units of half the box, from its middle; nil for the circle that fills it.
  fileprivate var outline: [(x: Double, y: Double)]? {
    switch self {
    case .circle: nil
    case .square: [(-1, -1), (1, -1), (1, 1), (-1, 1)]
    case .triangle: [(0, -1), (0.95, 0.7), (-0.95, 0.7)]
    case .star:
      (0..<10).map { corner in
        let part = corner.isMultiple(of: 2) ? 1 : 0.42
        let angle = Double.pi * Double(corner) / 5
        return (part * sin(angle), -part * cos(angle))
      }
    }
  }
}

/// Pixels that shapes are drawn on.
private struct Canvas {
  let width: Int
  let height: Int
  /// `[height, width, 3]`, 0 to 255.
  var levels: [Double]

  /// A background: plain, shaded, or cloudy.
  init(width: Int, height: Int, using random: inout SeededRandom) {
    (self.width, self.height) = (width, height)
    levels = []
    levels.reserveCapacity(width * height * 3)
    let first = Self.pastel(using: &random)
    switch Double.random(in: 0..<1, using: &random) {
    case ..<0.3:
      for _ in 0..<width * height { levels += first }
    case ..<0.65:
      let second = Self.pastel(using: &random)
      let angle = Double.random(in: 0..<2 * .pi, using: &random)
      for y in 0..<height {
        for x in 0..<width {
          let across = (Double(x) / Double(max(width - 1, 1)) - 0.5) * cos(angle)
          let down = (Double(y) / Double(max(height - 1, 1)) - 0.5) * sin(angle)
          let part = (across + down + 0.7) / 1.4
          for c in 0..<3 { levels.append(first[c] + part * (second[c] - first[c])) }
        }
      }
    default:
      let side = Int.random(in: 3...9, using: &random)
      let deviation = Double.random(in: 4...14, using: &random)
      var cells: [Double] = []
      for _ in 0..<side * side {
        let common = deviation * Self.normal(using: &random)
        cells += first.map { min(max($0 + common + 4 * Self.normal(using: &random), 0), 250) }
      }
      enlarge(cells, side: side)
    }
  }

  private static func pastel(using random: inout SeededRandom) -> [Double] {
    let gray = Double.random(in: 150...240, using: &random)
    return (0..<3).map { _ in min(gray + .random(in: -16...16, using: &random), 250) }
  }

  /// A number of the normal distribution, by Box and Muller.
  private static func normal(using random: inout SeededRandom) -> Double {
    let radius = (-2 * log(1 - Double.random(in: 0..<1, using: &random))).squareRoot()
    return radius * cos(2 * .pi * .random(in: 0..<1, using: &random))
  }

  /// Fills the picture with a few cells, with smooth steps between them: Keys' cubic convolution, as Pillow's.
  private mutating func enlarge(_ cells: [Double], side: Int) {
    func taps(_ place: Int, of count: Int) -> [(cell: Int, weight: Double)] {
      let center = (Double(place) + 0.5) * Double(side) / Double(count) - 0.5
      let taps = (-1...2).map { offset -> (cell: Int, weight: Double) in
        let cell = Int(center.rounded(.down)) + offset
        let t = abs(center - Double(cell))
        let weight = t < 1 ? (1.5 * t - 2.5) * t * t + 1 : t < 2 ? ((-0.5 * t + 2.5) * t - 4) * t + 2 : 0
        return (cell, weight)
      }.filter { 0..<side ~= $0.cell }
      let sum = taps.reduce(0) { $0 + $1.weight }
      return taps.map { ($0.cell, $0.weight / sum) }
    }
    let columns = (0..<width).map { taps($0, of: width) }
    for y in 0..<height {
      let rows = taps(y, of: height)
      // One row of cells, mixed.
      var mixed = [Double](repeating: 0, count: side * 3)
      for (cell, weight) in rows { for i in 0..<side * 3 { mixed[i] += weight * cells[cell * side * 3 + i] } }
      for x in 0..<width {
        for c in 0..<3 {
          levels.append(min(max(columns[x].reduce(0) { $0 + $1.weight * mixed[$1.cell * 3 + c] }, 0), 255))
        }
      }
    }
  }

  /// Draws a shape; at its edge, pixels are mixed by how much of them, in sixteenths, it covers.
  mutating func draw(
    _ outline: [(x: Double, y: Double)]?, _ color: [Int], x: Double, y: Double, halfWidth: Double, halfHeight: Double
  ) {
    let over = 4
    let columns = max(Int(x - halfWidth) - 1, 0)...min(Int(x + halfWidth) + 1, width - 1)
    let rows = max(Int(y - halfHeight) - 1, 0)...min(Int(y + halfHeight) + 1, height - 1)
    for row in rows {
      for column in columns {
        var covered = 0
        for sample in 0..<over * over {
          let sampleX = (Double(column) + (Double(sample % over) + 0.5) / Double(over) - x) / halfWidth
          let sampleY = (Double(row) + (Double(sample / over) + 0.5) / Double(over) - y) / halfHeight
          if Self.contains(outline, sampleX, sampleY) { covered += 1 }
        }
        let part = Double(covered) / Double(over * over)
        for c in 0..<3 {
          let place = (row * width + column) * 3 + c
          levels[place] += part * (Double(color[c]) - levels[place])
        }
      }
    }
  }

  /// Whether a point lies in a polygon: a ray from it crosses the outline an odd number of times.
  private static func contains(_ outline: [(x: Double, y: Double)]?, _ x: Double, _ y: Double) -> Bool {
    guard let outline else { return x * x + y * y <= 1 }
    var isInside = false
    for (index, corner) in outline.enumerated() {
      let next = outline[(index + 1) % outline.count]
      if (corner.y > y) != (next.y > y), x < corner.x + (y - corner.y) / (next.y - corner.y) * (next.x - corner.x) {
        isInside.toggle()
      }
    }
    return isInside
  }
}
