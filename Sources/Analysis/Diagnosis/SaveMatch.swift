internal import Checkpoints
internal import Files
internal import Messages
internal import Tensors

/// The index or data that a mixed-up file really belongs to, found by trying.
struct SaveMatch {
  /// What was found, in a sentence.
  let words: Message
  /// What to do about it.
  let remedy: Remedy
  /// The same for `--fix`.
  let fix: Fix

  /// Tries the data with the indexes of other sets in the directory, and the index with their data.
  static func find(index: ExaminedFile, data: ExaminedFile, of set: FileSet, among sets: [FileSet]) -> SaveMatch? {
    let neighbors = sets.filter { $0.prefix != set.prefix && $0.prefix.directoryPart == set.prefix.directoryPart }
    for other in neighbors.prefix(maximumTrialCount) {
      if let otherIndex = other.index, fits(index: otherIndex.path, prefix: set.prefix) {
        let (path, prefix) = (otherIndex.fileName, other.prefix)
        return SaveMatch(
          words: "The data fits \(path): the checksums match, so the data was renamed.",
          remedy: Remedy(
            "Copy the data to the name of its own save:", run: "cp", "-n", data.path, renamed(data, to: prefix)),
          fix: .copy(data.path, name: renamed(data, to: prefix).lastPart))
      }
      if let otherData = other.data.first, fits(index: index.path, prefix: other.prefix) {
        return SaveMatch(
          words: "The index fits \(otherData.fileName): the checksums match, so the index was renamed.",
          remedy: Remedy(
            "Copy the index to the name of its own save:", run: "cp", "-n", index.path, other.prefix + ".index"),
          fix: .copy(index.path, name: (other.prefix + ".index").lastPart))
      }
    }
    return nil
  }

  private static let maximumTrialCount = 16
  /// How many tensors are tried; in another save, all of them differ.
  private static let triedCount = 4

  /// Whether the checksums of a few tensors match.
  private static func fits(index path: String, prefix: String) -> Bool {
    guard let source = try? V2Checkpoint(indexPath: path, prefix: prefix) else { return false }
    let tensors = source.descriptors.filter { $0.dtype.byteCount != nil && $0.byteCount >= 4 }
    guard !tensors.isEmpty else { return false }
    return tensors.prefix(triedCount).allSatisfy { descriptor in
      (try? source.read(descriptor, maximumByteCount: 256 << 10) { _ in }) != nil
    }
  }

  /// The path of a data file under another prefix.
  private static func renamed(_ data: ExaminedFile, to prefix: String) -> String {
    prefix + data.normalizedPath.dropFirst(FileSet.prefix(of: data.normalizedPath).count)
  }

  /// A span of time in its largest unit.
  static func words(seconds: Int) -> Message {
    for (unit, length) in [("day", 86_400), ("hour", 3_600), ("minute", 60)] where seconds >= length {
      return seconds / length == 1 ? "a \(unit)" : "\(seconds / length) \(unit)s"
    }
    return "\(seconds) seconds"
  }
}
