internal import Bytes
internal import Files
internal import Messages
internal import TensorFiles
internal import Tensors
internal import Threads

/// One weight file, or all shards of the model that it is a shard of: opened once, and read completely.
struct WeightExamination {
  /// What a person types to name it: the file, or the index of the shards.
  let name: String
  /// The paths of the file and of the other shards, their index first; only the file if it is not a shard.
  let files: [String]
  /// The tensors; nil if they cannot be read.
  private(set) var source: (any TensorSource)?
  private(set) var findings: [Finding] = []
  /// Whether shards are missing that no index lists.
  private(set) var lacksShards = false

  private let file: ExaminedFile

  /// Opens a file and reads all its tensors.
  ///
  /// - Parameters:
  ///   - file: the file.
  ///   - survey: what it was found with.
  ///   - known: the results of reading a source, which is not read again.
  ///   - cancellation: ends the examination early.
  ///   - progress: is told the name of what is read, the bytes done and the bytes in all.
  init(
    _ file: ExaminedFile, in survey: FileSurvey, known: KnownReading?, cancellation: Cancellation,
    progress: (_ name: String, _ done: Int, _ total: Int) -> Void
  ) {
    self.file = file
    let opened: any TensorSource
    do {
      opened = try TensorFile.open(file.path)
    } catch {
      (name, files) = (file.path, [file.path])
      noteFailure(error, isNamed: survey.isNamed(file))
      return
    }
    let shards = Self.shards(opened, in: survey)
    name = shards?.first ?? file.path
    files = shards ?? [file.path]
    let label = name.lastPart
    let reading = DataReading(opened, known: known, cancellation: cancellation) { progress(label, $0, $1) }
    if let failure = reading.failures.first {
      noteFailure(failure.error, isNamed: survey.isNamed(file))
      return
    }
    source = opened
    if shards != nil { noteShards(of: opened, survey) }
    noteMissing(opened)
    noteEntries(of: opened)
  }

  /// The files of a source that are shards of one model, their index first; nil if it has only one weight file.
  private static func shards(_ source: any TensorSource, in survey: FileSurvey) -> [String]? {
    // A damaged list may name itself, or a file twice.
    var seen: Set<ByteString> = []
    let paths = source.files.filter { $0.byteCount != nil && seen.insert(ByteString($0.path)).inserted }.map(\.path)
    guard paths.count > 1 else { return nil }
    if isIndex(paths[0]) { return paths }
    let weights = Set(survey.files.lazy.filter { $0.role == .weights }.map { ByteString($0.path) })
    return paths.count { weights.contains(ByteString($0)) } > 1 ? paths : nil
  }

  private static func isIndex(_ path: String) -> Bool { KnownFile(name: path.lastPart)?.kind == .shardIndex }

  // MARK: - Findings

  /// Why nothing can be read.
  private mutating func noteFailure(_ error: any Error, isNamed: Bool) {
    // Many programs call their messages `.pb`; one that is not a graph is ignored unless it was named.
    if let finding = UnfrozenGraphCheck.finding(file, refused: error) { return findings.append(finding) }
    if file.kind == .unknown, !isNamed { return }
    // Random numbers, schedules and settings are no tensors.
    if file.role == .trainingState, TensorFile.isRefusedForCode(error) || TensorFile.holdsNoWeights(error) { return }
    findings.append(Self.unreadable(Self.fileAtFault(error) ?? file.path, error))
  }

  /// The file that an error is about; nil if it names a part of a file, such as a member of a Keras archive.
  private static func fileAtFault(_ error: any Error) -> String? {
    let path = (error as? any PlacedError)?.file ?? (error as? FileError)?.file
    return path.flatMap { FileStatus(path: $0) == nil ? nil : $0 }
  }

  /// A file that cannot be read.
  private static func unreadable(_ path: String, _ error: any Error) -> Finding {
    Finding(
      .damagedWeightFile, .error, files: [path],
      summary: "\(path.lastPart) cannot be read.", explanation: "\(error)",
      remedy: remedy(path, error))
  }

  /// What to do about a file that cannot be read. A sound one would be the same in every copy.
  private static func remedy(_ path: String, _ error: any Error) -> Remedy {
    guard TensorFile.isRefusedForCode(error) else {
      return Remedy(TensorFile.adviceIfSound(error) ?? "Copy it again from its source.")
    }
    do {
      var options = ReadOptions()
      options.ignoresCode = true
      _ = try TensorFile.open(path, options: options)
      return Remedy("To see its tensors without that code:", run: "decant", "inspect", "--ignore-code", path)
    } catch {
      return Remedy(TensorFile.adviceIfSound(error) ?? "Copy it again from its source.")
    }
  }

  /// Shards that are missing, according to the index, or cannot be opened.
  private mutating func noteShards(of source: any TensorSource, _ survey: FileSurvey) {
    // The indexes among the examined files are checked with these.
    if Self.isIndex(name), !survey.files.contains(where: { $0.path.equalsInBytes(name) }) {
      findings += ExaminedFile(path: name).map(ShardIndexCheck.findings) ?? []
    }
    var seen: Set<ByteString> = []
    for problem in source.problems {
      // A problem of each of its tensors.
      guard let path = Self.damagedShard(problem), seen.insert(ByteString(path)).inserted else { continue }
      findings.append(Self.unreadable(path, problem.error))
    }
  }

  /// The shard that cannot be opened, if that is the problem of a tensor.
  private static func damagedShard(_ problem: SourceProblem) -> String? {
    guard problem.severity == .incomplete, let tensor = problem.tensor, !TensorFile.isMissingShard(problem.error),
      let error = problem.error as? any PlacedError, error.namedTensor != tensor
    else { return nil }
    return error.file
  }

  /// Shards that are missing, and that no index lists.
  private mutating func noteMissing(_ source: any TensorSource) {
    guard let (count, missing) = source.problems.lazy.compactMap({ TensorFile.missingShards($0.error) }).first else {
      return
    }
    lacksShards = true
    findings.add(
      .missingShard, .error, files: missing.map(file.directory.joined),
      summary: "\(missing.count) of the \(count) files of the model \(missing.count.noun("is", "are")) missing.",
      explanation: "Missing: \(list: missing, upTo: 4). The tensors of the model are spread over all of them; "
        + "Decant reads those of the files that are there.",
      remedy: ShardIndexCheck.remedy)
  }

  /// Entries that are not tensors, or cannot be read; the others can.
  private mutating func noteEntries(of source: any TensorSource) {
    let hasShards = files.count > 1
    let gaps = source.problems.filter { problem in
      // Damage to the archive that it is in has a finding of its own, and so have shards.
      problem.severity == .incomplete && !(problem.error is FileError)
        && !TensorFile.isMissingShard(problem.error) && TensorFile.missingShards(problem.error) == nil
        && !(hasShards && Self.damagedShard(problem) != nil)
    }
    let isNamed = gaps.allSatisfy { $0.tensor != nil }
    guard !gaps.isEmpty else { return }
    findings.add(
      .damagedWeightFile, .error, files: [name],
      summary: "\(HumanText.count(gaps.count, "entry", "entries")) in \(name.lastPart) cannot be read as tensors.",
      explanation: .sentences(gaps.map { "\($0.error)" }),
      remedy: Remedy(
        isNamed
          ? "The other tensors can be read. To convert them, leave these out with --drop, or name the others with --match."
          : "The other tensors can be read. To keep them, use 'decant recover'."))
  }
}
