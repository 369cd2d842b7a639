internal import Files
internal import Essentials
internal import Messages
internal import Tensors

/// Which checkpoint a path refers to.
///
/// TensorFlow requires a *prefix*, not a file, but people give anything else: a file of the set, the directory, the `checkpoint`
/// file. All of these are accepted.
package struct CheckpointPath: Equatable, Sendable {
  /// What the checkpoint is made of.
  package enum Kind: Equatable, Sendable {
    /// One or more V1 files, in the order of their numbers; some files of a sharded set may be missing.
    case v1(files: [String])
    /// A V2 checkpoint with this prefix.
    case v2(prefix: String)
  }

  /// What the checkpoint is made of.
  package let kind: Kind
  /// The part that the paths of the checkpoint's files have in common.
  package let prefix: String
  /// The `.meta` file beside it, if there is one.
  package let metaPath: String?
  /// The `saved_model.pb` (or `.pbtxt`) that the checkpoint belongs to, if it belongs to one.
  package let savedModelPath: String?
  /// The `checkpoint` file that was followed, if one was.
  package let stateFilePath: String?
  /// What a save that did not finish left beside the checkpoint; it is useless.
  package let leftovers: [String]

  /// Finds the checkpoint that a path refers to, from the existing files.
  ///
  /// In this order:
  /// 1. a directory: the `checkpoint` file in it, a SavedModel's variables, or the only checkpoint in it;
  /// 2. the `checkpoint` file itself;
  /// 3. a prefix whose `.index` exists, or any file of such a set: `.index`, `.data-…`, `.meta`;
  /// 4. a V1 file; one file of a sharded V1 set, its prefix, or its pattern (`model.ckpt-?????-of-00004`).
  ///
  /// An archive means the only model in it.
  ///
  /// - Parameter path: a file, a directory, a prefix or a pattern.
  /// - Returns: the checkpoint and what is beside it.
  /// - Throws: `CheckpointError`, with what was looked for and what was found instead.
  package static func resolve(_ path: String) throws(CheckpointError) -> CheckpointPath {
    try Resolver(path: CheckpointError.wrap(path, ArchivedModel.path(of: path))).resolve()
  }
}

/// Resolves one path.
private struct Resolver {
  let path: String
  var stateFilePath: String?

  init(path: String, stateFilePath: String? = nil) {
    var path = path
    while path.count > 1, path.hasSuffix("/") || path.hasSuffix("/.") { path.removeLast() }
    self.path = path
    self.stateFilePath = stateFilePath
  }

  private var directory: String { path.directoryPart }

  func resolve() throws(CheckpointError) -> CheckpointPath {
    if let status = FileStatus(path: path) {
      if status.isDirectory {
        // A prefix may have the same name as a directory.
        if let found = try bundle(path) { return found }
        if stateFilePath == nil { return try resolveDirectory() }
      }
      if Self.savedModelNames.contains(path.lastPart), let found = try savedModel(in: directory) { return found }
      if stateFilePath == nil, try isStateFile() { return try followStateFile(path) }
    }
    if let found = try bundle(path) { return found }
    for suffix in [".index", ".meta"] where path.hasSuffix(suffix) {
      let prefix = String(path.dropLast(suffix.count))
      if let found = try bundle(prefix) { return found }
      if let found = try v1(prefix) { return found }
    }
    if let shard = ShardName(path, marker: ".data-") {
      guard let found = try bundle(shard.prefix) else {
        throw CheckpointError(.search(.indexMissing((shard.prefix + ".index").lastPart)), file: path)
      }
      return found
    }
    if let found = try v1(path) { return found }
    for link in [path, path + ".index"] where FileStatus(path: link) == nil {
      guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: link) else { continue }
      throw CheckpointError(.search(.danglingLink(to: target)), file: link)
    }
    if RemoteAddress(path) != nil {
      throw CheckpointError(.file(FileError(.cannotOpen(ENOENT), file: path)), file: path)
    }
    throw CheckpointError(.search(.notFound(lookedFor: lookedFor, present: present)), file: path)
  }

  private var lookedFor: [String] {
    let prefix = path.hasSuffix(".meta") ? String(path.dropLast(5)) : path
    return [prefix, prefix + ".index", prefix + "-00000-of-…"].map(\.lastPart)
  }

  /// The checkpoints of the directory, those with a name like the wanted one first.
  private var present: [String] {
    let names = Directory(directory).checkpoints().map(\.lastPart)
    let wanted = path.lastPart
    return names.filter { $0.hasPrefix(wanted) } + names.filter { !$0.hasPrefix(wanted) }
  }

  // MARK: - One checkpoint

  private func bundle(_ prefix: String) throws(CheckpointError) -> CheckpointPath? {
    guard FileStatus(path: prefix + ".index")?.isDirectory == false else { return nil }
    return found(.v2(prefix: prefix), prefix: prefix)
  }

  private func v1(_ path: String) throws(CheckpointError) -> CheckpointPath? {
    if let shard = ShardName(path, marker: "-") {
      // A pattern, or one of the set; the others should be beside it.
      let files = (0..<shard.count).map { shard.path($0) }
      if files.contains(where: { FileStatus(path: $0) != nil }) {
        return found(.v1(files: files), prefix: shard.prefix)
      }
    }
    if FileStatus(path: path)?.isDirectory == false { return found(.v1(files: [path]), prefix: path) }
    let counts = Directory(path.directoryPart).shardCounts(ofPrefix: path.lastPart)
    if counts.count > 1 {
      throw CheckpointError(
        .search(.ambiguous(counts.map { "\(path.lastPart)-?????-of-\(ShardFiles.padded($0))" })), file: path)
    }
    guard let count = counts.first, let shard = ShardName(prefix: path, count: count) else { return nil }
    return found(.v1(files: (0..<count).map { shard.path($0) }), prefix: path)
  }

  private func found(_ kind: CheckpointPath.Kind, prefix: String) -> CheckpointPath {
    let directory = prefix.directoryPart
    let model = directory.lastPart == "variables" ? directory.directoryPart : nil
    func existing(_ path: String) -> String? { FileStatus(path: path)?.isDirectory == false ? path : nil }
    return CheckpointPath(
      kind: kind, prefix: prefix, metaPath: existing(prefix + ".meta"),
      savedModelPath: model.flatMap { model in
        Self.savedModelNames.lazy.compactMap { existing(model.joined($0)) }.first
      },
      stateFilePath: stateFilePath, leftovers: Directory(directory).leftovers(ofPrefix: prefix.lastPart))
  }

  // MARK: - Directories and state files

  private func resolveDirectory() throws(CheckpointError) -> CheckpointPath {
    let state = path.joined("checkpoint")
    if FileStatus(path: state)?.isRegular == true, try Resolver(path: state).isStateFile() {
      return try followStateFile(state)
    }
    if let found = try savedModel(in: path) { return found }
    let checkpoints = Directory(path).checkpoints()
    guard let only = checkpoints.first else {
      let leftovers = Directory(path).leftovers(ofPrefix: nil)
      if leftovers.isEmpty {
        let directory = ModelDirectory(path)
        let versions = directory.versions
        // A model's directory means its only version; if it has several versions, none is guessed.
        if versions.count == 1 { return try Resolver(path: path.joined(versions[0])).resolve() }
        if let explanation = directory.explanation {
          throw CheckpointError(.search(.otherDirectory(explanation.words, advice: explanation.advice)), file: path)
        }
      }
      throw CheckpointError(.search(.noCheckpointInDirectory(leftovers: leftovers)), file: path)
    }
    guard checkpoints.count == 1 else {
      throw CheckpointError(.search(.ambiguous(checkpoints.map(\.lastPart))), file: path)
    }
    return try Resolver(path: only).resolve()
  }

  private static let savedModelNames = ["saved_model.pb", "saved_model.pbtxt", "saved_model.cpb"]

  /// The variables of a SavedModel; nil if there is none in the directory.
  private func savedModel(in directory: String) throws(CheckpointError) -> CheckpointPath? {
    let prefix = directory.joined("variables/variables")
    if let found = try bundle(prefix) { return found }
    for name in Self.savedModelNames where FileStatus(path: directory.joined(name)) != nil {
      throw CheckpointError(.search(.variablesMissing("variables/variables.index")), file: directory)
    }
    return nil
  }

  /// By its name and by its content: a V1 checkpoint may be called `checkpoint` too.
  private func isStateFile() throws(CheckpointError) -> Bool {
    let file = try CheckpointError.wrap(path, InputFile(path: path))
    let kind = try CheckpointError.wrap(path, FileKind(of: file))
    if path.lastPart == "checkpoint" { return kind != .table }
    guard kind == .text, file.byteCount <= StateFile.maximumByteCount else { return false }
    let head = try CheckpointError.wrap(path, file.read(at: 0, count: file.byteCount))
    return String(decoding: head, as: UTF8.self).contains("model_checkpoint_path:")
  }

  private func followStateFile(_ statePath: String) throws(CheckpointError) -> CheckpointPath {
    let file = try CheckpointError.wrap(statePath, InputFile(path: statePath))
    let byteCount = min(file.byteCount, StateFile.maximumByteCount + 1)
    let bytes = try CheckpointError.wrap(statePath, file.read(at: 0, count: byteCount))
    let state: StateFile
    do throws(StateFile.ParsingError) {
      state = try StateFile(parsing: bytes)
    } catch {
      throw CheckpointError(.search(.badStateFile(error.defect, line: error.line)), file: statePath)
    }
    // A state file must name a prefix, not a directory; otherwise state files could refer to each other forever.
    let place = StatePlace(named: state.checkpointPath, stateFile: statePath)
    for candidate in place.candidates {
      do throws(CheckpointError) {
        return try Resolver(path: candidate, stateFilePath: statePath).resolve()
      } catch {
        switch error.reason {
        case .search(.notFound), .search(.danglingLink): continue
        default: throw error
        }
      }
    }
    guard place.path != nil else {
      throw CheckpointError(
        .search(.statePathLeadsOut(place.named, lookedFor: place.candidates, typed: place.typed)), file: statePath)
    }
    throw CheckpointError(.search(.stateNamesMissing(place.named, lookedFor: place.candidates)), file: statePath)
  }
}
