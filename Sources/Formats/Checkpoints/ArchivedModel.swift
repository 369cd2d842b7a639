internal import Bytes
package import Files

/// Finds the only model in an archive, for a path that names the archive itself and not a member.
package enum ArchivedModel {
  /// The path of the only model in an archive; any other path as it is.
  ///
  /// - Parameter path: `archive.tar.gz` or `archive.tar.gz!`, or any other path.
  /// - Returns: the model's path, such as `archive.tar.gz!model/model.ckpt`.
  /// - Throws: `FileError` if the archive cannot be read, or holds no model or several.
  package static func path(of path: String) throws(FileError) -> String {
    if let archive = try ArchivePlace.root(path) { return try only(in: archive) }
    guard let place = try ArchivePlace.find(path) else { return path }
    if place.name.isEmpty { return try only(in: place.archive) }
    if let file = try? InputFile(path: path), try FileKind(of: file).isPacked, try !isModel(file) {
      throw FileError(.packed(.nested(place.name)), file: place.archive.path)
    }
    return path
  }

  /// Whether a packed file is in a format of models that are archives.
  private static func isModel(_ file: InputFile) throws(FileError) -> Bool {
    // What is wrong with a file that claims to be a model is the model's format to say.
    (try? ZipListing(file)).flatMap { ZipModel($0, named: file.name) } != nil
      || [.weights, .trainingState].contains(KnownFile(name: file.name)?.kind)
      || (try? TorchTar(file)) != nil
  }

  private static func only(in archive: Archive) throws(FileError) -> String {
    let models = models(in: archive)
    if let only = models.first, models.count == 1 { return ArchivePlace.path(of: only, in: archive) }
    if let directory = models.first?.parent,
      models.allSatisfy({ $0.hasSuffix(".npy") && $0.parent == directory })
    {
      // Arrays of one model.
      return ArchivePlace.path(of: directory, in: archive)
    }
    guard models.isEmpty else {
      throw FileError(
        .packed(.severalModels(models.map { ArchivePlace.path(of: $0, in: archive) })), file: archive.path)
    }
    let files = archive.fileNames
    for name in files.prefix(lookLimit) {
      let path = ArchivePlace.path(of: name, in: archive)
      // A member that cannot be read may be the model.
      let file = try InputFile(path: path)
      guard try FileKind(of: file).isPacked, try !isModel(file) else { continue }
      throw FileError(.packed(.nested(name)), file: archive.path)
    }
    // Damage may be why the model is not there.
    throw FileError(.packed(archive.damage ?? .noModel(present: Array(files.prefix(shownCount)))), file: archive.path)
  }

  /// How many members are named in an error.
  private static let shownCount = 5
  /// How many files are looked into whose names say nothing.
  private static let lookLimit = 256

  // MARK: - Search

  /// The names of all models in an archive: of SavedModels and of directories with a `checkpoint` file, the directories; of others, what
  /// `CheckpointPath` or a weight format opens. Files of PyTorch without its endings are models only if
  /// there are no others, and state of training only then.
  package static func models(in archive: Archive) -> [String] {
    var found: [String] = []
    var torch: [String] = []
    var trainingState: [String] = []
    var looks = 0
    let files = archive.fileNames.filter { name in
      // What macOS and hidden tools add is never a model.
      !name.split(separator: "/").contains { $0.hasPrefix(".") || $0 == "__MACOSX" }
    }
    let saved = Set(files.filter { savedModelNames.contains($0.lastComponent) }.map(\.parent))
    let states = Set(files.filter { $0.lastComponent == "checkpoint" && isText($0, in: archive) }.map(\.parent))
    let indexes = Set(files.filter { KnownFile(name: $0.lastComponent)?.kind == .shardIndex }.map(\.parent))
    found += saved
    for name in files {
      let directory = name.parent
      if saved.contains(where: { $0.isEmpty || directory == $0 || directory.hasPrefix($0 + "/") }) { continue }
      let last = name.lastComponent
      let path = ArchivePlace.path(of: name, in: archive)
      let known = KnownFile(path: path)
      if last.hasSuffix(".index") || states.contains(directory), known == nil || last == "checkpoint" {
        if !last.hasSuffix(".index"), last != "checkpoint" { continue }
        found.append(states.contains(directory) ? directory : String(name.dropLast(6)))
      } else if known?.kind == .shardIndex {
        found.append(name)
      } else if known?.kind == .weights {
        // Shards that are listed are opened through their list.
        if !(indexes.contains(directory) && last.contains("-of-")) { found.append(name) }
      } else if known?.kind == .trainingState {
        trainingState.append(name)
      } else if known == nil, ShardName(name, marker: ".data-") == nil, !last.hasSuffix(".meta"), looks < lookLimit {
        looks += 1
        switch kind(of: name, in: archive) {
        case .table: found.append(ShardName(name, marker: "-")?.prefix ?? name)
        case .hdf5, .safetensors, .npy, .gguf, .tfLite: found.append(name)
        case .zip, .tar, .pickle: if KnownFile(contentOf: path) != nil { torch.append(name) }
        default: break
        }
      }
    }
    let models = [found, torch, trainingState].first { !$0.isEmpty } ?? []
    return Set(models).sorted { $0.precedesInBytes($1) }
  }

  private static let savedModelNames: Set<String> = ["saved_model.pb", "saved_model.pbtxt", "saved_model.cpb"]

  private static func kind(of name: String, in archive: Archive) -> FileKind? {
    (try? InputFile(path: ArchivePlace.path(of: name, in: archive))).flatMap { try? FileKind(of: $0) }
  }

  private static func isText(_ name: String, in archive: Archive) -> Bool { kind(of: name, in: archive) == .text }
}

extension String {
  /// What follows the last slash of a member's name.
  fileprivate var lastComponent: String { lastIndex(of: "/").map { String(self[index(after: $0)...]) } ?? self }
  /// What precedes it; empty at the top of the archive.
  fileprivate var parent: String { lastIndex(of: "/").map { String(self[..<$0]) } ?? "" }
}
