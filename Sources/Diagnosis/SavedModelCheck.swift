internal import Bytes
internal import Checkpoints
internal import MetaGraph

/// A `saved_model.pb`: can it be read, and are its variables there?
enum SavedModelCheck {
  static func findings(_ file: ExaminedFile, isInClone: Bool) -> [Finding] {
    if let finding = ForeignFileCheck.finding(file, isInClone: isInClone) { return [finding] }
    let variables = file.directory.joined("variables/variables.index")
    let model: SavedModelFile
    do throws(MetaGraphError) {
      model = try SavedModelFile(path: file.path)
    } catch {
      return [
        Finding(
          .graphUnreadable, .warning, files: [file.path],
          summary: "The graph \(file.fileName.escapedForDisplay) cannot be read.",
          explanation: "\(error) The weights beside it do not depend on it.",
          remedy: Remedy("Copy it again if you need the graph."))
      ]
    }
    let wantsVariables = model.metaGraphs.contains { !$0.variables.isEmpty || !$0.objectVariables.isEmpty }
    guard wantsVariables, FileStatus(path: variables) == nil else { return [] }
    return [
      Finding(
        .missingData, .error, files: [file.path],
        summary: "The SavedModel \(file.directory.lastPart.escapedForDisplay) has a graph and no variables.",
        explanation: "Its weights are a checkpoint in the directory 'variables', which is not beside the graph.",
        remedy: Remedy("Copy the directory 'variables' from where the model came."))
    ]
  }
}
