import ArgumentParser
import Inspection

/// How the nodes of a graph are shown.
struct GraphOptions: ParsableArguments {
  @Flag(
    help: "List the graph's nodes: operation, inputs, attributes. A checkpoint's graph is in the .meta file beside it.")
  var graph = false

  @Flag(help: "Print the graph's scopes and their connections, for Graphviz: decant inspect P.meta --dot | dot -Tsvg")
  var dot = false

  @Option(help: ArgumentHelp("With --dot: how many levels of scopes get boxes (default: 1).", valueName: "n"))
  var depth: Int?

  /// Whether nodes are requested at all.
  var isWanted: Bool { graph || dot }

  func validate() throws {
    if let depth {
      guard 1...ScopeGraph.maximumDepth ~= depth else {
        throw ValidationError("--depth must be between 1 and \(ScopeGraph.maximumDepth).")
      }
      guard dot else { throw ValidationError("--depth requires --dot.") }
    }
    if graph, dot { throw ValidationError("Use either --graph or --dot, not both.") }
  }
}
