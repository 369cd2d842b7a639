internal import Bytes
internal import Checkpoints
internal import Files
internal import Essentials
internal import Messages

/// What unfinished saves, downloads and runs of Decant left behind.
enum LeftoverCheck {
  static func findings(_ survey: FileSurvey, sets: [FileSet]) -> [Finding] {
    let saves = survey.unfinishedDirectories + survey.files.filter { $0.role == .unfinishedSave }.map(\.path)
    let byPrefix = Dictionary(grouping: saves) { prefix(ofLeftover: $0) }
    return byPrefix.sorted { $0.key.precedesInBytes($1.key) }.map { prefix, paths in
      unfinishedSave(prefix, paths, set: sets.first { $0.prefix == prefix })
    } + MovedAsideCheck.findings(survey) + survey.files.compactMap(single)
  }

  /// `model.ckpt-7` for `model.ckpt-7.data-00000-of-00001.tempstate123` and for `model.ckpt-7_temp_0a1b`.
  private static func prefix(ofLeftover path: String) -> String {
    var name = path.lastPart
    if let match = name.firstMatch(of: /(\.tempstate\d+|_temp_[0-9a-f]+)$/) {
      name = String(name[..<match.range.lowerBound])
    }
    return FileSet.prefix(of: path.directoryPart.joined(name))
  }

  private static func unfinishedSave(_ prefix: String, _ paths: [String], set: FileSet?) -> Finding {
    let name = prefix.lastPart
    let shown: Message = "\(list: paths.map(\.lastPart), upTo: 3)"
    let isThere = set.map { $0.index != nil || !$0.v1.isEmpty } ?? false
    let subject: Message = "\(HumanText.count(paths.count, "leftover")) from a save of \(name) that did not finish"
    if isThere {
      return Finding(
        .unfinishedSave, .note, files: paths, summary: "There \(paths.count.noun("is", "are")) \(subject).",
        explanation: "A later save of \(name) was completed, and does not need \(shown).",
        remedy: Remedy("Delete them once you have checked the checkpoint."))
    }
    var remedy = Remedy("Use an earlier checkpoint of the same training.")
    if let part = readablePart(in: paths) {
      remedy = Remedy(
        "Use an earlier checkpoint. The parts may have some of the variables. To see them:", run: "decant", "inspect",
        part)
    }
    return Finding(
      .unfinishedSave, .error, files: paths,
      summary: "The save of \(name) was interrupted: only \(shown) \(paths.count.noun("is", "are")) here.",
      explanation: "TensorFlow writes under a temporary name, and renames the files at the end. It did not get that "
        + "far: the program was stopped, or the disk was full.",
      remedy: remedy)
  }

  /// The prefix of a part that has its own index, in a directory to which a sharded save wrote.
  private static func readablePart(in paths: [String]) -> String? {
    for path in paths {
      let names = (path.entryNames ?? []).sorted()
      if let index = names.first(where: { $0.hasSuffix(".index") }) {
        return path.joined(String(index.dropLast(".index".count)))
      }
    }
    return nil
  }

  private static func single(_ file: ExaminedFile) -> Finding? {
    let name = file.fileName
    switch file.role {
    case .unfinishedDownload:
      return Finding(
        .unfinishedDownload, .error, files: [file.path],
        summary: "\(name) is an unfinished download.",
        explanation:
          "It has \(HumanText.count(file.byteCount ?? 0, "byte")) so far. Browsers rename it when it is complete.",
        remedy: Remedy("Wait until the download is complete, or start it again."))
    case .decantTemporary:
      return Finding(
        .decantTemporary, .note, files: [file.path],
        summary: "\(name) was left by an interrupted run of Decant.",
        explanation: "Decant writes under such a name, and renames the file when everything is written.",
        remedy: Remedy(
          "The next run that writes the same output removes it. If Decant is not running, you can delete it."))
    default: return nil
    }
  }
}
