import Foundation

/// A drawn picture of a few shapes, such as the scenes model was trained on, with the places of its shapes.
///
/// The rules are those of `Fixtures/make/scenes/draw_scenes.py`; the random numbers are others, so every scene is one that the model has
/// never seen.
public struct DrawnScene: Sendable {
  /// What is drawn.
  public enum Shape: String, Sendable, CaseIterable { case circle, square, triangle, star }

  /// How large it is.
  public enum Size: String, Sendable, CaseIterable { case small, large }

  /// Its color.
  public enum Color: String, Sendable, CaseIterable { case black, blue, green, purple, red, yellow }

  /// Equal shapes.
  public struct Group: Sendable {
    /// How many.
    public let count: Int
    /// Of what size.
    public let size: Size
    /// In what color.
    public let color: Color
    /// What they are.
    public let shape: Shape

    /// Such as `two large purple circles`.
    public var phrase: String {
      "\(["a", "two", "three"][count - 1]) \(size.rawValue) \(color.rawValue) \(noun)"
    }

    /// Such as `circle` or `circles`.
    public var noun: String { shape.rawValue + (count > 1 ? "s" : "") }
  }

  /// One shape at its place; lengths are parts of the picture's width or height.
  public struct Object: Sendable {
    /// The group that it belongs to.
    public let group: Int
    /// Half of its box.
    public let halfWidth, halfHeight: Double
    /// The box's middle.
    public var x = 0.0
    /// The box's middle.
    public var y = 0.0

    /// The columns of its box.
    public var columns: ClosedRange<Double> { x - halfWidth...x + halfWidth }
    /// The rows of its box.
    public var rows: ClosedRange<Double> { y - halfHeight...y + halfHeight }
  }

  /// One group, or two.
  public let groups: [Group]
  /// Whether the first of two groups is above the second, and not left of it.
  public let isStacked: Bool
  /// The shapes, those of the first group first.
  public let objects: [Object]
  /// Pixels in a row.
  public let width: Int
  /// Rows.
  public let height: Int
  let drawingSeed: UInt64

  /// Draws lots for a scene.
  public init(seed: UInt64, width: Int, height: Int) {
    var random = SeededRandom(seed: seed)
    (self.width, self.height) = (width, height)
    let counts: [Int]
    switch Double.random(in: 0..<1, using: &random) {
    case ..<0.15: counts = [1]
    case ..<0.32: counts = [.random(in: 2...3, using: &random)]
    case ..<0.78: counts = [1, 1]
    default: counts = Bool.random(using: &random) ? [1, 2] : [2, 1]
    }
    var groups: [Group] = []
    repeat {
      groups = counts.map { Group(count: $0, using: &random) }
      // Two groups of the same shapes would read like a count.
    } while groups.count == 2 && groups[0].color == groups[1].color && groups[0].shape == groups[1].shape
    let isStacked = Bool.random(using: &random)
    let placing = Placing(groups: groups, isStacked: isStacked, aspect: Double(width) / Double(height))
    var objects: [Object]?
    while objects == nil { objects = placing.objects(using: &random) }
    (self.groups, self.isStacked, self.objects) = (groups, isStacked, objects ?? [])
    drawingSeed = random.next()
  }

  /// The one caption that is right.
  public var caption: String {
    groups.map(\.phrase).joined(separator: isStacked ? " above " : " left of ") + " ."
  }
}

extension DrawnScene.Group {
  fileprivate init(count: Int, using random: inout SeededRandom) {
    self.init(
      count: count, size: .allCases.randomElement(using: &random) ?? .small,
      color: .allCases.randomElement(using: &random) ?? .black,
      shape: .allCases.randomElement(using: &random) ?? .circle)
  }
}

extension DrawnScene {
  /// Finds places for shapes: inside the middle 80% of the picture, apart from each other.
  private struct Placing {
    let groups: [Group]
    let isStacked: Bool
    let aspect: Double

    static let inside = 0.1...0.9

    /// A try; nil if it does not fit.
    func objects(using random: inout SeededRandom) -> [Object]? {
      func lot(_ range: ClosedRange<Double>) -> Double { .random(in: range, using: &random) }
      let inside = Self.inside
      var objects: [Object] = []
      for (index, group) in groups.enumerated() {
        // Half of a shape's width as a part of the geometric mean of the picture's sides.
        let base = lot(group.size == .small ? 0.052...0.064 : 0.112...0.132)
        // Equalizes the areas a little: a star of the circle's radius would look small.
        let outer: Double =
          switch group.shape {
          case .circle: 1
          case .square: 0.9
          case .triangle: 1.15
          case .star: 1.2
          }
        for _ in 0..<group.count {
          let radius = base * lot(0.96...1.04) * outer
          objects.append(
            Object(group: index, halfWidth: radius / aspect.squareRoot(), halfHeight: radius * aspect.squareRoot()))
        }
      }
      if groups.count == 1 {
        for index in objects.indices {
          let object = objects[index]
          objects[index].x = lot(inside.lowerBound + object.halfWidth...inside.upperBound - object.halfWidth)
          objects[index].y = lot(inside.lowerBound + object.halfHeight...inside.upperBound - object.halfHeight)
        }
      } else {
        // Along the axis of the relation the groups are clearly apart; across it they are nearly in line, and the two shapes of a
        // pair lie side by side across it.
        let along: KeyPath<Object, Double> = isStacked ? \.halfHeight : \.halfWidth
        let across: KeyPath<Object, Double> = isStacked ? \.halfWidth : \.halfHeight
        let members = [0, 1].map { group in objects.filter { $0.group == group } }
        let half = members.map { $0.map { $0[keyPath: along] }.max() ?? 0 }
        let length = 2 * half[0] + lot(0.05...0.2) + 2 * half[1] + 0.03
        let room = inside.upperBound - inside.lowerBound
        if length > room { return nil }
        let start = lot(inside.lowerBound...inside.upperBound - length)
        let middle = [start + half[0] + 0.015, start + length - half[1] - 0.015]
        var halfAcross = 0.0
        var spread: [[Double]] = []
        for group in members {
          if group.count == 1 {
            spread.append([0])
            halfAcross = max(halfAcross, group[0][keyPath: across])
          } else {
            let distance = group[0][keyPath: across] + group[1][keyPath: across] + lot(0.03...0.14)
            spread.append([-distance / 2, distance / 2])
            halfAcross = max(halfAcross, distance / 2 + max(group[0][keyPath: across], group[1][keyPath: across]))
          }
        }
        let shift = lot(-0.06...0.06)
        halfAcross += abs(shift) / 2
        if 2 * halfAcross > room { return nil }
        let center = lot(inside.lowerBound + halfAcross...inside.upperBound - halfAcross)
        for index in objects.indices {
          let group = objects[index].group
          let acrossPlace = center + (group == 1 ? shift / 2 : -shift / 2) + spread[group].removeFirst()
          let alongPlace = middle[group] + lot(-0.015...0.015)
          (objects[index].x, objects[index].y) = isStacked ? (acrossPlace, alongPlace) : (alongPlace, acrossPlace)
        }
      }
      for (index, object) in objects.enumerated() {
        guard inside.lowerBound <= object.columns.lowerBound, object.columns.upperBound <= inside.upperBound,
          inside.lowerBound <= object.rows.lowerBound, object.rows.upperBound <= inside.upperBound,
          !objects[..<index].contains(where: { $0.crowds(object) })
        else { return nil }
      }
      return objects
    }
  }
}

extension DrawnScene.Object {
  fileprivate func crowds(_ other: Self) -> Bool {
    abs(x - other.x) < halfWidth + other.halfWidth + 0.02 && abs(y - other.y) < halfHeight + other.halfHeight + 0.02
  }
}
