internal import Messages
internal import MetaGraph
internal import Tensors

/// A GraphDef whose weights, or some of them, are variables: their values are in a checkpoint.
enum UnfrozenGraphCheck {
  /// The finding if opening refused the graph because it has variables; nil for other errors.
  static func finding(_ file: ExaminedFile, refused error: any Error) -> Finding? {
    guard let error = error as? MetaGraphError, case .notFrozen(let names, let checkpoint) = error.reason else {
      return nil
    }
    // Training leaves such a graph beside its checkpoint.
    let remedy =
      checkpoint.map { Remedy("Use the checkpoint beside it:", commands: ["decant inspect \(ShellText.quoted($0))"]) }
      ?? Remedy(
        "Find the checkpoint that was saved with it, and use that or combine the two with TensorFlow's freeze_graph.")
    return Finding(
      .graphNotFrozen, checkpoint == nil ? .warning : .note, files: [file.path],
      summary: "\(file.fileName) is a graph with \(names.count.counted("variable")), not a frozen graph.",
      explanation: "It has no weights: the values of \(names: names, upTo: 3) are in a checkpoint, not in this file.",
      remedy: remedy)
  }

  /// What an open graph lacks; nil if it is completely frozen.
  static func finding(_ file: ExaminedFile, _ source: any TensorSource) -> Finding? {
    // A cast, because no other source has variables without values, and `TensorSource` is public.
    guard let names = (source as? FrozenGraph)?.variableNames, !names.isEmpty else { return nil }
    return Finding(
      .graphNotFrozen, .warning, files: [file.path],
      summary: "\(file.fileName) is only partly frozen: it still has \(names.count.counted("variable")).",
      explanation: "The values of \(names: names, upTo: 3) are in a checkpoint, not in this file.",
      remedy: Remedy("Use the checkpoint that it was frozen with, or freeze the graph again with all of its variables.")
    )
  }
}
