internal import Bytes
internal import Checkpoints
internal import Files
internal import Essentials

/// The files that paths refer to.
struct FileSurvey {
  /// The files, each once, in the order of their paths.
  private(set) var files: [ExaminedFile] = []
  /// Directories that a save left when it did not finish.
  private(set) var unfinishedDirectories: [String] = []
  /// Files that were left out because there are too many.
  private(set) var omittedCount = 0
  /// Directories that cannot be read.
  private(set) var unreadableDirectories: [String] = []
  /// Whether one of the directories is a Git clone.
  private(set) var hasGitDirectory = false

  /// Archives that were named; their members are among the files.
  private(set) var archives: [Archive] = []
  /// Why named archives cannot be opened.
  private(set) var unreadableArchives: [FileError] = []

  /// The paths that were given.
  private let paths: [String]
  private let limit: Int
  private var seen: Set<String> = []

  /// Directories within directories are followed this far.
  private static let maximumDepth = 4

  /// Collects the files of `paths`.
  ///
  /// A directory means everything in it, and so does an archive. A file or a prefix means all files whose names begin with it, and the
  /// `word_counts.txt` beside it.
  /// - Throws: `FileError` for a path that matches nothing.
  init(_ paths: [String], limit: Int) throws(FileError) {
    self.paths = paths
    self.limit = limit
    for path in paths {
      let path = entered(Self.withoutSlash(path))
      if path.isDirectory {
        walk(path, depth: 0)
      } else {
        try addSet(of: path)
      }
    }
    files.sort { $0.path.precedesInBytes($1.path) }
  }

  /// Whether a file itself was named, and not only what it is in.
  func isNamed(_ file: ExaminedFile) -> Bool { paths.contains(file.path) }

  /// The path of what is in an archive, for the path of an archive; any other path as it is.
  private mutating func entered(_ path: String) -> String {
    do throws(FileError) {
      if let archive = try ArchivePlace.root(path) {
        archives.append(archive)
        return ArchivePlace.path(of: "", in: archive)
      }
      if let place = try ArchivePlace.find(path) { archives.append(place.archive) }
    } catch {
      // Parts of a split archive are explained together.
      if SplitName(NormalizedName(path.lastPart).name) == nil || path.hasSuffix(".gz") {
        unreadableArchives.append(error)
      }
    }
    return path
  }

  private static func withoutSlash(_ path: String) -> String {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    return path
  }

  private func names(in directory: String) -> [String]? {
    directory.entryNames?.sorted { $0.precedesInBytes($1) }
  }

  private mutating func walk(_ directory: String, depth: Int) {
    guard let names = names(in: directory) else {
      unreadableDirectories.append(directory)
      return
    }
    for name in names {
      let path = directory.joined(name)
      if name == ".git" { hasGitDirectory = true }
      if name.hasPrefix(".") { continue }
      if FileStatus(path: path)?.isDirectory == true {
        if FileRole(name: name) == .unfinishedSave {
          unfinishedDirectories.append(path)
        } else if depth < Self.maximumDepth, !isLink(path) {
          walk(path, depth: depth + 1)
        }
      } else {
        add(path)
      }
    }
  }

  /// Links to directories may form a cycle.
  private func isLink(_ path: String) -> Bool {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: path)) != nil
  }

  private mutating func add(_ path: String) {
    guard seen.insert(path).inserted else { return }
    guard files.count < limit else {
      omittedCount += 1
      return
    }
    if let file = ExaminedFile(path: path) { files.append(file) }
  }

  private mutating func addSet(of path: String) throws(FileError) {
    let directory = path.directoryPart
    let prefix = Self.prefix(of: NormalizedName(path.lastPart).name)
    let names = names(in: directory) ?? []
    var members = names.filter { name in
      name == path.lastPart || FileSet.belongs(NormalizedName(name).name, toPrefix: prefix)
    }
    // The user typed the beginning of a name to mean all that begin with it.
    if members.isEmpty { members = names.filter { $0.hasPrefix(path.lastPart) } }
    guard !members.isEmpty else { throw FileError(.cannotOpen(ENOENT), file: path) }
    for name in members {
      let member = directory.joined(name)
      if FileStatus(path: member)?.isDirectory == true {
        if FileRole(name: name) == .unfinishedSave { unfinishedDirectories.append(member) }
      } else {
        add(member)
      }
    }
    if KnownFile(name: path.lastPart)?.kind == .shardIndex { addShards(of: path) }
    if FileRole(name: path.lastPart) == .savedModel { addSavedModel(in: directory, names) }
    if let state = files.first(where: { $0.path == directory.joined(path.lastPart) }), state.role == .stateFile {
      // The checkpoints that it lists are beside it.
      for name in names where FileRole(name: NormalizedName(name).name)?.isPartOfCheckpoint == true {
        add(directory.joined(name))
      }
    }
    if names.contains("word_counts.txt") { add(directory.joined("word_counts.txt")) }
  }

  /// Adds the shards that an index lists.
  private mutating func addShards(of index: String) {
    let boundary = PathBoundary(directory: index.directoryPart)
    for name in (try? ShardIndexCheck.shards(in: index)) ?? [] {
      guard let path = boundary.path(named: name), FileStatus(path: path) != nil else { continue }
      add(path)
    }
  }

  /// Adds all files of a SavedModel whose graph was given.
  private mutating func addSavedModel(in directory: String, _ names: [String]) {
    for name in names {
      let path = directory.joined(name)
      switch name {
      case "fingerprint.pb", "keras_metadata.pb", "tfhub_module.pb": add(path)
      case "variables", "assets", "assets.extra":
        if FileStatus(path: path)?.isDirectory == true { walk(path, depth: Self.maximumDepth - 1) }
      default: break
      }
    }
  }

  /// The prefix of the set that a name belongs to.
  private static func prefix(of name: String) -> String {
    let prefix = FileSet.prefix(of: name)
    return prefix == name ? SplitName(name)?.base ?? name : prefix
  }
}
