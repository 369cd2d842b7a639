internal import Checkpoints
internal import Files
internal import Messages
internal import Tensors

/// A V1 checkpoint: one table, or a table per device.
struct V1Check {
  let set: FileSet
  private(set) var findings: [Finding] = []
  private(set) var source: V1Checkpoint?

  /// Opens the files that can be opened.
  init(_ set: FileSet, isInClone: Bool) {
    self.set = set
    var isReadable = true
    for file in set.v1 {
      if let finding = ForeignFileCheck.finding(file, isInClone: isInClone) {
        findings.append(finding)
        isReadable = false
      }
    }
    guard isReadable, let paths else { return }
    do throws(CheckpointError) {
      source = try V1Checkpoint(paths: paths)
    } catch {
      let file = set.v1.first { $0.path == error.file } ?? set.v1[0]
      findings.append(TableDamage.finding(file, error))
    }
    checkShards(paths)
  }

  /// The files that should exist.
  private var paths: [String]? {
    guard let first = set.v1.first else { return nil }
    guard let shard = ShardName(first.normalizedPath, marker: "-") else { return [first.path] }
    return (0..<shard.count).map { shard.path($0) }
  }

  private mutating func checkShards(_ paths: [String]) {
    let missing = paths.filter { path in !set.v1.contains { $0.path == path } }
    guard paths.count > 1, !missing.isEmpty else { return }
    findings.add(
      .missingShard, .error, files: set.v1.map(\.path),
      summary: "\(missing.count) of the \(paths.count.counted("file")) of \(set.name) "
        + "\(missing.count.noun("is", "are")) missing.",
      explanation: """
        A sharded save spreads its variables over all of its files. Missing: \(list: missing.map(\.lastPart), upTo: 3).
        """,
      remedy: Remedy("Copy them from the same source as the others, and keep their names."))
  }

  /// Judges the results of reading every tensor.
  mutating func checkData(_ reading: DataReading) {
    // What a missing file holds is covered by the finding about the file.
    if findings.contains(where: { $0.kind == .missingShard }) { return }
    let failed = reading.failures.filter { !$0.isMissing }
    guard let first = failed.first else { return }
    let sound = reading.sound.count
    findings.add(
      .damagedData, .error, files: set.v1.map(\.path),
      summary: "\(set.name) is damaged: \(HumanText.count(failed.count, "variable")) cannot be read.",
      explanation: """
        Damaged: \(list: failed.map(\.descriptor.name), upTo: 3). \
        \(HumanText.count(sound, "other variable is", "other variables are")) intact. The first error: \(first.error)
        """,
      remedy: Remedy(
        "Copy the file again. If the original is gone, save the variables that are intact:", run: "decant", "recover",
        set.v1.first?.path ?? set.prefix, "-o", "salvaged.safetensors"))
  }
}
