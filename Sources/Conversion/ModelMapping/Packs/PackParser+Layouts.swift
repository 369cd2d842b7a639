internal import Messages

extension PackParser {
  func readLayouts(_ node: PackNode, named name: String) throws -> [Int: PackLayout] {
    var result: [Int: PackLayout] = [:]
    for (key, value) in try node.members("the layout '\(name)'") {
      let index = try library(key, value)
      if case .object(let members) = value.value, members.contains(where: { ["to", "from"].contains($0.key) }) {
        var layout = PackLayout(to: [], from: [])
        for (key, steps) in members {
          switch key {
          case "to": layout.to = try readSteps(steps)
          case "from": layout.from = try readSteps(steps)
          default: throw steps.mistake("the key '\(key)' is unknown; a layout has 'to' and 'from'")
          }
        }
        result[index] = layout
      } else {
        let to = try readSteps(value)
        guard let from = PackStep.inverse(of: to) else {
          throw value.mistake("the steps back from the layout '\(name)' cannot be derived; give both 'to' and 'from'")
        }
        result[index] = PackLayout(to: to, from: from)
      }
    }
    return result
  }

  func readSteps(_ node: PackNode) throws -> [PackStep] {
    let elements = try node.elements("a layout")
    if let first = elements.first, case .integer = first.value { return [.rule(.transpose(try readAxes(node)))] }
    return try elements.flatMap { step in try step.members("a step").map { try readStep($0.key, $0.node) } }
  }

  func readAxes(_ node: PackNode) throws(PackMistake) -> [Int] {
    let axes = try node.integers("the axes")
    guard axes.sorted() == Array(axes.indices) else { throw node.mistake("\(axes) is not an order of axes") }
    return axes
  }

  func readStep(_ key: String, _ node: PackNode) throws -> PackStep {
    func axes() throws(PackMistake) -> [Int] {
      try node.oneOrMore.map { element throws(PackMistake) in try element.integer("an axis") }
    }
    switch key {
    case "transpose": return .rule(.transpose(try readAxes(node)))
    case "squeeze": return .rule(.squeeze(try axes()))
    case "unsqueeze": return .rule(.unsqueeze(try axes()))
    case "reshape":
      return .reshape(
        try node.elements("'reshape'").map { extent in
          switch extent.value {
          case .integer(-1): return .known(.rest)
          case .integer(let number) where number >= 0: return .known(.count(number))
          case .text(let text) where text.hasPrefix("@"):
            guard let axis = Int(text.dropFirst()) else { throw extent.mistake("'\(text)' does not name an axis") }
            return .known(.axis(axis))
          default: return .size(try PackExtent(extent))
          }
        })
    case "reorder":
      var (axis, blocks): (Int?, [Int]?) = (nil, nil)
      for (key, value) in try node.members("'reorder'") {
        switch key {
        case "axis": axis = try value.integer("'axis'")
        case "blocks": blocks = try readAxes(value)
        default: throw value.mistake("the key '\(key)' is unknown; 'reorder' has 'axis' and 'blocks'")
        }
      }
      guard let axis, let blocks, !blocks.isEmpty else { throw node.mistake("'reorder' needs 'axis' and 'blocks'") }
      return .rule(.reorder(axis: axis, blocks: blocks))
    case "add":
      var (number, block, count): (Double?, Int?, Int?) = (nil, nil, nil)
      for (key, value) in try node.members("'add'") {
        switch key {
        case "value": number = try value.number("'value'")
        case "block": block = try value.integer("'block'")
        case "blocks": count = try value.integer("'blocks'")
        default: throw value.mistake("the key '\(key)' is unknown; 'add' has 'value', 'block' and 'blocks'")
        }
      }
      guard let number, let block, let count, count > 0, (0..<count).contains(block) else {
        throw node.mistake("'add' needs 'value', 'blocks', and a 'block' from 0 to one less than 'blocks'")
      }
      return .rule(.add(number, block: block, of: count))
    default:
      throw node.mistake(
        "the step '\(key)' is unknown; the steps are transpose, reshape, squeeze, unsqueeze, reorder and add")
    }
  }
}

extension PackStep {
  /// The steps that undo others; nil if a reshape is among them, since only the pack can say how to undo it.
  static func inverse(of steps: [PackStep]) -> [PackStep]? {
    var result: [PackStep] = []
    for step in steps.reversed() {
      switch step {
      case .rule(.transpose(let axes)):
        result.append(.rule(.transpose(axes.indices.map { axes.firstIndex(of: $0) ?? $0 })))
      case .rule(.reorder(let axis, let blocks)):
        result.append(.rule(.reorder(axis: axis, blocks: blocks.indices.map { blocks.firstIndex(of: $0) ?? $0 })))
      case .rule(.add(let number, let block, let count)): result.append(.rule(.add(-number, block: block, of: count)))
      case .rule(.squeeze(let axes?)): result.append(.rule(.unsqueeze(axes)))
      case .rule(.unsqueeze(let axes)): result.append(.rule(.squeeze(axes)))
      default: return nil
      }
    }
    return result
  }
}
