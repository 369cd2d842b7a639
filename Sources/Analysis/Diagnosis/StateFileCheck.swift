internal import Bytes
internal import Checkpoints
internal import Files
internal import Essentials
internal import Messages

/// Checks whether the `checkpoint` file names a checkpoint that exists.
enum StateFileCheck {
  /// A state file that was read, and where its paths lead.
  struct Reading {
    let state: StateFile
    /// The path of the latest checkpoint, and whether it exists.
    let target: Place
    /// The places of all checkpoints that the file lists.
    let all: [Place]
  }

  /// One path of a state file. What is outside the file's directory is not examined.
  struct Place: Equatable {
    /// The path as stored in the file.
    let named: String
    /// The prefix beside the state file with the same last component; nil if that is not a name.
    let beside: String?
    /// Whether it leads out of the state file's directory, or would on the system that wrote it.
    let leadsOut: Bool
    /// Whether there is a checkpoint where the path leads, in the directory or below it.
    let isThere: Bool
    /// Whether one is beside the file.
    let isBeside: Bool
  }

  static func findings(_ file: ExaminedFile) -> [Finding] {
    if let finding = ForeignFileCheck.finding(file) { return [finding] }
    do throws(StateFile.ParsingError) {
      let reading = try read(file)
      return [latest(reading, file), older(reading, file)].compactMap(\.self)
    } catch {
      return [damaged(file, error)]
    }
  }

  static func read(_ file: ExaminedFile) throws(StateFile.ParsingError) -> Reading {
    let limit = StateFile.maximumByteCount + 1
    let bytes = (try? InputFile(path: file.path)).flatMap { try? $0.read(at: 0, count: min($0.byteCount, limit)) } ?? []
    let state = try StateFile(parsing: bytes)
    func place(_ named: String) -> Place {
      let place = StatePlace(named: named, stateFile: file.path)
      // A Windows drive counts as absolute too, on whatever system this is.
      let isOfWindows = named.contains(/^[A-Za-z]:[\\\/]/)
      return Place(
        named: named, beside: place.beside, leadsOut: place.path == nil || isOfWindows,
        isThere: place.path.map(isCheckpoint) ?? false, isBeside: place.beside.map(isCheckpoint) ?? false)
    }
    return Reading(state: state, target: place(state.checkpointPath), all: state.allCheckpointPaths.map(place))
  }

  /// Whether any file of a checkpoint with this prefix exists.
  static func isCheckpoint(_ prefix: String) -> Bool {
    if FileStatus(path: prefix)?.isDirectory == false || FileStatus(path: prefix + ".index")?.isDirectory == false {
      return true
    }
    return (try? CheckpointPath.resolve(prefix)).map { $0.stateFilePath == nil } ?? false
  }

  private static func latest(_ reading: Reading, _ file: ExaminedFile) -> Finding? {
    let target = reading.target
    if target.isThere { return nil }
    let named = target.named
    if let beside = target.beside, target.isBeside {
      return Finding(
        .stateAbsolutePath, .warning, files: [file.path],
        summary: "The \(file.fileName) file names a path outside its directory: \(named)",
        explanation: "It is usually a path on the machine that saved the checkpoint. The checkpoint itself, "
          + "\(beside.lastPart), is beside the file. Decant looks only there; TensorFlow looks only at the path named.",
        remedy: Remedy(
          "Name the checkpoint itself, or write a 'checkpoint' file with relative paths:", run: "decant", "doctor",
          file.path, "--fix", "-o", "DIR"),
        fix: .stateFile(
          latest: beside, all: reading.all.filter(\.isBeside).compactMap(\.beside)))
    }
    let present = checkpoints(beside: file)
    var evidence: [Message] = []
    if let address = RemoteAddress(target.named) {
      evidence.append("That is \(address.noun), but Decant downloads nothing.")
    }
    if target.leadsOut { evidence.append("Decant does not follow paths out of the directory.") }
    evidence.append(
      present.isEmpty
        ? "There is no other checkpoint beside it."
        : "\(list: present) \(present.count.noun("is", "are")) beside it.")
    let command = present.first.map { ShellText.command("decant", "inspect", file.directory.joined($0)) }
    return Finding(
      .stateMissingCheckpoint, .error, files: [file.path],
      summary: "The \(file.fileName) file names \(named), which "
        + "\(target.leadsOut ? "is outside its directory" : "does not exist").",
      explanation: evidence.joined(separator: " "),
      remedy: Remedy(
        present.isEmpty
          ? "Copy the checkpoint's files there, or copy the whole directory again."
          : "Name the checkpoint that you mean instead of the directory:", commands: [command].compactMap(\.self)))
  }

  private static func older(_ reading: Reading, _ file: ExaminedFile) -> Finding? {
    let gone = reading.all.filter { !$0.isThere && !$0.isBeside && $0.named != reading.target.named }
    guard !gone.isEmpty else { return nil }
    return Finding(
      .stateOldEntries, .note, files: [file.path],
      summary: "The \(file.fileName) file lists \(HumanText.count(gone.count, "older checkpoint")) that "
        + "\(gone.count.noun("is", "are")) not here.",
      explanation: "Only the latest is used; the others matter only if you continue the training.")
  }

  private static func checkpoints(beside file: ExaminedFile) -> [String] {
    let names = file.directory.entryNames ?? []
    let prefixes = names.compactMap { name -> String? in
      switch FileRole(name: name) {
      case .index: String(name.dropLast(".index".count))
      case .v1: name
      default: nil
      }
    }
    return Set(prefixes).sorted { $0.precedesInBytes($1) }
  }

  private static func damaged(_ file: ExaminedFile, _ error: StateFile.ParsingError) -> Finding {
    Finding(
      .stateDamaged, .error, files: [file.path],
      summary: "The \(file.fileName) file cannot be read: line \(error.line): \(error.defect.words).",
      explanation: "It should say which checkpoint of the directory is the latest.",
      remedy: Remedy("Name the checkpoint itself instead of the directory; the weights do not depend on this file."))
  }
}
