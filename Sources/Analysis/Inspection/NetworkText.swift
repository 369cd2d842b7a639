internal import Messages
internal import WeightFiles

/// What a file computes with its tensors, as text for a terminal.
enum NetworkText {
  /// How many rows of each kind are listed before the rest is only counted.
  private static let shownCount = 20

  /// Who made it, its inputs and outputs, and its operators, the most frequent first.
  static func whole(_ network: NetworkSummary) -> Message {
    let parts = [
      head(network), values("Inputs", network.inputs), values("Outputs", network.outputs), operations(network),
    ]
    return parts.filter { !$0.isEmpty }.joined(separator: "\n")
  }

  private static func head(_ network: NetworkSummary) -> Message {
    var table = TextTable([.left, .left])
    if let name = network.graphName { table.add(["name", "\(name)"]) }
    if let producer = network.producer { table.add(["made by", "\(producer)"]) }
    if !network.operatorSets.isEmpty {
      table.add(["operators of", "\(list: network.operatorSets.map(\.description), upTo: shownCount)"])
    }
    let kinds = HumanText.count(network.operations.count, "kind")
    table.add(["nodes", "\(HumanText.grouped(network.nodeCount)) of \(kinds)"])
    return "Network\n" + table.render(indent: 2)
  }

  private static func values(_ title: Message, _ values: [NetworkSummary.Value]) -> Message {
    guard !values.isEmpty else { return "" }
    var table = TextTable([.left, .left, .left])
    for value in values.prefix(shownCount) {
      let axes = value.axes.map { "[\($0.map(\.description).joined(separator: ", "))]" }
      table.add(["\(value.name)", "\(value.type)", "\(axes ?? "")"])
    }
    let rest = values.count - shownCount
    if rest > 0 { table.add(["… and \(HumanText.grouped(rest)) more", "", ""]) }
    return "\(title)\n" + table.render(indent: 2)
  }

  private static func operations(_ network: NetworkSummary) -> Message {
    guard !network.operations.isEmpty else { return "" }
    var table = TextTable([.right, .left])
    for operation in network.operations.prefix(shownCount) {
      table.add([HumanText.grouped(operation.count), "\(operation.name)"])
    }
    let rest = network.operations.dropFirst(shownCount)
    if !rest.isEmpty {
      table.add([
        HumanText.grouped(rest.reduce(0) { $0 + $1.count }), "of \(HumanText.count(rest.count, "other kind"))",
      ])
    }
    return "Operations\n" + table.render(indent: 2)
  }
}
