internal import CDecantBytes
internal import Essentials

/// What killed runs left beside an output; see `TemporaryFiles` for the rule.
struct StaleFiles {
  /// With a slash at the end, or empty.
  let directory: String
  let names: [TemporaryName]

  /// Lists what killed runs may have left of any output in the directory of `path`.
  init(beside path: String) {
    directory = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    let names = try? FileManager.default.contentsOfDirectory(atPath: directory.isEmpty ? "." : directory)
    self.names = (names ?? []).compactMap { TemporaryName($0) }
  }

  /// Removes the temporary files of a one-file output that is no longer being written.
  func remove(of path: String) {
    let name = path.dropFirst(directory.count)
    for found in names where found.finalName == name && found.ending.isEmpty {
      let path = directory + found.name
      whileUnlocked(path) { unsafe unlink(path) }
    }
  }

  /// Removes the temporary files of the sets of a prefix that are no longer being written, the lock last.
  ///
  /// If the set itself `isAbsent`, files of it that are hard links to temporary files are removed too.
  func remove(ofPrefix prefix: String, isAbsent: () -> Bool) {
    let name = prefix.dropFirst(directory.count)
    for lock in names where lock.finalName == name && lock.ending == TemporaryName.lockEnding {
      let lockPath = directory + lock.name
      whileUnlocked(lockPath) {
        for found in names where found.finalName == name && found.run == lock.run && found != lock {
          let path = directory + found.name
          let final = prefix + found.ending
          if isAbsent(), let state = FileState(path: path), FileState(path: final)?.isSameFile(as: state) == true {
            unsafe unlink(final)
          }
          unsafe unlink(path)
        }
        unsafe unlink(lockPath)
      }
    }
  }

  /// Runs `body` if the lock of a file is free, and holds the lock meanwhile.
  private func whileUnlocked(_ path: String, _ body: () -> Void) {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    if decant_is_local(descriptor) != 0, decant_lock(descriptor, 0) == 0 { body() }
  }
}
