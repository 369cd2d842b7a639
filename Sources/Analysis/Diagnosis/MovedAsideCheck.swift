internal import Bytes
internal import Checkpoints
internal import Files
internal import Messages

/// The files of a checkpoint that a run of Decant moved aside to replace them, but did not remove or put back.
enum MovedAsideCheck {
  static func findings(_ survey: FileSurvey) -> [Finding] {
    let files = survey.files.filter { $0.role == .movedAside }.map(\.path)
    // A run moves the files of one checkpoint.
    let runs = Dictionary(grouping: files) { path in
      path.directoryPart.joined(TemporaryName(path.lastPart)?.run ?? "")
    }
    return runs.sorted { $0.key.precedesInBytes($1.key) }.compactMap { finding($0.value) }
  }

  private static func finding(_ paths: [String]) -> Finding? {
    let moves = paths.compactMap { path in
      TemporaryName(path.lastPart).map { (path: path, finalPath: path.directoryPart.joined($0.finalName)) }
    }
    guard let first = moves.first else { return nil }
    let prefix = FileSet.prefix(of: first.finalPath)
    let name = prefix.lastPart
    if FileState(path: prefix + ".index") != nil {
      return Finding(
        .movedAside, .note, files: paths,
        summary: "\(name) was replaced, but \(HumanText.count(paths.count, "old file remains", "old files remain")).",
        explanation: "The run that replaced it ended before it could remove the files that it had moved aside. The new "
          + "one is complete.",
        remedy: Remedy("Delete them once you have checked the new checkpoint."))
    }
    // The index makes the others count, so it comes last.
    let isIndex = { (path: String) in path.hasSuffix(".index") }
    let ordered = moves.filter { !isIndex($0.finalPath) } + moves.filter { isIndex($0.finalPath) }
    return Finding(
      .movedAside, .error, files: paths,
      summary:
        "The replacement of \(name) was interrupted: the old files are moved aside, and the new ones are incomplete.",
      explanation: "Nothing of the old checkpoint is lost. The next run that writes \(name) restores it first.",
      remedy: Remedy(
        "Run the command again, or put the files back by hand, the index last:",
        commands: ordered.map { ShellText.command("mv", $0.path, $0.finalPath) }))
  }
}
