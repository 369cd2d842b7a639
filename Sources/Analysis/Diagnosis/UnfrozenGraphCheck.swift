internal import Messages
internal import MetaGraph
internal import Tensors

/// A GraphDef whose weights, or some of them, are variables: their values are in a checkpoint.
enum UnfrozenGraphCheck {
  /// The finding that opening refused the graph for; nil for other errors.
  static func finding(_ file: ExaminedFile, refused error: any Error) -> Finding? {
    guard let error = error as? MetaGraphError, case .notFrozen(let names, let checkpoint) = error.reason else {
      return nil
    }
    // Beside its checkpoint it is what a program that trains leaves.
    let remedy =
      checkpoint.map { Remedy("Use the checkpoint beside it:", commands: ["decant inspect \(ShellText.quoted($0))"]) }
      ?? Remedy(
        "Find the checkpoint that was saved with it, or freeze the graph with it, with TensorFlow's freeze_graph.")
    return Finding(
      .graphNotFrozen, checkpoint == nil ? .warning : .note, files: [file.path],
      summary: "\(file.fileName) is a graph with \(names.count.counted("variable")), not a frozen graph.",
      explanation: "It has no weights: the values of \(names: names, upTo: 3) are in a checkpoint, not in this file.",
      remedy: remedy)
  }

  /// What a graph that was opened lacks; nil if it is frozen altogether.
  static func finding(_ file: ExaminedFile, _ source: any TensorSource) -> Finding? {
    guard let names = (source as? FrozenGraph)?.variableNames, !names.isEmpty else { return nil }
    return Finding(
      .graphNotFrozen, .warning, files: [file.path],
      summary: "\(file.fileName) is frozen in part: it still has \(names.count.counted("variable")).",
      explanation: "The values of \(names: names, upTo: 3) are in a checkpoint, not in this file.",
      remedy: Remedy("Use the checkpoint that it was frozen with, or freeze the graph again with all of its variables.")
    )
  }
}
