internal import Checkpoints
internal import Files
internal import Essentials
internal import Messages
internal import Tensors
internal import TransferDamage

/// The salvage of a checkpoint whose files a program treated as text, made from copies in which that is undone.
struct RestoredSalvage {
  let salvage: Salvage
  /// What was undone, a sentence for each file.
  let notes: [Message]
  /// The copies; `salvage` reads them.
  let directory: RestoredDirectory

  /// Nil if no file shows a change that can be undone exactly, or if the copies do not have more tensors than the files.
  init?(
    _ path: String, insteadOf salvage: Salvage?, progress: (_ done: Int, _ total: Int) -> Void
  ) {
    guard let found = try? CheckpointPath.resolve(path) else { return nil }
    let files = Self.files(found)
    let restorations = Restoration.find(in: files).filter { $0.isExact || $0.isPartial }
    guard let first = files.first, !restorations.isEmpty else { return nil }
    let changed = Set(restorations.map(\.path))
    let isBundle = if case .v2 = found.kind { true } else { false }
    guard
      let directory = try? RestoredDirectory(restorations, others: files.filter { !changed.contains($0) }),
      let restored = try? Salvage(
        directory.path.joined((isBundle ? found.prefix : first).lastPart), progress: progress),
      restored.source.descriptors.count > salvage?.source.descriptors.count ?? 0
    else { return nil }
    self.salvage = restored
    self.directory = directory
    notes = restorations.map { restoration in
      "Some program converted \(restoration.path.lastPart) as text, which is undone "
        + "here\(restoration.isPartial ? " as far as checksums show how" : ""). \(restoration.words)"
    }
  }

  /// The existing files of a checkpoint.
  private static func files(_ found: CheckpointPath) -> [String] {
    switch found.kind {
    case .v1(let files): return files.filter { FileStatus(path: $0) != nil }
    case .v2(let prefix):
      let names = prefix.directoryPart.entryNames ?? []
      let shards = names.filter { $0.hasPrefix(prefix.lastPart + ".data-") }.sorted()
      return [prefix + ".index"] + shards.map { prefix.directoryPart.joined($0) }
    }
  }
}
