internal import Checkpoints
internal import Files
internal import Inspection
internal import Messages
internal import MetaGraph
internal import Tensors
internal import Threads

/// One checkpoint, examined as a whole.
struct SetExamination {
  let set: FileSet
  /// What was found, in the order of discovery.
  private(set) var findings: [Finding] = []
  /// The open checkpoint; nil if it does not open.
  private(set) var source: (any TensorSource)?
  /// The version of the format, if it can be determined.
  private(set) var version: CheckpointVersion?
  /// The graph beside it, if it can be read.
  private(set) var graph: MetaGraphDefinition?
  /// Whether every variable was read and every checksum matches.
  private(set) var isSound = false
  /// Whether there is any data to be read.
  private(set) var hasData = false

  private let known: KnownReading?
  private let cancellation: Cancellation

  /// Looks at names, lengths, the index, every checksum and the graph.
  init(
    _ set: FileSet, others: [FileSet], splits: [SplitFile], isInClone: Bool, known: KnownReading?,
    cancellation: Cancellation, progress: (_ done: Int, _ total: Int) -> Void
  ) {
    self.set = set
    self.known = known
    self.cancellation = cancellation
    examineNames()
    if let index = set.index {
      examineBundle(index, others: others, splits: splits, isInClone: isInClone, progress: progress)
    } else if !set.v1.isEmpty {
      examineV1(isInClone: isInClone, progress: progress)
    } else if !set.data.isEmpty {
      examineDataAlone(isInClone: isInClone)
    }
    if set.index != nil, !set.v1.isEmpty { noteBothVersions() }
    if let meta = set.meta { examineGraph(meta, isInClone: isInClone) }
    checkStep()
  }

  // MARK: - Names

  private mutating func examineNames() {
    for file in set.v1
    where FileRole(name: file.name.name) == .index || file.shardName.map({ $0.prefix == set.prefix }) == true {
      // A sharded V1 file has a name with two numbers too, without `.data`.
      guard file.name.name.hasSuffix(".index") || file.name.name.contains(".data-"), file.kind == .table else {
        continue
      }
      findings.add(
        .misnamed, .error, files: [file.path],
        summary: "\(file.fileName) is a whole V1 checkpoint under the name of a V2 "
          + "\(file.name.name.hasSuffix(".index") ? "index" : "data file").",
        explanation: "A V1 checkpoint is one file and has no extension. Under this name TensorFlow looks for a V2 "
          + "checkpoint and fails.",
        remedy: Remedy("Copy it to the right name; no other file is needed:", run: "cp", "-n", file.path, set.prefix),
        fix: .copy(file.path, name: set.name))
    }
    if let index = set.index, index.kind == .table, index.name.changes.isEmpty, index.path != set.indexPath {
      let path = set.data.isEmpty && !index.fileName.contains(".") ? index.path + ".index" : set.indexPath
      findings.add(
        .misnamed, .error, files: [index.path],
        summary: "\(index.fileName) is the index of a V2 checkpoint, but does not have the name of one.",
        explanation: "It has only names, shapes and checksums, not the weights. Read as a V1 checkpoint, it seems to "
          + "lack every variable.",
        remedy: Remedy("Copy it to the right name, beside its data file:", run: "cp", "-n", index.path, path),
        fix: .copy(index.path, name: path.lastPart))
    }
  }

  // MARK: - V2

  private mutating func examineBundle(
    _ index: ExaminedFile, others: [FileSet], splits: [SplitFile], isInClone: Bool, progress: (Int, Int) -> Void
  ) {
    version = .v2
    if let finding = ForeignFileCheck.finding(index, isInClone: isInClone) {
      findings.append(finding)
      checkDataWithoutIndex(isInClone: isInClone)
      return
    }
    let bundle: V2Checkpoint
    do throws(CheckpointError) {
      bundle = try V2Checkpoint(indexPath: index.path, prefix: set.prefix)
    } catch {
      findings.append(TableDamage.finding(index, error))
      checkDataWithoutIndex(isInClone: isInClone)
      return
    }
    source = bundle
    var check = BundleCheck(set: set, index: index, source: bundle)
    hasData = check.checkFiles(isInClone: isInClone)
    // Parts that only need to be joined are not missing data.
    let joined = Set(splits.map(\.path))
    var ownFindings = check.findings.filter { finding in
      finding.kind != .missingData || !bundle.files.contains { joined.contains($0.path) }
    }
    let known = check.findings.count
    if hasData {
      let reading = DataReading(bundle, known: self.known, cancellation: cancellation, progress: progress)
      check.checkData(reading, others: others)
      isSound = reading.failures.isEmpty
      ownFindings += check.findings.dropFirst(known)
      noteEntries(bundle, reading)
    } else {
      noteEntries(bundle, nil)
    }
    findings += ownFindings
  }

  private mutating func checkDataWithoutIndex(isInClone: Bool) {
    for file in set.data {
      if let finding = ForeignFileCheck.finding(file, isInClone: isInClone) { findings.append(finding) }
    }
  }

  /// Entries that make no sense, and failures that no other finding explains.
  private mutating func noteEntries(_ source: any TensorSource, _ reading: DataReading?) {
    let entries = source.problems.filter { problem in
      guard problem.severity != .note, let error = problem.error as? CheckpointError else { return false }
      switch error.reason {
      case .shard(.missing), .shard(.tooShort): return false
      default: return true
      }
    }
    var messages: [Message] = entries.map { "\($0.error)" }
    if let reading {
      let named = Swift.Set(entries.compactMap(\.tensor))
      let rest = reading.failures.filter { failure in
        !failure.isWrongBytes && !named.contains(failure.descriptor.name) && !isExplained(failure)
      }
      messages += rest.map { "\($0.error)" }
    }
    noteOddities(source)
    let count = messages.count
    guard count > 0 else { return }
    findings.add(
      .damagedEntries, .error, files: set.files.prefix(1).map(\.path),
      summary: "\(HumanText.count(count, "entry", "entries")) in \(set.name) \(count.noun("makes", "make")) no sense.",
      explanation: .sentences(messages),
      remedy: Remedy(
        "Copy the checkpoint again. If the original is gone, save the variables that are intact:", run: "decant",
        "recover", set.prefix, "-o", "salvaged.safetensors"))
  }

  private mutating func noteOddities(_ source: any TensorSource) {
    let oddities: [Message] = source.problems.filter { $0.severity == .note }.map { "\($0.error)" }
    if !oddities.isEmpty {
      findings.add(
        .oddEntries, .note, files: set.files.prefix(1).map(\.path),
        summary: "\(set.name) has \(HumanText.count(oddities.count, "harmless oddity", "harmless oddities")).",
        explanation: .sentences(oddities))
    }
    if source.descriptors.isEmpty, source.problems.isEmpty {
      findings.add(
        .noVariables, .note, files: set.files.prefix(1).map(\.path),
        summary: "\(set.name) is a checkpoint without variables.",
        explanation: "The program that saved it had no variables, so the checkpoint cannot caption.")
    }
  }

  /// Whether another finding covers the variable's file.
  private func isExplained(_ failure: DataReading.Failure) -> Bool {
    switch failure.reason {
    case .shard(.missing), .shard(.foreign), .file: true
    case .shard(.outside(_, _, let byteCount, let kind)):
      // The file is too short for other variables too; its length is reported once.
      kind != .unknown || byteCount == 0
        || source?.problems.contains {
          if case .shard(.tooShort) = ($0.error as? CheckpointError)?.reason { true } else { false }
        } == true
    default: false
    }
  }

  // MARK: - V1

  private mutating func examineV1(isInClone: Bool, progress: (Int, Int) -> Void) {
    version = .v1
    var check = V1Check(set, isInClone: isInClone)
    if let checkpoint = check.source {
      source = checkpoint
      hasData = true
      let reading = DataReading(checkpoint, known: self.known, cancellation: cancellation, progress: progress)
      check.checkData(reading)
      isSound = reading.failures.isEmpty && check.findings.isEmpty
      noteEntries(checkpoint, nil)
    }
    findings += check.findings
  }

  private mutating func noteBothVersions() {
    findings.add(
      .bothVersions, .note, files: [set.index, set.v1.first].compactMap { $0?.path },
      summary: "A V1 file and a V2 checkpoint have the same name, \(set.name).",
      explanation:
        "TensorFlow and Decant read the V2 checkpoint. To see whether the two are equal, use 'decant verify'.",
      remedy: Remedy("To be sure which one is read, copy one of them to a directory of its own."))
  }

  // MARK: - Incomplete sets

  private mutating func examineDataAlone(isInClone: Bool) {
    version = .v2
    checkDataWithoutIndex(isInClone: isInClone)
    let name = set.indexPath.lastPart
    findings.add(
      .missingIndex, .error, files: set.data.map(\.path),
      summary: "The index of \(set.name), \(name), is missing.",
      explanation: "The data file has only bare numbers: without the index, nothing says where each variable "
        + "starts.\(set.meta == nil ? "" : " The graph beside it names the variables, but not their places.")",
      remedy: Remedy("Copy \(name) from the same source as the data. It is small."))
  }

  // MARK: - Graph and step

  private mutating func examineGraph(_ meta: ExaminedFile, isInClone: Bool) {
    switch GraphCheck.read(meta, isInClone: isInClone) {
    case .failure(let failure): findings.append(failure.finding)
    case .success(let definition):
      graph = definition
      if let source { findings += GraphCheck.findings(definition, meta, source: source, set: set) }
      if source == nil, set.index == nil, set.v1.isEmpty, set.data.isEmpty {
        findings.add(
          .missingData, .error, files: [meta.path],
          summary: "\(meta.fileName) is a graph, but the checkpoint that belongs to it is not here.",
          explanation: "It says how the variables are connected, not what their values are.",
          remedy: Remedy(
            "Copy \(set.name).index and its data file, or the V1 file \(set.name)."
          ))
      }
    }
  }

  /// Compares the number in the name with the step inside.
  private mutating func checkStep() {
    guard isSound, let source, let match = set.name.firstMatch(of: /-(\d+)$/), let named = Int(match.1),
      let step = ModelReport(of: source).globalStep, step != named
    else { return }
    findings.add(
      .stepMismatch, .note, certainty: .possible, files: set.files.prefix(1).map(\.path),
      summary:
        "\(set.name) is named for step \(HumanText.grouped(named)), but its global_step is \(HumanText.grouped(step)).",
      explanation: "It was renamed, or its step was set by hand. Its checksums match.")
  }
}
