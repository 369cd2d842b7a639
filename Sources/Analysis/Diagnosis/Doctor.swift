internal import Bytes
internal import Checkpoints
internal import Engine
public import Files
public import Messages
internal import ModelMapping
internal import TensorFiles
internal import Tensors
package import Threads
internal import Vocabulary
internal import WordTraces

/// Looks at a file, a set of files or a directory and says what each is, what belongs together, what is missing, and what to do.
///
/// Nothing is changed, and no code from a file is run. Every checksum of every checkpoint is verified.
public enum Doctor {
  /// How much is examined.
  public struct Options: Sendable, Equatable {
    /// Files that are examined; if a directory has more, only a part is examined, and the report says so.
    public var maximumFileCount = 2_000

    /// The usual bounds.
    public init() {}
  }

  /// Examines paths.
  ///
  /// - Parameters:
  ///   - paths: files, prefixes of checkpoints and directories.
  ///   - options: how much is examined.
  ///   - progress: called with words for a progress line.
  /// - Returns: what was found. Bad files are findings, not errors.
  /// - Throws: `FileError` for a path that matches nothing.
  public static func examine(
    _ paths: [String], options: Options = Options(), progress: (Message) -> Void = { _ in }
  ) throws(FileError) -> DoctorReport {
    try examined(paths, options, known: nil, Cancellation(), progress)
  }

  /// Examines paths, one of whose sources was already read.
  ///
  /// - Parameters:
  ///   - paths: files, prefixes of checkpoints and directories.
  ///   - options: how much is looked at.
  ///   - known: the results of reading that source, which is not read again.
  ///   - cancellation: ends the examination early.
  ///   - progress: called with words for a progress line.
  /// - Returns: what was found. Bad files are findings, not errors.
  /// - Throws: `FileError` for a path that matches nothing, `Cancelled` if the examination is canceled.
  package static func examine(
    _ paths: [String], options: Options = Options(), known: KnownReading?,
    cancellation: Cancellation = Cancellation(), progress: (Message) -> Void = { _ in }
  ) throws -> DoctorReport {
    let report = try examined(paths, options, known: known, cancellation, progress)
    try cancellation.check()
    return report
  }

  /// If it is canceled, the report is incomplete.
  private static func examined(
    _ paths: [String], _ options: Options, known: KnownReading?, _ cancellation: Cancellation,
    _ progress: (Message) -> Void
  ) throws(FileError) -> DoctorReport {
    var examination = Examination(
      survey: try FileSurvey(paths, limit: options.maximumFileCount), paths: paths, limit: options.maximumFileCount,
      known: known, cancellation: cancellation)
    examination.run(progress)
    return DoctorReport(
      paths: paths, files: examination.survey.files, groups: examination.groups, findings: examination.findings)
  }
}

/// One examination, step by step.
private struct Examination {
  let survey: FileSurvey
  let paths: [String]
  let limit: Int
  let known: KnownReading?
  let cancellation: Cancellation
  private(set) var findings: [Finding] = []
  private(set) var groups: [DoctorReport.Group] = []
  var models: [ExaminedModel] = []
  var savedModels: [SavedModelFiles] = []
  /// Weight files that were read, on their own or as shards of a model.
  private(set) var examinedShards: Set<ByteString> = []

  mutating func run(_ progress: (Message) -> Void) {
    let splits = SplitFile.find(in: survey.files)
    let parts = Set(splits.flatMap(\.parts).map(\.path))
    let files = survey.files.filter { !parts.contains($0.path) }
    let sets = FileSet.group(files)
    noteGivenPaths(sets)
    savedModels = SavedModelFiles.find(in: files)
    var variables: [String: SetExamination] = [:]
    for set in sets where !cancellation.isCancelled {
      let examination = SetExamination(
        set, others: sets, splits: splits, isInClone: survey.hasGitDirectory, known: known,
        cancellation: cancellation
      ) { done, total in
        progress("checking \(set.name), \(HumanText.bytes(done)) of \(HumanText.bytes(total))")
      }
      findings += examination.findings
      if savedModels.contains(where: { $0.variablesPrefix == set.prefix }) {
        variables[set.prefix] = examination
      } else {
        addGroup(examination, files)
      }
    }
    for model in savedModels { examineSavedModel(model, variables[model.variablesPrefix], files) }
    for file in files
    where file.role == .weights && !examinedShards.contains(ByteString(file.path)) && !cancellation.isCancelled {
      examineWeights(file, files, progress)
    }
    // State of training is a model only if there is no other.
    let hasModels = !groups.isEmpty
    for file in files where file.role == .trainingState && !cancellation.isCancelled {
      examineWeights(file, files, isModel: !hasModels || survey.isNamed(file), progress)
    }
    // The checks below would see only part of the files.
    guard !cancellation.isCancelled else { return }
    findings += ArchiveCheck.findings(survey.archives, unreadable: survey.unreadableArchives)
    findings += SplitFileCheck.findings(splits, sets: sets)
    for file in files {
      findings += NameCheck.findings(file, in: files)
      switch file.role {
      case .stateFile: findings += StateFileCheck.findings(file)
      case .vocabulary: examineVocabulary(file, among: files)
      case .wordList:
        // Any program may have words; these are im2txt's only if a model of im2txt has no others.
        if models.contains(where: {
          $0.check.examination.isRecognized && vocabularies(of: $0.path, among: files).contains(file)
        }) {
          examineVocabulary(file, among: files)
        }
      case .known: findings += ShardIndexCheck.findings(file)
      case .archive, .other, .table: findings += [stray(file, sets: sets)].compactMap(\.self)
      default: break
      }
    }
    findings = TransferCheck(files: files, given: paths, cancellation: cancellation).amended(findings)
    noteMissingVocabularies()
    findings += LeftoverCheck.findings(survey, sets: sets)
    if models.contains(where: \.check.isCaptioningModel) { findings += PictureCheck.findings(files) }
    noteVersions()
    noteForeignWeights(files)
    noteBounds()
  }

  // MARK: - What was given

  /// A person who types a file of a set will type it to TensorFlow too.
  private mutating func noteGivenPaths(_ sets: [FileSet]) {
    for path in paths {
      guard
        let set = sets.first(where: { set in
          set.index != nil && (set.data + [set.index, set.meta].compactMap(\.self)).contains { $0.path == path }
        }),
        paths.count == 1
      else { continue }
      findings.add(
        .prefixNotFile, .note, files: [path],
        summary: "\(path.lastPart) is one file of the checkpoint \(set.name).",
        explanation: "TensorFlow requires the prefix, without what follows it: --checkpoint_path=\(set.prefix). With "
          + "one of the files, it says that nothing matches, or that the file is not an sstable. Decant accepts either."
      )
    }
  }

  /// A file outside all sets that the user may have meant anyway.
  private func stray(_ file: ExaminedFile, sets: [FileSet]) -> Finding? {
    let isGiven = paths.contains(file.path)
    // What is wrong with it is said already.
    if survey.unreadableArchives.contains(where: { $0.file == file.path }) { return nil }
    switch file.kind {
    // A file that is named as a web page, such as a report beside its checkpoint, does not replace anything.
    case .html where !isGiven && (file.fileName.hasSuffix(".html") || file.fileName.hasSuffix(".htm")): return nil
    case .lfsPointer, .html: return ForeignFileCheck.finding(file, isInClone: survey.hasGitDirectory)
    case .gzip, .bzip2, .xz, .zstandard, .zip, .tar:
      guard sets.isEmpty || isGiven else { break }
      return ForeignFileCheck.finding(file)
    case .table where file.role == .table:
      return TableDamage.finding(file, CheckpointError(.header(.notACheckpoint), file: file.path))
    default: break
    }
    if let finding = ForeignFileCheck.unreadable(file) { return finding }
    return isGiven ? ForeignFileCheck.finding(file) ?? unknown(file) : nil
  }

  private func unknown(_ file: ExaminedFile) -> Finding {
    Finding(
      .nothingFound, .warning, files: [file.path],
      summary: "Decant does not recognize \(file.fileName).",
      explanation: file.kind == .text
        ? "It is text." : "Neither its first nor its last bytes are those of a known format.",
      remedy: Remedy("Name a checkpoint, or the directory that it is in."))
  }

  /// Weights that Decant does not read, by their kinds.
  private mutating func noteForeignWeights(_ files: [ExaminedFile]) {
    var kinds: [(known: KnownFile, files: [ExaminedFile])] = []
    var orbax: [String] = []
    var distributed: [String] = []
    for file in files {
      guard case .known = file.role, let known = KnownFile(name: file.fileName), known.kind == .foreignWeights else {
        continue
      }
      if KnownFile.isOrbaxMark(file.fileName), !file.directory.lastPart.hasPrefix("ocdbt.process_"),
        orbax.last != file.directory
      {
        orbax.append(file.directory)
      }
      if KnownFile.isDistributed(file.fileName) {
        if distributed.last != file.directory { distributed.append(file.directory) }
        continue
      }
      if let place = kinds.firstIndex(where: { $0.known == known }) {
        kinds[place].files.append(file)
      } else {
        kinds.append((known, [file]))
      }
    }
    findings += orbax.map { directory in
      Finding(
        .foreignWeights, groups.isEmpty ? .warning : .note, files: [directory],
        summary: "\(directory) is an Orbax checkpoint (JAX), which Decant does not read.",
        remedy: Remedy(KnownFile.orbaxAdvice(directory: directory)))
    }
    findings += distributed.map { directory in
      Finding(
        .foreignWeights, groups.isEmpty ? .warning : .note, files: [directory],
        summary: "\(directory) is a checkpoint of torch.distributed.checkpoint, which Decant does not read.",
        remedy: Remedy(KnownFile.distributedAdvice(directory: directory)))
    }
    // Parts of Orbax's checkpoints are named by their directories.
    kinds.removeAll { $0.files.contains { orbax.contains($0.directory) } }
    findings += kinds.map { known, files in
      let names: Message = "\(list: files.map(\.fileName), upTo: 4)"
      return Finding(
        .foreignWeights, groups.isEmpty ? .warning : .note, files: files.map(\.path),
        summary: files.count == 1
          ? "\(names) is \(known.noun), which Decant does not read."
          : "Decant does not read \(files.count) \(known.plural): \(names).",
        remedy: Remedy("\(known.advice)"))
    }
  }

  private mutating func noteBounds() {
    for directory in survey.unreadableDirectories {
      findings.add(
        .unreadable, .warning, files: [directory],
        summary: "The directory \(directory) cannot be listed.",
        remedy: Remedy("If it is yours, give yourself permission to read it:", run: "chmod", "u+rx", directory))
    }
    if survey.omittedCount > 0 {
      findings.add(
        .tooManyFiles, .warning, files: paths,
        summary: "Only the first \(HumanText.grouped(limit)) files were examined; "
          + "\(HumanText.grouped(survey.omittedCount)) \(survey.omittedCount.noun("was", "were")) not.",
        explanation: "Files that seem to be missing may be among the others.",
        remedy: Remedy("Name the checkpoint, or a smaller directory."))
    }
    if groups.isEmpty, findings.isEmpty, survey.files.allSatisfy({ $0.role == .other || isKnown($0) }) {
      let hasKnown = survey.files.contains(where: isKnown)
      // Files that were named and are what they should be lack nothing.
      if hasKnown, survey.files.allSatisfy({ paths.contains($0.path) && isKnown($0) }) { return }
      let pictures = PictureCheck.counts(survey.files)
      let explanation = explanation
      findings.add(
        .nothingFound, .warning, files: paths,
        summary: "There is no checkpoint, weight file or vocabulary of a known kind here.",
        explanation: "\(HumanText.count(survey.files.count, "file was", "files were")) "
          + "examined\(pictures.map { ", including \($0)" } ?? "").\(explanation.map { " \($0.words)" } ?? "")",
        remedy: Remedy(explanation?.advice ?? "Name the directory that the checkpoint was copied to."))
    }
  }

  private func isKnown(_ file: ExaminedFile) -> Bool {
    switch file.role {
    case .known, .wordList: true
    default: false
    }
  }

  /// What the named directory has instead of a checkpoint.
  private var explanation: (words: Message, advice: Message)? {
    guard paths.count == 1, let found = ModelDirectory(paths[0]).explanation else { return nil }
    let words: Message = "\(found.words)"
    return (words.uppercasedFirst, "\(found.advice)")
  }

  /// The numbered directories of TensorFlow Serving are versions of one model, not different models.
  private mutating func noteVersions() {
    let numbered = savedModels.filter { $0.directory.contains("/") && Int($0.directory.lastPart) != nil }
    for (directory, versions) in Dictionary(grouping: numbered, by: \.directory.directoryPart).sorted(by: {
      $0.key < $1.key
    })
    where versions.count > 1 {
      let ordered = versions.sorted { (Int($0.directory.lastPart) ?? 0) < (Int($1.directory.lastPart) ?? 0) }
      guard let last = ordered.last else { continue }
      findings.add(
        .servingVersions, .note, files: ordered.map(\.directory),
        summary: "\(directory.lastPart) holds \(versions.count) versions of a SavedModel: "
          + "\(list: ordered.map(\.directory.lastPart), upTo: 8).",
        explanation: "TensorFlow Serving serves the one with the highest number.",
        remedy: Remedy("Name the version in other commands:", run: "decant", "inspect", last.directory))
    }
  }

  // MARK: - What belongs together

  private mutating func examineSavedModel(
    _ files: SavedModelFiles, _ variables: SetExamination?, _ all: [ExaminedFile]
  ) {
    let check = SavedModelCheck(files, isInClone: survey.hasGitDirectory)
    findings += check.findings
    var model: ModelCheck?
    if let source = variables?.source {
      let found = ModelCheck(source, path: files.directory, file: variables?.set.files.first?.path ?? files.directory)
      // Keys of objects do not show which model they belong to.
      findings += found.findings.filter { $0.kind != .anotherModel || found.family != .objectBased }
      model = found
      models.append(
        ExaminedModel(path: files.directory, source: source, check: found, isReadable: variables?.hasData ?? false))
    }
    groups.append(
      DoctorReport.Group(check, variables, model, vocabulary: vocabularies(of: files.directory, among: all).first))
  }

  private mutating func addGroup(_ examination: SetExamination, _ files: [ExaminedFile]) {
    let set = examination.set
    var model: ModelCheck?
    if let source = examination.source {
      let check = ModelCheck(source, path: set.prefix, file: set.files.first?.path ?? set.prefix)
      findings += check.findings
      model = check
      models.append(ExaminedModel(path: set.prefix, source: source, check: check, isReadable: examination.hasData))
    }
    let vocabulary = vocabularies(of: set.prefix, among: files).first
    groups.append(DoctorReport.Group(examination, model, vocabulary: vocabulary))
  }

  private mutating func examineVocabulary(_ file: ExaminedFile, among files: [ExaminedFile]) {
    let (vocabulary, own) = VocabularyCheck.read(file)
    findings += own
    guard let vocabulary else { return }
    for number in models.indices where vocabularies(of: models[number].path, among: files).contains(file) {
      let model = models[number]
      guard model.check.examination.isRecognized, let rows = model.check.examination.sizes[.vocabulary] else {
        continue
      }
      models[number].vocabularyPath = file.path
      let decoder = model.isReadable ? try? WordDecoder(source: model.check.source) : nil
      let words = try? vocabulary.vocabulary()
      let match = VocabularyMatch(
        vocabulary, file: file, rows: rows, model: model.path, evidence: decoder.map(WordEvidence.init),
        markers: decoder.flatMap { decoder in words.map { MarkerVerdict($0, decoder: decoder) } })
      findings += match.findings
    }
  }

  /// The vocabularies of a model: those beside it, else those of the nearest directory above, else one that was named,
  /// or the only one.
  private func vocabularies(of model: String, among files: [ExaminedFile]) -> [ExaminedFile] {
    let im2txt = files.filter { $0.role == .vocabulary }
    let all = im2txt.isEmpty ? files.filter { $0.role == .wordList } : im2txt
    var directory = savedModels.contains { $0.directory == model } ? model : model.directoryPart
    while true {
      let here = all.filter { $0.directory == directory }
      if !here.isEmpty { return here }
      let above = directory.directoryPart
      if above == directory || above == "." { break }
      directory = above
    }
    return all.count == 1 ? all : all.filter { paths.contains($0.path) }
  }

  /// A captioning model is useless without its words.
  private mutating func noteMissingVocabularies() {
    for model in models where model.check.isCaptioningModel && model.isReadable && model.vocabularyPath == nil {
      if model.source.metadata[Vocabulary.metadataKey] != nil { continue }
      findings.add(
        .vocabularyMissing, .note, files: [model.path],
        summary: "There is no vocabulary beside \(model.path.lastPart).",
        explanation:
          "Captions require the word_counts.txt from the same training: the model emits line numbers, not words.",
        remedy: Remedy("Put it beside the checkpoint, or name it with --vocab."))
    }
  }

  /// The words inside a converted file may be wrong too.
  private mutating func examineCarriedWords(of source: any TensorSource, _ check: ModelCheck, _ file: ExaminedFile) {
    guard check.examination.isRecognized, let json = source.metadata[Vocabulary.metadataKey] else { return }
    do throws(VocabularyError) {
      let words = try Vocabulary(json: json, path: file.path)
      guard let verdict = MarkerVerdict(words, source: check.source),
        let finding = Finding.markers(verdict, of: .carried(file.path), model: file.path)
      else { return }
      findings.append(finding)
    } catch {
      findings.add(
        .vocabularyUnreadable, .error, files: [file.path],
        summary: "The vocabulary inside \(file.fileName) cannot be used.", explanation: "\(error)",
        remedy: Remedy("Convert the model again with --vocab and the word_counts.txt of its training."))
    }
  }

  private mutating func examineWeights(
    _ file: ExaminedFile, _ files: [ExaminedFile], isModel: Bool = true, _ progress: (Message) -> Void
  ) {
    let examination = WeightExamination(
      file, in: survey, known: known, cancellation: cancellation
    ) { name, done, total in
      progress("checking \(name), \(HumanText.bytes(done)) of \(HumanText.bytes(total))")
    }
    for path in examination.files { examinedShards.insert(ByteString(path)) }
    // Several shards may say the same about one of them.
    for finding in examination.findings where !findings.contains(finding) { findings.append(finding) }
    guard let source = examination.source, isModel else { return }
    let check = ModelCheck(source, path: examination.name, file: examination.name)
    findings += check.findings
    if let finding = UnfrozenGraphCheck.finding(file, source) { findings.append(finding) }
    models.append(ExaminedModel(path: examination.name, source: source, check: check, isReadable: true))
    examineCarriedWords(of: source, check, file)
    let vocabulary = vocabularies(of: file.path, among: files).first
    groups.append(DoctorReport.Group(examination, source, check, vocabulary: vocabulary))
  }
}

/// An open source that other files are compared with.
struct ExaminedModel {
  /// What a person types to name it.
  let path: String
  let source: any TensorSource
  let check: ModelCheck
  /// Whether its numbers can be read.
  let isReadable: Bool
  /// The vocabulary that belongs to it.
  var vocabularyPath: String?
}
