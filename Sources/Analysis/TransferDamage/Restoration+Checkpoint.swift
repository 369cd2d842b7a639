internal import Checkpoints
internal import Files

extension Restoration {
  /// Examines files after a reader refused one of them: each by itself, and those of a checkpoint with the help of its checksums.
  ///
  /// Line ends that became LF are not an exact change: only the checksums of tensors and blocks show which of them were
  /// CR LF, if few returns are missing from each; see `ReturnPlacement`.
  /// - Parameter paths: the paths of one checkpoint's files, or of single files.
  /// - Returns: the restorations, in the order of the paths. A file that cannot be read is left out.
  package static func find(in paths: [String]) -> [Restoration] {
    var found: [String: Restoration] = [:]
    for path in paths { found[path] = try? Restoration(path) }
    let tables = paths.filter { !$0.contains(".data-") && !$0.hasSuffix(".meta") }
    for path in tables {
      found[path] = (try? withReturns(path, found[path], RemovedReturns.search(table:))) ?? found[path]
    }
    for index in paths where index.hasSuffix(".index") {
      guard let runs = try? runs(ofIndex: index, found[index]) else { continue }
      for path in paths {
        guard let shard = ShardName(path, marker: ".data-")?.shard, let runs = runs[shard],
          path.hasPrefix(index.dropLast(".index".count))
        else { continue }
        let searched = try? withReturns(path, found[path]) { file throws(FileError) in
          try RemovedReturns.search(data: file, runs)
        }
        found[path] = searched ?? found[path]
      }
    }
    return paths.compactMap { found[$0] }
  }

  /// Searches a file once its exact changes are undone; nil if no return is proved.
  private static func withReturns(
    _ path: String, _ exact: Restoration?, _ search: (InputFile) throws(FileError) -> RemovedReturns?
  ) throws(FileError) -> Restoration? {
    guard let exact, exact.isExact else {
      return try search(try InputFile(path: path)).map { Restoration(nil, path: path, returns: $0) }
    }
    let copy = try RestoredDirectory([exact], others: [])
    defer { withExtendedLifetime(copy) {} }
    return try search(try InputFile(path: copy.path.joined(path.lastPart)))
      .map { Restoration(exact, path: path, returns: $0) }
  }

  private static func runs(ofIndex path: String, _ restoration: Restoration?) throws -> [Int: [StoredRun]] {
    guard let restoration, restoration.isExact else { return try StoredRun.all(ofIndex: path) }
    let copy = try RestoredDirectory([restoration], others: [])
    defer { withExtendedLifetime(copy) {} }
    return try StoredRun.all(ofIndex: copy.path.joined(path.lastPart))
  }
}
