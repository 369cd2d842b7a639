internal import Checkpoints
public import Files
internal import Essentials
internal import Messages
internal import TensorFiles
internal import MetaGraph

/// One file that was looked at.
public struct ExaminedFile: Sendable, Equatable {
  /// Whether it can be read.
  public enum State: Sendable, Equatable {
    /// The file can be read.
    case readable
    /// A symbolic link whose target does not exist.
    case brokenLink(target: String)
    /// It cannot be read; the code is `errno`.
    case unreadable(code: Int32)
    /// A pipe, socket or device.
    case notRegular
  }

  /// The path, as it was given or found.
  public let path: String
  /// Whether it can be read.
  public let state: State
  /// The length in bytes; nil if it cannot be read.
  public let byteCount: Int?
  /// What its bytes look like; nil if they cannot be read.
  public let kind: FileKind?
  /// What it is in its set.
  package let role: FileRole
  /// The name that it should have.
  let name: NormalizedName
  /// When it was last modified, in seconds since 1970.
  let modified: Int
  /// Its first bytes.
  let head: [UInt8]

  /// The last component of the path.
  public var fileName: String { path.lastPart }

  /// The directory that it is in.
  var directory: String { path.directoryPart }

  /// The path with the name that it should have.
  var normalizedPath: String { directory.joined(name.name) }

  /// The shard that its name describes.
  var shardName: ShardName? { ShardName(normalizedPath, marker: ".data-") ?? ShardName(normalizedPath, marker: "-") }

  /// Looks at a path; nil if nothing is there, or a directory.
  init?(path: String) {
    var status = stat()
    let isMember = ArchivePlace(path) != nil
    // Members of archives that are not files are reported with the archive.
    if isMember, FileStatus(path: path)?.isRegular != true { return nil }
    guard unsafe isMember || lstat(path, &status) == 0 else { return nil }
    let isLink = status.st_mode & S_IFMT == S_IFLNK
    let found = unsafe !isLink || stat(path, &status) == 0
    if found, status.st_mode & S_IFMT == S_IFDIR { return nil }
    self.path = path
    name = NormalizedName(path.lastPart)
    modified = Int(status.st_mtim.tv_sec)
    let nameRole = FileRole(name: name.name)
    func unread(_ state: State) -> (State, FileRole) { (state, nameRole ?? .other) }
    guard found else {
      let target = (try? FileManager.default.destinationOfSymbolicLink(atPath: path)) ?? ""
      (state, role) = unread(.brokenLink(target: target))
      (byteCount, kind, head) = (nil, nil, [])
      return
    }
    do throws(FileError) {
      let file = try InputFile(path: path)
      let kind = try FileKind(of: file)
      let head = try file.read(at: 0, count: min(file.byteCount, Self.headByteCount))
      state = .readable
      byteCount = file.byteCount
      self.kind = kind
      self.head = head
      role = Self.role(
        path: path, kind: kind, head: head, isWhole: head.count == file.byteCount, nameRole: nameRole, name: name.name)
    } catch {
      switch error.reason {
      case .notRegular: (state, role) = unread(.notRegular)
      case .cannotOpen(let code), .cannotRead(let code, _): (state, role) = unread(.unreadable(code: code))
      default: (state, role) = unread(.unreadable(code: EIO))
      }
      (byteCount, kind, head) = (nil, nil, [])
    }
  }

  /// Enough for the formats' signatures and a few lines of text.
  private static let headByteCount = 512

  private static func role(
    path: String, kind: FileKind, head: [UInt8], isWhole: Bool, nameRole: FileRole?, name: String
  ) -> FileRole {
    if let role = placeRole(path, name: name) { return role }
    switch nameRole {
    // These are known by their names, whatever is in them.
    case .unfinishedSave, .unfinishedDownload, .decantTemporary, .movedAside: return nameRole ?? .other
    default: break
    }
    // The ending is TensorFlow's and PyTorch's.
    if nameRole == .v1, KnownFile(path: path)?.kind == .weights { return .weights }
    switch kind {
    case .table:
      // The data of a shard may end in the bytes that tables end in.
      switch CheckpointVersion.ofTable(at: path) {
      case .v1: return .v1
      case .v2: return .index
      case nil: return nameRole ?? .table
      }
    case .text: return textRole(path: path, head: head, isWhole: isWhole, nameRole: nameRole, name: name)
    case .unknown:
      if let nameRole { return nameRole }
      // A frozen graph has no signature of its own.
      if let known = KnownFile(name: name), known.kind != .weights {
        return known.kind == .trainingState ? .trainingState : .known("\(known.title)")
      }
      if name.hasSuffix(".pb") { return .weights }
      // Formats without a signature; the others would show one if they were sound.
      switch KnownFile(name: name)?.format {
      case .onnx, .flax, .coreML: return .weights
      default: break
      }
      switch CheckpointVersion.beginning(head) {
      case .v1: return .v1
      case .v2: return .index
      case nil: return vocabularyRole(name: name)
      }
    case .hdf5, .safetensors, .npy, .gguf, .tfLite:
      return nameRole.flatMap { $0.isPartOfCheckpoint ? $0 : nil } ?? .weights
    case .zip where nameRole == nil && TensorFile.isWeightFile(path),
      .tar where nameRole == nil && TensorFile.isWeightFile(path):
      return KnownFile(name: name)?.kind == .trainingState ? .trainingState : .weights
    case .zip where nameRole == nil && KnownFile(name: name)?.kind == .foreignWeights:
      return .known("\(KnownFile(name: name)?.title ?? "")")
    case .gzip, .bzip2, .xz, .zstandard, .zip, .tar: return nameRole ?? .archive
    case .pickle where nameRole == nil:
      switch KnownFile(name: name)?.kind {
      case .companion: return .known("\(KnownFile(name: name)?.title ?? "")")
      case .trainingState: return .trainingState
      default: return .weights
      }
    default: return nameRole ?? vocabularyRole(name: name)
    }
  }

  /// A file in a SavedModel's directories for assets is an asset, whatever its name; it may still be a vocabulary of im2txt.
  private static func placeRole(_ path: String, name: String) -> FileRole? {
    var directory = path.directoryPart
    for _ in 0..<4 {
      let last = directory.lastPart
      let model = directory.directoryPart
      if last == "assets" || last == "assets.extra", ModelDirectory.isSavedModel(model) || hasVariables(model) {
        if last == "assets.extra" { return .known("extra file of a SavedModel, for serving") }
        return name.hasPrefix("word_counts") ? nil : .asset
      }
      guard directory.contains("/") else { return nil }
      directory = model
    }
    return nil
  }

  private static func hasVariables(_ directory: String) -> Bool {
    FileStatus(path: directory.joined("variables/variables.index")) != nil
  }

  private static func textRole(
    path: String, head: [UInt8], isWhole: Bool, nameRole: FileRole?, name: String
  ) -> FileRole {
    // The name says what the file should be; the text in it is out of place.
    if let nameRole { return nameRole }
    if String(decoding: head, as: UTF8.self).contains("model_checkpoint_path:") { return .stateFile }
    if name.hasSuffix(".pbtxt"), let message = TextMessage(head: head) { return .known("\(message.title)") }
    switch WordList(name: name, head: head, isWholeFile: isWhole) {
    case .im2txt: return .vocabulary
    case .other(let title): return .known(title)
    case .undecided: return .wordList
    case nil:
      // The lists of weights that TensorFlow.js has, and indexes of shards.
      if name.hasSuffix(".json"), KnownFile(name: name)?.kind != .shardIndex, TensorFile.isWeightFile(path) {
        return .weights
      }
      if name.hasSuffix(".json"), KerasArchitecture.isOne(path) {
        return .known("\(KnownFile.kerasArchitecture.title)")
      }
      return KnownFile(name: name).map { .known("\($0.title)") } ?? .other
    }
  }

  /// What the name says about a file whose content says nothing.
  private static func vocabularyRole(name: String) -> FileRole {
    switch WordList(name: name, head: [], isWholeFile: true) {
    case .im2txt: .vocabulary
    case .undecided: .wordList
    default: .other
    }
  }
}
