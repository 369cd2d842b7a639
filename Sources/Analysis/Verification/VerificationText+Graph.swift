internal import Files
internal import GraphProof
internal import Messages

extension VerificationText {
  /// A line that says what was compared, then what differs and what is good to know.
  static func graph(_ check: GraphCheck) -> [Message] {
    let name = check.path.lastPart
    guard let comparison = check.comparison else { return ["graph: cannot be compared: \(check.failure ?? "")"] }
    let release =
      comparison.tensorFlowVersion.isEmpty ? "" : " of TensorFlow \(comparison.tensorFlowVersion)"
    var lines: [Message] = []
    switch comparison.kind {
    case .other(let found, let expected):
      lines.append(
        "graph: \(name)\(release) is not im2txt's: it has \(found) of \(expected) convolutions; nothing is compared")
    case .inference:
      lines.append("graph: \(name)\(release): \(summary(comparison))")
    case .training(let node):
      lines.append("graph: \(name)\(release): \(summary(comparison))")
      lines.append(
        "  It was saved during training ('\(node)'); what it shares with captioning is compared.")
    }
    lines += list(
      "different from the engine",
      comparison.differences.map { difference in
        "\(difference.node): \(difference.property): \(difference.graph) in the graph; the engine: \(difference.engine)"
      })
    lines += list(
      "different shape from the model's",
      check.shapeProblems.map { "\($0.name): \($0.graph) in the graph, \($0.model) in the model" })
    return lines + comparison.notes.map { "  note: \($0.node): \($0.text)" }
  }

  private static func summary(_ comparison: GraphComparison) -> Message {
    let parts = GraphComparison.Part.allCases.compactMap { part in
      comparison.counts[part].map { HumanText.count($0, words(part).one, words(part).many) }
    }
    let verdict: Message =
      comparison.differences.isEmpty
      ? "agree with the engine's plan"
      : "compared with the engine's plan, \(HumanText.count(comparison.differences.count, "difference"))"
    return "\(parts.joined(separator: ", ")) \(verdict)"
  }

  private static func words(_ part: GraphComparison.Part) -> (one: String, many: String?) {
    switch part {
    case .preprocessing: ("step of preprocessing", "steps of preprocessing")
    case .convolutions: ("convolution", nil)
    case .normalizations: ("normalization", nil)
    case .pools: ("pool", nil)
    case .concatenations: ("concatenation", nil)
    case .embeddings: ("embedding", nil)
    case .cells: ("LSTM cell", nil)
    case .logits: ("product for logits", "products for logits")
    }
  }
}
