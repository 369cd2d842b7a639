internal import Checkpoints
internal import Files
public import Messages
internal import TransferDamage
internal import Vocabulary

/// What `--fix` does about a report: new files in an empty directory, and nothing else.
public struct FixPlan: Sendable, Equatable {
  /// A file that will be written.
  public struct Output: Sendable, Equatable {
    /// Its name in the new directory.
    public let name: String
    /// What it is, as the end of a line.
    public let reason: Message
    let content: Content

    /// The name and what it is, as a line.
    var message: Message { "\(name): \(reason)" }
  }

  enum Content: Sendable, Equatable {
    /// Parts of files, one after the other: this many bytes of each, or all.
    case pieces([Piece])
    /// A file as it was before a program treated it as text.
    case restored(Restoration)
    /// Generated text.
    case text([UInt8])
    /// The clean form of a vocabulary, perhaps with `<S>` and `</S>` swapped.
    case vocabulary(String, exchangesMarkers: Bool)
  }

  struct Piece: Sendable, Equatable {
    let path: String
    var byteCount: Int?
  }

  /// A finding that is not fixed.
  public struct Refusal: Sendable, Equatable {
    /// The finding.
    public let finding: Finding
    /// Why nothing is done about it.
    public let reason: Message

    /// The finding and the reason, in sentences.
    var message: Message { "\(finding.summary) Reason: \(reason)." }
  }

  /// The files, in the order of writing.
  public private(set) var outputs: [Output] = []
  /// What is not fixed, and why. Notes that require nothing are left out.
  public private(set) var refusals: [Refusal] = []

  /// Plans for everything that a report found.
  public init(_ report: DoctorReport) {
    for finding in report.findings {
      switch finding.fix {
      case let fix?: add(fix, of: finding, report)
      case nil where finding.severity > .note:
        refusals.append(Refusal(finding: finding, reason: finding.kind.refusal))
      case nil: break
      }
    }
  }

  private mutating func add(_ fix: Fix, of finding: Finding, _ report: DoctorReport) {
    switch fix {
    case .copy(let path, let name):
      add(name, "copy of \(path.lastPart)", .pieces([Piece(path: path)]), finding)
      addCompanions(of: name, except: [path], report, finding)
    case .copyFirst(let path, let byteCount, let name):
      add(
        name, "\(path.lastPart) without the bytes that were added", .pieces([Piece(path: path, byteCount: byteCount)]),
        finding)
      addCompanions(of: name, except: [path], report, finding)
    case .restore(let restorations):
      for restoration in restorations {
        add(restoration.path.lastPart, "its original bytes", .restored(restoration), finding)
      }
      let paths = Set(restorations.map(\.path))
      for path in paths.sorted() { addCompanions(of: path.lastPart, except: paths, report, finding) }
    case .join(let paths, let name):
      add(name, "\(paths.count.counted("part")) joined", .pieces(paths.map { Piece(path: $0) }), finding)
      addCompanions(of: name, except: Set(paths), report, finding)
    case .cleanVocabulary(let path):
      // If its markers are swapped too, that fix writes the bare words as well.
      if report.findings.contains(where: { $0.fix == .exchangeMarkers(path) }) { return }
      add(path.lastPart, "the same words, bare", .vocabulary(path, exchangesMarkers: false), finding)
    case .exchangeMarkers(let path):
      add(
        path.lastPart, "the same words, bare, with <S> and </S> exchanged", .vocabulary(path, exchangesMarkers: true),
        finding)
    case .stateFile(let latest, let all):
      let lines =
        ["model_checkpoint_path: \(quoted(latest.lastPart))"]
        + (all.isEmpty ? [latest] : all).map { "all_model_checkpoint_paths: \(quoted($0.lastPart))" }
      add(
        "checkpoint", "names the checkpoints beside it", .text(Array((lines.joined(separator: "\n") + "\n").utf8)),
        finding)
      for prefix in Set(all + [latest]).sorted() { addCompanions(of: prefix.lastPart, except: [], report, finding) }
    }
  }

  /// A string of protobuf's text format.
  private func quoted(_ text: String) -> String {
    "\"" + text.flatMap { $0 == "\"" || $0 == "\\" ? "\\\($0)" : "\($0)" } + "\""
  }

  /// The other files of the set, so that the new directory holds all of it.
  private mutating func addCompanions(
    of name: String, except sources: Set<String>, _ report: DoctorReport, _ finding: Finding
  ) {
    let prefix = FileSet.prefix(of: name)
    let directory = finding.files.first?.directoryPart
    // A file that is to be copied under another name is not a companion.
    let moved = Set(report.findings.compactMap { if case .copy(let path, _) = $0.fix { path } else { nil } })
    for file in report.files
    where file.role.isPartOfCheckpoint && file.state == .readable && file.directory == directory
      && FileSet.prefix(of: file.fileName) == prefix && !sources.contains(file.path) && !moved.contains(file.path)
      && ForeignFileCheck.finding(file) == nil && file.name.changes.isEmpty && file.fileName != name
    {
      add(file.fileName, "copy, so that all files are together", .pieces([Piece(path: file.path)]), finding)
    }
  }

  private mutating func add(_ name: String, _ reason: Message, _ content: Content, _ finding: Finding) {
    if let other = outputs.first(where: { $0.name == name }) {
      guard other.content != content else { return }
      refusals.append(
        Refusal(
          finding: finding, reason: "another file already has the name \(name); fix the directories one at a time")
      )
      return
    }
    outputs.append(Output(name: name, reason: reason, content: content))
  }
}
