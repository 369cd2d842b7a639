internal import Checkpoints
internal import Files
internal import Messages
internal import MetaGraph
internal import ModelMapping
internal import Tensors

/// Which model a source holds, whose names it uses, and what is missing from it.
struct ModelCheck {
  /// The comparison with im2txt's variables.
  let examination: ModelExamination
  /// The other model that the names belong to; nil if there is none.
  let family: ModelFamily?
  /// The eras of the recurrent cells' names.
  let eras: [NamingEra]
  /// A name that a newer program looks for in place of an existing one; nil if there is none.
  private let newerName: String?
  private(set) var findings: [Finding] = []

  /// The tensors under Decant's own names and in TensorFlow's layouts, whatever the file has.
  let source: any TensorSource
  private let path: String
  private let isCheckpoint: Bool
  private let file: String

  /// Whether this is im2txt with everything that captions need.
  var isCaptioningModel: Bool { examination.isRecognized && examination.isComplete }

  /// Compares names and shapes; reads no data.
  ///
  /// - Parameters:
  ///   - source: the tensors.
  ///   - path: what a person types to name the source.
  ///   - file: the file to name in findings.
  init(_ source: any TensorSource, path: String, file: String) {
    // One variable under the names of two eras is a separate finding.
    let canonical = (try? CanonicalSource.make(source)) ?? source
    let cousin = ModelCousin.find(in: canonical.descriptors)
    self.source = (try? cousin?.renaming(canonical)) ?? canonical
    self.path = path
    isCheckpoint = source.isCheckpoint
    self.file = file
    let names = source.descriptors.map(\.name)
    examination = cousin?.examination ?? KnownModel.showAndTell.examine(canonical.descriptors)
    family = examination.isRecognized ? nil : ModelFamily.find(in: names)
    eras = NamingEra.present(in: names)
    newerName = (try? NameMap(names, scheme: .modern))?.renamings.first { !$0.to.hasSuffix("/bias") }?.to
    if let cousin { noteOtherNames(cousin) }
    checkNames()
    checkModel()
    noteLeftovers()
  }

  private mutating func noteOtherNames(_ cousin: ModelCousin) {
    let name = path.lastPart
    findings.add(
      .otherNames, .note, files: [file],
      summary: "\(name) is im2txt's model under other names: \(Message.list(cousin.differences)).",
      explanation: """
        For example, \(cousin.example.from) instead of \(cousin.example.to). The original program stops with "not found in \
        checkpoint"; decant caption reads it as it is\(cousin.hasAverages ? ", with the averaged weights" : "").
        """,
      remedy: Remedy(
        "To write im2txt's names:",
        commands: [
          ShellText.command("printf", "%s", cousin.rulesJSON) + " > rules.json",
          ShellText.command("decant", "convert", path, "-o", "OUT.safetensors", "--rename", "rules.json"),
        ]))
  }

  private mutating func checkNames() {
    let name = path.lastPart
    if eras.count > 1 {
      findings.add(
        .mixedNames, .warning, files: [file],
        summary: "\(name) has \(examination.isRecognized ? "LSTM variables" : "recurrent cells") under the names of "
          + "\(eras.count) eras: \(Message.list(eras.map { "\($0.title)" })).",
        explanation: "It was put together from two checkpoints, or only partly renamed. A program finds only the names "
          + "of its own TensorFlow.",
        remedy: Remedy(
          "See which are there:", run: "decant", "inspect", path, "--match",
          examination.isRecognized ? "lstm" : "(?i)cell", "--flat"))
    } else if let era = eras.first, era != .modern, let newerName {
      findings.add(
        .olderNames, .note, files: [file],
        summary: examination.isRecognized
          ? "The LSTM variables of \(name) have the names of \(era.title): \(era.kernelSuffix) and \(era.biasSuffix)."
          : "The recurrent cells of \(name) have the names of \(era.title).",
        explanation: """
          A program under TensorFlow 1.2 or later stops with "\(newerName) not found in checkpoint". The numbers are \
          the same in all versions, and Decant reads every spelling.
          """,
        remedy: Remedy(
          "For a newer TensorFlow, rename them; the original stays as it is:", commands: [renaming]))
    }
  }

  /// The command that writes the modern names; a checkpoint's data need not be rewritten for that.
  private var renaming: String {
    let names = NamingEra.modern.rawValue
    let name = path.lastPart
    return isCheckpoint
      ? ShellText.command("decant", "rename", path, "--names", names, "-o", "renamed-\(name)")
      : ShellText.command("decant", "convert", path, "--names", names, "-o", "renamed-\(name)")
  }

  private mutating func checkModel() {
    guard examination.isRecognized else { return checkOtherModel() }
    let decoder = KnownModel.showAndTell.requirements.map(\.name).filter { !$0.hasPrefix("InceptionV3/") }
    if Set(examination.missing).isSuperset(of: decoder) {
      findings.add(
        .imageNetworkOnly, .warning, files: [file],
        summary: "This is only Inception v3, the image network, not a captioning model.",
        explanation: "im2txt's training starts from such a file (inception_v3.ckpt). The training adds the words, the "
          + "LSTM and the logits, which are not in this file.",
        remedy: Remedy("Find the checkpoint that the training wrote, usually model.ckpt-<step>."))
      return
    }
    let missing = examination.missing
    if !missing.isEmpty {
      let present = source.descriptors.map(\.name)
      let near = missing.prefix(3).compactMap { name -> Message? in
        guard let found = NearestNames.find(name, in: present).first else { return nil }
        return "the nearest to \(name) is \(found)"
      }
      findings.add(
        .missingVariables, .error, files: [file],
        summary:
          "\(HumanText.count(missing.count, "variable")) that im2txt needs \(missing.count.noun("is", "are")) missing.",
        explanation: """
          Missing: \(list: missing, upTo: 4).\(near.isEmpty ? "" : " By name, \(near.joined(separator: "; ")).") No \
          captions can be made without \(missing.count.noun("it", "them")).
          """,
        remedy: Remedy("See what is there:", run: "decant", "inspect", path, "--flat"))
    }
    if !examination.problems.isEmpty {
      let shown: [Message] = examination.problems.prefix(3).map { "\($0.name) \($0.description)" }
      findings.add(
        .wrongShapes, .error, files: [file],
        summary: "\(HumanText.count(examination.problems.count, "variable has", "variables have")) a shape that does "
          + "not fit im2txt.",
        explanation:
          "\(shown.joined(separator: "; ")). The checkpoint is from a modified model, or was put together from two.",
        remedy: Remedy("Use a complete checkpoint from one training."))
    }
  }

  private mutating func checkOtherModel() {
    guard !source.descriptors.isEmpty, let family else { return }
    findings.add(
      .anotherModel, .note, certainty: .likely, files: [file],
      summary: "By its variables' names, this is \(family.title), not im2txt.",
      explanation: family.remark,
      remedy: Remedy(
        "Decant still reads, checks and converts it, but captions only with im2txt.", run: "decant", "inspect", path))
  }

  private mutating func noteLeftovers() {
    let leftovers = TrainingLeftover.find(in: source, roles: VariableRoles(beside: source))
      .filter { $0.kind != .globalStep && $0.certainty == .certain }
    guard !leftovers.isEmpty, examination.isRecognized else { return }
    findings.add(
      .trainingLeftovers, .note, files: [file],
      summary: "\(HumanText.count(leftovers.count, "variable is", "variables are")) needed only for training.",
      explanation: "For example, \(leftovers[0].name): \(leftovers[0].reason).",
      remedy: Remedy(
        "Convert the model without them:", run: "decant", "convert", path, "-o", "OUT.safetensors", "--inference-only"))
  }
}
