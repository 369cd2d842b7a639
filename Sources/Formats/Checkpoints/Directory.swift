internal import Files
internal import Essentials

/// The names in a directory, interpreted as files of checkpoints.
struct Directory {
  private let path: String
  private let names: [String]

  /// A directory that cannot be read is empty.
  init(_ path: String) {
    self.path = path
    names = (path.entryNames ?? []).sorted()
  }

  /// The prefixes of all checkpoints: of V2 indexes, and of files that end like a table.
  func checkpoints() -> [String] {
    var prefixes: [String] = []
    // Files that Decant left behind or moved aside are not checkpoints.
    for name in names where TemporaryName(name) == nil {
      let path = path.joined(name)
      if name.hasSuffix(".index") {
        prefixes.append(String(path.dropLast(6)))
      } else if !name.contains(".data-"), !name.hasSuffix(".meta"), !name.contains(".tempstate"), isTable(path) {
        prefixes.append(ShardName(path, marker: "-")?.prefix ?? path)
      }
    }
    var seen: Set<String> = []
    return prefixes.filter { seen.insert($0).inserted }
  }

  /// The data files of a bundle, for any number of shards, except for those with the names of the paths in `except`.
  func dataFiles(ofPrefix prefix: String, except: [String]) -> [String] {
    let excluded = Set(except.map(\.lastPart))
    let start = prefix.dropLast(prefix.lastPart.count)
    return names.filter { !excluded.contains($0) && ShardName($0, marker: ".data-")?.prefix == prefix.lastPart }
      .map { start + $0 }
      .filter { FileStatus(path: $0)?.isRegular == true }
  }

  private func isTable(_ path: String) -> Bool {
    guard FileStatus(path: path)?.isRegular == true, let file = try? InputFile(path: path) else { return false }
    return (try? FileKind(of: file)) == .table
  }

  /// The shard counts of the V1 sets with a prefix.
  func shardCounts(ofPrefix prefix: String) -> [Int] {
    Set(names.compactMap { ShardName($0, marker: "-") }.filter { $0.prefix == prefix }.map(\.count)).sorted()
  }

  /// The shard counts of the V2 sets with a prefix, according to the names of their data files.
  func dataFileCounts(ofPrefix prefix: String) -> [Int] {
    Set(names.compactMap { ShardName($0, marker: ".data-") }.filter { $0.prefix == prefix }.map(\.count)).sorted()
  }

  /// Names of a save that did not finish: `….tempstate<number>` and `<prefix>_temp_<hex>`.
  ///
  /// - Parameter prefix: the prefix of the checkpoint; nil for all checkpoints.
  /// - Returns: the names, sorted.
  func leftovers(ofPrefix prefix: String?) -> [String] {
    names.filter { name in
      guard prefix.map({ name.hasPrefix($0) }) ?? true else { return false }
      if let number = name.ranges(of: ".tempstate").last.map({ name[$0.upperBound...] }) {
        return !number.isEmpty && number.allSatisfy(\.isNumber)
      }
      if let number = name.ranges(of: "_temp_").last.map({ name[$0.upperBound...] }) {
        return !number.isEmpty && number.allSatisfy(\.isHexDigit)
      }
      return false
    }
  }
}
