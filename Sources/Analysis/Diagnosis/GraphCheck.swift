internal import Messages
internal import MetaGraph
internal import ModelMapping
internal import Tensors

/// Checks whether the variables of the graph beside a checkpoint are the checkpoint's.
enum GraphCheck {
  /// Reads a graph; the finding says why it cannot be read.
  static func read(_ file: ExaminedFile, isInClone: Bool) -> Result<MetaGraphDefinition, GraphFailure> {
    if let finding = ForeignFileCheck.finding(file, isInClone: isInClone) {
      return .failure(GraphFailure(finding: finding))
    }
    do throws(MetaGraphError) {
      return .success(try MetaGraphFile(path: file.path).definition)
    } catch {
      if error.reason == .textGraph {
        return .failure(
          GraphFailure(
            finding: Finding(
              .graphNotRead, .note, files: [file.path],
              summary: "\(file.fileName) is a graph in text format.",
              explanation:
                "TensorFlow reads it (tf.train.import_meta_graph). Decant does not read it, and does not need it to read weights."
            )))
      }
      return .failure(
        GraphFailure(
          finding: Finding(
            .graphUnreadable, .warning, files: [file.path],
            summary: "The graph \(file.fileName) cannot be read.",
            explanation: "\(error) The weights do not depend on it.",
            remedy: Remedy("Copy it again if you need it. Decant captions without it."))))
    }
  }

  /// A finding that is thrown.
  struct GraphFailure: Error {
    let finding: Finding
  }

  /// Compares what the graph's saver would load with what the checkpoint has.
  static func findings(
    _ graph: MetaGraphDefinition, _ file: ExaminedFile, source: any TensorSource, set: FileSet
  ) -> [Finding] {
    let names = source.descriptors.map(\.name)
    // Keys of object-based checkpoints are paths, which the graph does not have.
    guard !names.contains("_CHECKPOINTABLE_OBJECT_GRAPH"), !names.isEmpty else { return [] }
    let present = Set(names)
    let wanted = wantedNames(graph)
    let missing = wanted.subtracting(present).sorted()
    let shapes = shapeDifferences(graph, source)
    guard !missing.isEmpty || !shapes.isEmpty else { return [] }
    let shared = wanted.intersection(present).count
    let isForeign = shared * 2 < wanted.count
    var evidence: [Message] = []
    let eras = (graph: NamingEra.detect(in: wanted), checkpoint: NamingEra.detect(in: names))
    var remedy = Remedy("Copy the .meta file of the same save, or do without it: Decant does not need it.")
    if let graphEra = eras.graph, let checkpointEra = eras.checkpoint, graphEra != checkpointEra, !isForeign {
      evidence.append(
        "The LSTM's variables have the names of \(graphEra.title) in the graph, but of \(checkpointEra.title) in the checkpoint."
      )
      remedy = Remedy(
        "Rename the checkpoint's variables for this graph; the original stays as it is:", run: "decant", "rename",
        set.prefix, "--names", graphEra.rawValue, "-o", "renamed-\(set.name)")
    }
    if !missing.isEmpty {
      evidence.append(
        "The graph would load \(HumanText.count(wanted.count, "variable")); \(HumanText.grouped(missing.count)) of "
          + "them \(missing.count.noun("is", "are")) not in the checkpoint: \(list: missing, upTo: 3).")
      for name in missing.prefix(2) {
        if let near = NearestNames.find(name, in: names).first {
          evidence.append("The nearest name to \(name) is \(near).")
        }
      }
    }
    if !shapes.isEmpty { evidence.append("Shapes differ: \(Message.list(Array(shapes.prefix(3)), of: shapes.count)).") }
    evidence.append(
      """
      TensorFlow stops with "not found in checkpoint" when it restores through this graph. The weights are not \
      affected.
      """
    )
    return [
      Finding(
        .graphMismatch, .warning, certainty: isForeign ? .certain : .likely,
        files: [file.path] + set.files.prefix(1).map(\.path),
        summary: isForeign
          ? "\(file.fileName) is the graph of a different model from \(set.name)."
          : "\(file.fileName) and the checkpoint \(set.name) do not match.",
        explanation: evidence.joined(separator: " "),
        remedy: remedy)
    ]
  }

  /// The names that the saver loads; without a saver, those under which the variables would be saved.
  private static func wantedNames(_ graph: MetaGraphDefinition) -> Set<String> {
    if let saved = try? graph.savedTensorNames(), !saved.isEmpty { return Set(saved) }
    // Local variables, such as a reader's count of epochs, are never saved.
    return Set(graph.variables.filter { !$0.collections.contains("local_variables") }.map(\.savedName))
  }

  private static func shapeDifferences(_ graph: MetaGraphDefinition, _ source: any TensorSource) -> [Message] {
    graph.variables.compactMap { variable -> Message? in
      guard variable.slice == nil, let dimensions = variable.shape?.dimensions,
        let descriptor = source.descriptor(named: variable.savedName), dimensions.count == descriptor.shape.rank,
        !zip(dimensions, descriptor.shape.dimensions).allSatisfy({ $0.map { Int($0) } ?? $1 == $1 })
      else { return nil }
      return """
        \(variable.name) is \(variable.shape?.description ?? "") in the graph and \(descriptor.shape) in the checkpoint
        """
    }
  }
}
