/// What a comparison collects while it walks.
final class Findings {
  /// Whether the graph is for training, where some differences are expected.
  var isTraining = false
  private(set) var differences: [GraphComparison.Difference] = []
  private(set) var counts: [GraphComparison.Part: Int] = [:]
  private var known: Set<GraphComparison.Difference> = []
  /// In the order in which they came up, each with its first node and its count.
  private var noted: [(text: String, node: String, count: Int)] = []

  /// Notes as they are reported: one for each text.
  var notes: [GraphComparison.Note] {
    noted.map { GraphComparison.Note(node: $0.node, text: $0.count > 1 ? "\($0.text) (\($0.count) times)" : $0.text) }
  }

  func count(_ part: GraphComparison.Part) {
    counts[part, default: 0] += 1
  }

  func differ(_ node: String, _ property: String, graph: String, engine: String) {
    let difference = GraphComparison.Difference(node: node, property: property, graph: graph, engine: engine)
    if known.insert(difference).inserted { differences.append(difference) }
  }

  /// Adds a difference unless both sides are the same.
  func expect(_ node: String, _ property: String, graph: String, engine: String) {
    if graph != engine { differ(node, property, graph: graph, engine: engine) }
  }

  func note(_ text: String, at node: String) {
    if let place = noted.firstIndex(where: { $0.text == text }) {
      noted[place].count += 1
    } else {
      noted.append((text, node, 1))
    }
  }

  /// Adds a note if the graph is for training, where this is normal, otherwise a difference.
  func differUnlessTraining(_ node: String, _ property: String, graph: String, engine: String) {
    if isTraining {
      note("\(property): \(graph)", at: node)
    } else {
      differ(node, property, graph: graph, engine: engine)
    }
  }
}
