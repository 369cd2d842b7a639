package import Messages
package import MetaGraph

/// A graph as text for a terminal.
package enum GraphText {
  /// Everything worth knowing, in paragraphs: origin, operations, collections, variables, signatures, assets.
  ///
  /// - Parameters:
  ///   - definition: the graph.
  ///   - maximumOpCount: how many kinds of operations are listed, most frequent first; nil lists all.
  /// - Returns: paragraphs, each with its title.
  package static func whole(_ definition: MetaGraphDefinition, maximumOpCount: Int? = 20) -> Message {
    let parts: [Message] = [
      header(definition), operations(definition, maximumCount: maximumOpCount), collections(definition),
      variables(definition), signatures(definition), assets(definition),
    ]
    return parts.filter { !$0.isEmpty }.joined(separator: "\n")
  }

  /// What is worth knowing about a graph whose tensors are already shown.
  package static func beside(_ definition: MetaGraphDefinition) -> Message {
    let parts: [Message] = [
      header(definition), operations(definition, maximumCount: 8), signatures(definition), assets(definition),
    ]
    return parts.filter { !$0.isEmpty }.joined(separator: "\n")
  }

  /// Says that a GraphDef is not frozen, and where the values of its variables are; empty without variables.
  ///
  /// - Parameter variables: their names.
  /// - Returns: a paragraph and an empty line.
  package static func unfrozen(_ variables: [String]) -> Message {
    guard !variables.isEmpty else { return "" }
    let names = Message.lines(variables.map { "\($0)" }, indent: 4, upTo: shownVariableCount)
    return """
      TensorFlow graph, not frozen
        \(HumanText.count(variables.count, "variable")), whose values are in a checkpoint, not in this file
      \(names)

      """
  }

  private static let shownVariableCount = 20

  /// Where the graph comes from and how it saves.
  package static func header(_ definition: MetaGraphDefinition) -> Message {
    var table = TextTable([.left, .left])
    let release = definition.tensorFlowVersion.isEmpty ? "unknown" : definition.tensorFlowVersion
    let commit = definition.tensorFlowGitVersion
    table.add(["TensorFlow", "\(commit.isEmpty ? release : "\(release) (\(commit))")"])
    if definition.graphVersion != 0 { table.add(["graph version", "\(definition.graphVersion)"]) }
    if !definition.metaGraphVersion.isEmpty {
      table.add(["model version", "\(definition.metaGraphVersion)"])
    }
    if !definition.tags.isEmpty {
      table.add(["tags", "\(definition.tags.joined(separator: ", "))"])
    }
    table.add(["nodes", HumanText.grouped(definition.nodes.count)])
    if !definition.functions.isEmpty {
      let nodeCount = definition.functions.reduce(0) { $0 + $1.nodes.count }
      table.add([
        "functions", "\(HumanText.grouped(definition.functions.count)) with \(HumanText.count(nodeCount, "node"))",
      ])
    }
    if let saver = definition.saver {
      table.add(["saver", "\(saver.version)\(saver.isSharded ? ", sharded" : "")"])
    }
    if definition.objectCount > 0 { table.add(["objects", HumanText.grouped(definition.objectCount)]) }
    return "Graph\n" + table.render(indent: 2)
  }

  /// Operations by number, most frequent first.
  package static func operations(_ definition: MetaGraphDefinition, maximumCount: Int? = nil) -> Message {
    let counts = definition.opCounts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    guard !counts.isEmpty else { return "" }
    var table = TextTable([.right, .left])
    for (op, count) in counts.prefix(maximumCount ?? .max) {
      table.add([HumanText.grouped(count), "\(op)"])
    }
    let rest = counts.dropFirst(maximumCount ?? .max)
    if !rest.isEmpty {
      table.add([
        HumanText.grouped(rest.reduce(0) { $0 + $1.value }), "of \(HumanText.count(rest.count, "other kind"))",
      ])
    }
    return "Operations\n" + table.render(indent: 2)
  }

  /// Collections with their kinds and numbers of values.
  package static func collections(_ definition: MetaGraphDefinition) -> Message {
    guard !definition.collections.isEmpty else { return "" }
    var table = TextTable([.left, .right, .left])
    for collection in definition.collections {
      table.add(["\(collection.name)", HumanText.grouped(collection.count), "\(collection.kind)"])
    }
    return "Collections\n" + table.render(indent: 2)
  }

  /// Variables with dtype, shape, and whether training changes them.
  package static func variables(_ definition: MetaGraphDefinition) -> Message {
    guard !definition.variables.isEmpty else { return "" }
    var table = TextTable([.left, .left, .left, .left, .left])
    for variable in definition.variables {
      table.add([
        "\(variable.name)", "\(variable.type?.description ?? "-")", "\(variable.shape?.description ?? "-")",
        variable.isTrainable ? "trainable" : "",
        variable.slice.map { "part of \($0.fullName)" } ?? "",
      ])
    }
    return "Variables\n" + table.render(indent: 2)
  }

  /// Signatures with their inputs and outputs.
  package static func signatures(_ definition: MetaGraphDefinition) -> Message {
    guard !definition.signatures.isEmpty else { return "" }
    var text: Message = "Signatures\n"
    for signature in definition.signatures {
      let method = signature.methodName
      text += "  \(signature.name)\(method.isEmpty ? "" : " (\(method))")\n"
      var table = TextTable([.left, .left, .left, .left, .left])
      for (direction, parameters) in [("in", signature.inputs), ("out", signature.outputs)]
        as [(Message, [Signature.Parameter])]
      {
        for parameter in parameters {
          table.add([
            direction, "\(parameter.name)", "\(parameter.type)", "\(parameter.shape?.description ?? "")",
            tensor(parameter.encoding),
          ])
        }
      }
      text += table.render(indent: 4)
    }
    return text
  }

  /// Assets with the tensors that receive their paths.
  package static func assets(_ definition: MetaGraphDefinition) -> Message {
    guard !definition.assets.isEmpty else { return "" }
    var table = TextTable([.left, .left])
    for asset in definition.assets {
      table.add(["\(asset.fileName)", "\(asset.tensorName ?? "")"])
    }
    return "Assets\n" + table.render(indent: 2)
  }

  private static func tensor(_ encoding: Signature.Parameter.Encoding) -> Message {
    switch encoding {
    case .dense(let name): "\(name)"
    case .sparse(let values, _, _): "sparse, values \(values)"
    case .composite(let componentCount): "composite of \(HumanText.count(componentCount, "tensor"))"
    case .none: ""
    }
  }
}
