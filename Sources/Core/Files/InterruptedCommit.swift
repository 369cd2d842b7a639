internal import Essentials

/// Repairs a directory in which a process was killed while it was renaming a set of files.
///
/// Does nothing while another commit in the directory is under way, or if the directory cannot be locked.
enum InterruptedCommit {
  /// Removes files that are no longer being written, and moves the old files back if the last file of the set is
  /// missing.
  ///
  /// A set that has its last file is complete; files that were moved aside then stay where they are. If several runs
  /// were killed, the one that moved files aside last has the newest set.
  ///
  /// - Parameters:
  ///   - prefix: what the files of the set have in common.
  ///   - paths: the files of the set; the last is the one that makes the others count.
  static func undo(prefix: String, paths: [String]) {
    // Most directories have nothing to repair; do not wait for the lock there.
    guard !StaleFiles(beside: prefix).names.isEmpty else { return }
    let lock = DirectoryLock(beside: prefix)
    undo(prefix: prefix, paths: paths, under: lock)
  }

  /// Moves the files of an interrupted commit back; the caller already holds the directory's lock.
  static func undo(prefix: String, paths: [String], under lock: borrowing DirectoryLock) {
    guard lock.isHeld, let last = paths.last else { return }
    let stale = StaleFiles(beside: prefix)
    stale.remove(ofPrefix: prefix) { FileState(path: last) == nil }
    guard FileState(path: last) == nil else { return }
    let aside = stale.names.filter(\.isAside)
    let runs = Dictionary(grouping: aside, by: \.run).filter { _, files in
      files.contains { paths.contains(stale.directory + $0.finalName) }
    }
    let newest = runs.values.max { time($0, stale.directory) < time($1, stale.directory) } ?? []
    TemporaryFiles.withoutInterruption {
      // The last file makes the others count, so it comes back last.
      let (ends, others) = (
        newest.filter { stale.directory + $0.finalName == last },
        newest.filter { stale.directory + $0.finalName != last }
      )
      for file in others + ends {
        unsafe rename(stale.directory + file.name, stale.directory + file.finalName)
      }
    }
    OutputFile.synchronizeDirectory(of: prefix)
  }

  /// When the last of some files was given its name, in nanoseconds.
  private static func time(_ files: [TemporaryName], _ directory: String) -> Int {
    files.map { file in
      var status = stat()
      guard unsafe stat(directory + file.name, &status) == 0 else { return 0 }
      #if os(macOS)
        let changed = status.st_ctimespec
      #else
        let changed = status.st_ctim
      #endif
      return Int(changed.tv_sec) * 1_000_000_000 + Int(changed.tv_nsec)
    }.max() ?? 0
  }
}
