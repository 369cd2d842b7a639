internal import Bytes
internal import Checkpoints
internal import Files
internal import Messages
internal import MetaGraph
internal import ModelMapping
internal import Tensors
internal import Vocabulary

extension DoctorReport.Group {
  /// A checkpoint.
  init(_ examination: SetExamination, _ model: ModelCheck?, vocabulary: ExaminedFile?) {
    let set = examination.set
    name = set.prefix
    files = set.files.map(\.path)
    let isWhole = examination.isSound && !examination.findings.contains { $0.severity >= .warning }
    let format: Message =
      examination.version.map { "\($0.rawValue) checkpoint" }
      ?? (set.meta != nil ? "graph without its checkpoint" : "checkpoint")
    let subject: Message = model.flatMap(Self.title).map { "\(format) of \($0)" } ?? format
    isComplete = isWhole
    let state: Message =
      isWhole ? "complete, every checksum matches" : examination.hasData ? "damaged" : "incomplete"
    summary = "\(subject), \(state)"
    facts = Self.facts(examination.source, model, release: examination.graph?.tensorFlowVersion)
    command = isWhole ? model.flatMap { Self.command(set.prefix, $0, vocabulary) } : nil
  }

  /// A SavedModel: its graph, its variables and what belongs to them.
  init(_ check: SavedModelCheck, _ variables: SetExamination?, _ model: ModelCheck?, vocabulary: ExaminedFile?) {
    let files = check.files
    name = files.directory
    let own = [files.graph].compactMap(\.self) + (variables?.set.files ?? []) + files.companions
    self.files = own.map(\.path)
    let gravest = (check.findings + (variables?.findings ?? [])).map(\.severity).max() ?? .note
    isComplete = gravest < .warning && variables?.isSound ?? true
    let title = model.flatMap { $0.family == .objectBased ? nil : Self.title($0) }
    let state: Message =
      isComplete
      ? (variables == nil ? "complete, without variables" : "complete, every checksum matches")
      : check.isIncomplete || variables?.hasData == false ? "incomplete" : "damaged"
    summary = "SavedModel\(title.map { " of \($0)" } ?? ""), \(state)"
    var facts = Self.facts(variables?.source, model, release: check.release)
    if variables?.source == nil, let release = check.release {
      facts.append("Saved by TensorFlow \(release).")
    }
    if check.assetCount > 0 { facts.append("The graph names \(HumanText.count(check.assetCount, "asset")).") }
    if !check.signatures.isEmpty {
      facts.append("Signatures: \(list: check.signatures, upTo: 4).")
    }
    self.facts = facts
    command =
      isComplete
      ? model.flatMap { Self.command(files.directory, $0, vocabulary) }
        ?? ShellText.command("decant", "inspect", files.directory)
      : nil
  }

  /// A weight file, or all shards of a model.
  init(
    _ examination: WeightExamination, _ source: any TensorSource, _ model: ModelCheck, vocabulary: ExaminedFile?
  ) {
    name = examination.name
    files = examination.files
    let hasAll = !examination.lacksShards && source.problems.allSatisfy { $0.severity == .note }
    summary =
      "\(source.format)\(Self.title(model).map { " of \($0)" } ?? ""), \(hasAll ? "complete" : "incomplete")"
    facts = Self.facts(source, model, release: nil)
    isComplete = hasAll
    command = Self.command(name, model, source.metadata[Vocabulary.metadataKey] == nil ? vocabulary : nil)
  }

  private static func title(_ model: ModelCheck) -> Message? {
    if model.examination.isRecognized {
      let onlyImages = model.findings.contains { $0.kind == .imageNetworkOnly }
      return onlyImages ? "Inception v3" : "im2txt (Show and Tell)"
    }
    return model.family?.title
  }

  private static func facts(_ source: (any TensorSource)?, _ model: ModelCheck?, release: String?) -> [Message] {
    guard let source else { return [] }
    var facts: [Message] = []
    let bytes = source.descriptors.reduce(0) { $0.addingChecked($1.byteCount) ?? .max }
    facts.append("\(HumanText.count(source.descriptors.count, "variable")), \(HumanText.bytes(bytes)).")
    if let release, !release.isEmpty { facts.append("Saved by TensorFlow \(release).") }
    if let model {
      if let rows = model.examination.sizes[.vocabulary], model.examination.isRecognized {
        facts.append("Its word embedding has \(HumanText.count(rows, "row")).")
      }
      if let era = model.eras.first, model.eras.count == 1 {
        facts.append("The LSTM's names are those of \(era.title).")
      }
    }
    return facts
  }

  private static func command(_ path: String, _ model: ModelCheck, _ vocabulary: ExaminedFile?) -> String? {
    guard model.isCaptioningModel else { return ShellText.command("decant", "inspect", path) }
    // A word_counts.txt beside the model is found even if it is not named.
    let isFound = vocabulary.map { $0.directory == path.directoryPart && $0.fileName == "word_counts.txt" } ?? true
    let named = isFound ? [] : ["--vocab", vocabulary?.path ?? ""]
    return ShellText.command(["decant", "caption", path] + named + ["IMAGE"])
  }
}
