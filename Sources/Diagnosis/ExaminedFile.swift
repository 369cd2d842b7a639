public import Bytes
internal import Checkpoints
internal import Foundation

/// One file that was looked at.
public struct ExaminedFile: Sendable, Equatable {
  /// Whether it can be read.
  public enum State: Sendable, Equatable {
    /// It can.
    case readable
    /// A symbolic link to nothing; where it leads.
    case brokenLink(target: String)
    /// It may not be read; the code is `errno`.
    case unreadable(code: Int32)
    /// A pipe, socket or device.
    case notRegular
  }

  /// The path, as it was given or found.
  public let path: String
  /// Whether it can be read.
  public let state: State
  /// The length in bytes; nil where it cannot be read.
  public let byteCount: Int?
  /// What its bytes look like; nil where they cannot be read.
  public let kind: FileKind?
  /// What it is in its set.
  public let role: FileRole
  /// The name that it should have.
  let name: NormalizedName
  /// When it was changed last, in seconds.
  let modified: Int
  /// Its first bytes.
  let head: [UInt8]

  /// The last component of the path.
  public var fileName: String { path.lastPart }

  /// The directory that it stands in.
  var directory: String { path.directoryPart }

  /// The path with the name that it should have.
  var normalizedPath: String { directory.joined(name.name) }

  /// The shard that its name says it is.
  var shardName: ShardName? { ShardName(normalizedPath, marker: ".data-") ?? ShardName(normalizedPath, marker: "-") }

  /// Looks at a path; nil where nothing is there, or a directory.
  init?(path: String) {
    var status = stat()
    guard unsafe lstat(path, &status) == 0 else { return nil }
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
      role = Self.role(path: path, kind: kind, head: head, nameRole: nameRole, name: name.name)
    } catch {
      switch error.reason {
      case .notRegular: (state, role) = unread(.notRegular)
      case .cannotOpen(let code), .cannotRead(let code, _): (state, role) = unread(.unreadable(code: code))
      default: (state, role) = unread(.unreadable(code: EIO))
      }
      (byteCount, kind, head) = (nil, nil, [])
    }
  }

  /// Enough for the formats' marks and a few lines of text.
  private static let headByteCount = 512

  private static func role(
    path: String, kind: FileKind, head: [UInt8], nameRole: FileRole?, name: String
  ) -> FileRole {
    switch nameRole {
    // These are known by their names, whatever is in them.
    case .unfinishedSave, .unfinishedDownload, .decantTemporary, .movedAside: return nameRole ?? .other
    default: break
    }
    switch kind {
    case .table:
      // The data of a shard may end in the bytes that tables end in.
      switch CheckpointVersion.ofTable(at: path) {
      case .v1: return .v1
      case .v2: return .index
      case nil: return nameRole ?? .table
      }
    case .text: return textRole(head: head, nameRole: nameRole, name: name)
    case .unknown:
      if let nameRole { return nameRole }
      // A frozen graph has no mark of its own either.
      if name.hasSuffix(".pb"), !savedModelExtras.contains(name) { return .weights }
      switch CheckpointVersion.beginning(head) {
      case .v1: return .v1
      case .v2: return .index
      case nil: return isVocabulary(name: name) ? .vocabulary : .other
      }
    case .hdf5, .safetensors, .npy: return nameRole.flatMap { $0.isPartOfCheckpoint ? $0 : nil } ?? .weights
    case .zip where name.hasSuffix(".npz"): return .weights
    case .gzip, .zip, .tar: return nameRole ?? .archive
    default: return nameRole ?? (isVocabulary(name: name) ? .vocabulary : .other)
    }
  }

  /// What else a SavedModel has beside its graph.
  private static let savedModelExtras: Set<String> = ["fingerprint.pb", "keras_metadata.pb"]

  private static func textRole(head: [UInt8], nameRole: FileRole?, name: String) -> FileRole {
    let text = String(decoding: head, as: UTF8.self)
    // Under another name it is out of its place.
    if let nameRole { return nameRole }
    if text.contains("model_checkpoint_path:") { return .stateFile }
    if isVocabulary(name: name) { return .vocabulary }
    // Lines of a word and a count, the way im2txt writes them.
    let lines = text.split(separator: "\n").dropLast(head.count == headByteCount ? 1 : 0)
    let fitting = lines.count { $0.contains(/^\S+ \d+$/) }
    return lines.count > 3 && fitting == lines.count && text.contains("<S>") ? .vocabulary : .other
  }

  private static func isVocabulary(name: String) -> Bool {
    let name = name.lowercased()
    return name.hasPrefix("word_counts") || name.contains("vocab") && name.hasSuffix(".txt")
  }
}
