internal import Bytes
internal import Files
internal import Essentials
package import Messages

/// What a directory without a TensorFlow checkpoint holds, judging by the names in it, so that Decant can say what is
/// there and what to type.
///
/// The names in it and in a few of its subdirectories are read once. If names say nothing, the first bytes of a few files are looked at.
package struct ModelDirectory {
  /// What is in a directory, and what to do about it, in sentences.
  package struct Explanation: Sendable, Equatable {
    /// What is there, as the end of a sentence that begins with the path.
    package let words: Message
    /// What to type, or what to copy.
    package let advice: Message
  }

  private let path: String
  private var fileNames: [String] = []
  private var directoryNames: [String] = []
  /// Files of known kinds, in the order of their names.
  private var known: [(name: String, file: KnownFile)] = []

  /// The most subdirectories that are looked into.
  private static let probeLimit = 64

  /// The most files that are looked at.
  private static let lookLimit = 16

  /// Reads the names; a directory that cannot be read is empty.
  package init(_ path: String) {
    self.path = path
    for entry in Self.entries(path) where !entry.name.hasPrefix(".") && TemporaryName(entry.name) == nil {
      if entry.isDirectory { directoryNames.append(entry.name) } else { fileNames.append(entry.name) }
    }
    directoryNames.sort { $0.precedesInBytes($1) }
    fileNames.sort { $0.precedesInBytes($1) }
    known = fileNames.compactMap { name in KnownFile(path: path.joined(name)).map { (name, $0) } }
  }

  // MARK: - What may be opened in its place

  /// The versions of a SavedModel, as TensorFlow Serving keeps them: directories named by numbers, lowest first.
  package var versions: [String] {
    let numbered = directoryNames.compactMap { name in
      name.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 } ? Int(name).map { ($0, name) } : nil
    }
    return numbered.sorted { $0.0 < $1.0 }.map(\.1).filter { Self.isSavedModel(path.joined($0)) }
  }

  /// The only file with weights that Decant reads, for which the directory may stand; nil if there are none or several.
  ///
  /// The shards of one model count as one file: their index, or the first of them if there is no index.
  package var onlyWeightFile: String? {
    let weights = weightFiles.map(\.name)
    let indexes = files(.shardIndex)
    if weights.count < 2 { return weights.first.map { path.joined($0) } }
    if indexes.count == 1 {
      let areListed = weights.allSatisfy { NumberedShard.indexNames(ofShard: $0).contains(indexes[0]) }
      return areListed ? path.joined(indexes[0]) : nil
    }
    guard indexes.isEmpty, let first = NumberedShard(name: weights[0]), first.count == weights.count,
      weights.allSatisfy({ NumberedShard(name: $0)?.isSibling(of: first) == true })
    else { return nil }
    return path.joined(weights[0])
  }

  /// The arrays of numpy in the directory, if they are all that it has of weights, and there are several.
  package var arrayNames: [String]? {
    let weights = weightFiles.map(\.name)
    return weights.count > 1 && weights.allSatisfy { $0.hasSuffix(".npy") } ? weights : nil
  }

  /// The files with weights that Decant reads. Those that only their content shows count only if there are no others, and state of
  /// training counts only then.
  private var weightFiles: [(name: String, file: KnownFile)] {
    let weights = known.filter { $0.file.kind == .weights }
    if !weights.isEmpty { return weights }
    let others = unknownNames.prefix(Self.lookLimit).compactMap { name in
      KnownFile(contentOf: path.joined(name)).map { (name, $0) }
    }
    return others.isEmpty ? known.filter { $0.file.kind == .trainingState } : others
  }

  /// The files whose names say nothing.
  private var unknownNames: [String] {
    fileNames.filter { KnownFile(name: $0) == nil && PictureFormat.name(forFileName: $0) == nil }
  }

  private func files(_ kind: KnownFile.Kind) -> [String] { known.filter { $0.file.kind == kind }.map(\.name) }

  // MARK: - In words

  /// What to say instead of "no checkpoint"; nil if no explanation would help.
  package var explanation: Explanation? {
    let likely: Explanation? = assets ?? versionWords ?? compiledCoreML ?? distributed ?? weights ?? orbax
    return likely ?? incomplete ?? below ?? foreign ?? standIns ?? companions ?? pictures
  }

  private var assets: Explanation? {
    let name = path.lastPart
    guard name == "assets" || name == "assets.extra", Self.isSavedModel(path.directoryPart) else { return nil }
    return Explanation(
      words: "the directory holds the assets of a SavedModel, such as vocabularies, but no variables.",
      advice: "Name the SavedModel: \(path.directoryPart)")
  }

  private var versionWords: Explanation? {
    let versions = versions
    guard versions.count > 1, let last = versions.last else { return nil }
    return Explanation(
      words: "the directory holds \(versions.count) versions of a SavedModel: \(list: versions).",
      advice: "TensorFlow Serving uses the highest. Name one of them: \(path.joined(last))")
  }

  /// A model that Xcode compiled for a device: its names and shapes are in a form that Apple does not document.
  private var compiledCoreML: Explanation? {
    let mark = "coremldata.bin"
    let inner = directoryNames.first { $0.hasSuffix(".mlmodelc") }
    guard fileNames.contains(mark) || path.hasSuffix(".mlmodelc") || (known.isEmpty && inner != nil) else { return nil }
    let what: Message = inner.map { "holds \($0)," } ?? "is"
    return Explanation(
      words: "the directory \(what) a compiled Core ML model, which Decant does not read.",
      advice:
        "Name the .mlmodel or .mlpackage that it was compiled from; the project of the app has it, or the source of "
        + "the model.")
  }

  /// A checkpoint that several machines wrote, each its part.
  private var distributed: Explanation? {
    guard fileNames.contains(where: { $0.hasSuffix(".distcp") }) else { return nil }
    return Explanation(
      words: "the directory is a checkpoint of torch.distributed.checkpoint, which Decant does not read.",
      advice: KnownFile.distributedAdvice(directory: path))
  }

  private var weights: Explanation? {
    let weights = weightFiles
    let names = weights.map(\.name)
    guard let first = names.first else { return nil }
    let title = Self.counted(weights)
    let index = files(.shardIndex).first
    if let rivals = index.flatMap({ rivals(ofShardsIn: $0, among: names) }) { return rivals }
    let shards: Message = index.map { ", the shards of one model according to \($0)" } ?? ""
    return Explanation(
      words: "the directory holds no TensorFlow checkpoint, but \(title)\(shards): \(list: names).",
      advice: index.map { "Name the index to open all its shards: \(path.joined($0))" }
        ?? "Name \(names.count == 1 ? "it" : "one of them"): \(path.joined(first))")
  }

  /// Weights that are not shards of an index; nil if all are.
  private func rivals(ofShardsIn index: String, among names: [String]) -> Explanation? {
    let others = names.filter { !NumberedShard.indexNames(ofShard: $0).contains(index) }
    guard !others.isEmpty, others.count < names.count else { return nil }
    let count = others.count + 1
    let models = Message.list(["the shards of \(index)"] + others.prefix(4).map { "\($0)" }, of: count)
    return Explanation(
      words: "the directory holds no TensorFlow checkpoint, but \(count) models: \(models).",
      advice: "Name one of them: \(path.joined(index)) or \(path.joined(others[0]))")
  }

  /// The checkpoint of JAX that the directory is, or that is in a directory within it: a manager's are in `STEP/default`.
  private var orbax: Explanation? {
    guard let found = Self.orbaxDirectory(path, depth: 2) else { return nil }
    return Explanation(
      words: found == path
        ? "the directory is an Orbax checkpoint (JAX), which Decant does not read."
        : "the directory holds an Orbax checkpoint (JAX), which Decant does not read: \(found).",
      advice: KnownFile.orbaxAdvice(directory: found))
  }

  /// A directory with the marks of Orbax, this one or one within it; of several steps, the last.
  private static func orbaxDirectory(_ directory: String, depth: Int) -> String? {
    let entries = entries(directory, limit: 10_000)
    if entries.contains(where: { !$0.isDirectory && KnownFile.isOrbaxMark($0.name) }) { return directory }
    guard depth > 0 else { return nil }
    let names = entries.filter { $0.isDirectory && !$0.name.hasPrefix(".") }.map(\.name).sorted {
      if let first = Int($0), let second = Int($1) { return first > second }
      return $0.precedesInBytes($1)
    }
    return names.prefix(probeLimit).lazy.compactMap { orbaxDirectory(directory.joined($0), depth: depth - 1) }.first
  }

  /// Some files of a checkpoint, but not all that are needed.
  private var incomplete: Explanation? {
    let data = fileNames.filter { ShardName($0, marker: ".data-") != nil }
    if let prefix = data.first.flatMap({ ShardName($0, marker: ".data-")?.prefix }) {
      return Explanation(
        words: "the directory holds a checkpoint's data files, but not its index: \(list: data).",
        advice: "Copy \(prefix).index from the source of the data; it has the names and shapes.")
    }
    let graphs = fileNames.filter { $0.hasSuffix(".meta") }
    guard let first = graphs.first else { return nil }
    let prefix = first.dropLast(5)
    return Explanation(
      words: "the directory holds \(graphs.count == 1 ? "a graph" : "graphs") but no checkpoint: \(list: graphs).",
      advice: "The values are in \(prefix).index and its data files; copy them there. "
        + "To see the graph itself: decant inspect \(path.joined(first))")
  }

  /// Models in directories within this one.
  private var below: Explanation? {
    let models = directoryNames.prefix(Self.probeLimit).filter { Self.holdsModel(path.joined($0), depth: 2) }
    guard let first = models.first else { return nil }
    return Explanation(
      words: models.count == 1
        ? "the directory holds no checkpoint itself; there is a model in \(first)."
        : "the directory holds no checkpoint itself; there are models in \(models.count) directories: \(list: models).",
      advice: "\(models.count == 1 ? "Name it" : "Name one of them"): \(path.joined(first))")
  }

  private var foreign: Explanation? {
    let files = known.filter { $0.file.kind == .foreignWeights }
    let index = self.files(.shardIndex).first
    if let first = files.first {
      let shards: Message = index.map { ", the shards of one model according to \($0)" } ?? ""
      return Explanation(
        words:
          "the directory holds \(Self.counted(files))\(shards), which Decant does not read: \(list: files.map(\.name)).",
        advice: first.file.advice)
    }
    guard let index else { return nil }
    return Explanation(
      words: "the directory holds \(index), which lists the shards of a model, but none of the shards.",
      advice: "Copy the files that it lists to the directory.")
  }

  /// Archives, pointers and pages: what a download or a copy left in place of a checkpoint.
  private var standIns: Explanation? {
    let names = unknownNames
    let likely = names.filter { $0.contains("ckpt") } + names.filter { !$0.contains("ckpt") }
    for name in likely.prefix(Self.lookLimit) {
      guard let file = try? InputFile(path: path.joined(name)), let kind = try? FileKind(of: file) else { continue }
      let advice: Message? =
        switch kind {
        case _ where kind.isPacked: "Decant reads what is in it. Name it: \(path.joined(name))"
        case .lfsPointer, .html: kind.advice
        case .hdf5, .safetensors, .npy, .pickle, .gguf, .tfLite: "\(kind.advice ?? "") Name it: \(path.joined(name))"
        default: nil
        }
      guard let advice else { continue }
      return Explanation(
        words: "the directory holds no checkpoint, and \(name) is \(standInNoun(kind)).",
        advice: advice)
    }
    return nil
  }

  private func standInNoun(_ kind: FileKind) -> Message {
    kind.isPacked ? "an archive or a compressed file" : "something else"
  }

  private var companions: Explanation? {
    let files = known.filter { $0.file.kind == .companion }
    guard !files.isEmpty else { return nil }
    return Explanation(
      words: "the directory holds no weights, only \(Self.counted(files)): \(list: files.map(\.name)).",
      advice: "Copy the model's weights there as well, or name another directory.")
  }

  private var pictures: Explanation? {
    let count = fileNames.count { name in
      PictureFormat.name(forFileName: name) != nil
        || [".jpg", ".jpeg", ".png"].contains { name.lowercased().hasSuffix($0) }
    }
    guard count > 0, count * 2 > fileNames.count else { return nil }
    return Explanation(
      words: "the directory holds \(count == 1 ? "a picture" : "\(count) pictures") but no checkpoint.",
      advice: "Name the model's file or directory first, and the pictures after it.")
  }

  // MARK: - Parts

  private static let savedModelNames = ["saved_model.pb", "saved_model.pbtxt", "saved_model.cpb"]

  /// Whether a directory is that of a SavedModel.
  package static func isSavedModel(_ directory: String) -> Bool {
    savedModelNames.contains { FileStatus(path: directory.joined($0))?.isDirectory == false }
  }

  /// Whether a directory holds something that Decant reads, itself or in a directory within it.
  private static func holdsModel(_ directory: String, depth: Int) -> Bool {
    if isSavedModel(directory) { return true }
    var directories: [String] = []
    for entry in entries(directory, limit: 10_000) {
      if entry.isDirectory {
        directories.append(entry.name)
      } else if entry.name == "checkpoint" || entry.name.hasSuffix(".index")
        || KnownFile(path: directory.joined(entry.name))?.kind == .weights
      {
        return true
      }
    }
    return depth > 1
      && directories.sorted { $0.precedesInBytes($1) }.prefix(probeLimit / 8).contains {
        holdsModel(directory.joined($0), depth: depth - 1)
      }
  }

  /// `2 HDF5 files and 1 safetensors file`.
  private static func counted(_ files: [(name: String, file: KnownFile)]) -> Message {
    var counts: [(file: KnownFile, count: Int)] = []
    for (_, file) in files {
      if let place = counts.firstIndex(where: { $0.file == file }) {
        counts[place].count += 1
      } else {
        counts.append((file, 1))
      }
    }
    return .list(counts.map { "\($0.count) \($0.count == 1 ? $0.file.title : $0.file.plural)" })
  }

  /// The names in a directory, with links followed; if there are too many, the first ones that the system returns.
  private static func entries(_ directory: String, limit: Int = .max) -> [(name: String, isDirectory: Bool)] {
    if let place = ArchivePlace(directory) {
      return (directory.entryNames ?? []).prefix(limit).map { name in
        (name, place.archive.isDirectory(place.name.joined(name)))
      }
    }
    guard let handle = unsafe opendir(directory) else { return [] }
    defer { unsafe closedir(handle) }
    var entries: [(String, Bool)] = []
    while entries.count < limit, let entry = unsafe readdir(handle) {
      let name = unsafe String(nameOf: entry)
      guard name != ".", name != ".." else { continue }
      let type = Int32(unsafe entry.pointee.d_type)
      // Links, and file systems that do not return types, require a look.
      let isDirectory =
        type == Int32(DT_DIR)
        || (type != Int32(DT_REG) && FileStatus(path: directory.joined(name))?.isDirectory == true)
      entries.append((name, isDirectory))
    }
    return entries
  }
}
