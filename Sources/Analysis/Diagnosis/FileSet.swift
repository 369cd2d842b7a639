internal import Bytes
internal import Checkpoints
internal import Files

/// The files of one checkpoint, which share a prefix.
struct FileSet {
  /// The part of the path that all files share.
  let prefix: String
  /// The index of the V2 checkpoint.
  var index: ExaminedFile?
  /// Its data files, by their numbers.
  var data: [ExaminedFile] = []
  /// The V1 file, or the files of a sharded one.
  var v1: [ExaminedFile] = []
  /// The graph.
  var meta: ExaminedFile?

  /// Everything, the index first.
  var files: [ExaminedFile] { [index].compactMap(\.self) + data + v1 + [meta].compactMap(\.self) }

  /// The prefix without its directory.
  var name: String { prefix.lastPart }

  /// The path of the index, where it should be.
  var indexPath: String { prefix + ".index" }

  /// Groups the files of checkpoints.
  static func group(_ files: [ExaminedFile]) -> [FileSet] {
    var sets: [String: FileSet] = [:]
    func update(_ prefix: String, _ body: (inout FileSet) -> Void) {
      body(&sets[prefix, default: FileSet(prefix: prefix)])
    }
    for file in files {
      let path = file.normalizedPath
      switch file.role {
      case .index:
        update(prefix(of: path)) { set in
          // If there is a copy of the index, the one with the right name counts.
          if set.index == nil || file.name.changes.isEmpty { set.index = file }
        }
      case .data: update(prefix(of: path)) { $0.data.append(file) }
      case .meta: update(prefix(of: path)) { if $0.meta == nil || file.name.changes.isEmpty { $0.meta = file } }
      case .v1: update(prefix(of: path)) { $0.v1.append(file) }
      default: break
      }
    }
    return adoptStrayIndexes(sets.values.sorted { $0.prefix.precedesInBytes($1.prefix) })
  }

  /// The path without the part that differs between files of a set.
  static func prefix(of path: String) -> String {
    if let shard = ShardName(path, marker: ".data-") ?? ShardName(path, marker: "-") { return shard.prefix }
    for ending in [".index", ".meta"] where path.hasSuffix(ending) { return String(path.dropLast(ending.count)) }
    return path
  }

  /// Whether a file with this name belongs to the set with `prefix`, both without directories.
  static func belongs(_ name: String, toPrefix prefix: String) -> Bool {
    guard name.hasPrefix(prefix) else { return false }
    let rest = name.dropFirst(prefix.count)
    return rest.isEmpty || rest.hasPrefix(".") || rest.hasPrefix("_") || rest.hasPrefix(" ")
      || rest.contains(/^-\d{5,}-of-\d{5,}$/) || rest.contains(/^[a-z]{2}$/)
  }

  /// Assigns an index with an unrelated name to the only data in its directory that lacks an index and that it fits.
  private static func adoptStrayIndexes(_ sets: [FileSet]) -> [FileSet] {
    var sets = sets
    for (number, stray) in sets.enumerated() {
      guard let index = stray.index, stray.data.isEmpty, stray.v1.isEmpty else { continue }
      let orphans = sets.indices.filter { other in
        sets[other].index == nil && !sets[other].data.isEmpty && sets[other].prefix.directoryPart == index.directory
          && DataNeeds(index: index.path, prefix: sets[other].prefix)?.fits(sets[other].data) == true
      }
      guard orphans.count == 1, let orphan = orphans.first else { continue }
      sets[orphan].index = index
      sets[number].index = nil
      if sets[orphan].meta == nil, let meta = sets[number].meta {
        sets[orphan].meta = meta
        sets[number].meta = nil
      }
    }
    return sets.filter { !$0.files.isEmpty }
  }
}
