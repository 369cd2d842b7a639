internal import Essentials

/// Several files that appear together or not at all, such as the index and the data files of a bundle.
///
/// Each is written under a temporary name in its directory. `commit` makes all of them durable and then gives them
/// their names, in order: a program that finds the last one finds the others complete. A set that is dropped without
/// `commit` leaves nothing.
///
/// Several files cannot be replaced in one step. So files that are to be replaced are first moved aside, the last one
/// first, and removed when the new ones are in place; if a step fails, they are moved back. A process that is killed in
/// between, or a machine that loses power, leaves no last file and the old ones under their names with `.old` appended
/// to a temporary ending. The old set is then not mixed with the new one, and the next run that writes the same prefix
/// puts it back: `InterruptedCommit`. If the file system has locks, two commits in one directory wait for each other.
package final class OutputFileSet {
  /// The paths that the files will have.
  package let paths: [String]
  /// What the temporary paths have in common, as all `paths` begin with the prefix.
  package let temporaryPrefix: String
  /// Where the bytes are until `commit`.
  package let temporaryPaths: [String]
  private let prefix: String
  private let replacesExisting: Bool
  private let permissions: OutputPermissions
  private let slots: [Slot]
  /// The file whose lock shows that the set is being written.
  private let lock: (path: String, descriptor: Int32)

  /// A class, because an array cannot hold values that cannot be copied.
  private final class Slot {
    var file: OutputFile?
    /// Whether the temporary name is a hard link to another file.
    var isLink = false
  }

  deinit {
    removeTemporaries()
    Essentials.close(lock.descriptor)
  }

  /// Names the files; each is created when it is first written.
  ///
  /// - Parameters:
  ///   - prefix: the path that all files have in common.
  ///   - suffixes: what follows the prefix; the last belongs to the file that makes the others count.
  ///   - paths: the paths, if they do not begin with the prefix; then only the temporary paths do.
  ///   - replacesExisting: whether existing files may be replaced.
  ///   - permissions: who may do what with them, from the first moment.
  /// - Throws: `FileError.Reason.exists` for the first file that exists and may not be replaced, `.outputNotRegular`
  ///   for a pipe or device in the place of one, `.cannotCreate` for a directory there, and for a directory that cannot
  ///   be written.
  package init(
    prefix: String, suffixes: [String], paths: [String]? = nil, replacesExisting: Bool,
    permissions: OutputPermissions = .ofNewFile
  ) throws(FileError) {
    let paths = paths ?? suffixes.map { prefix + $0 }
    self.paths = paths
    self.replacesExisting = replacesExisting
    self.permissions = permissions
    slots = suffixes.map { _ in Slot() }
    InterruptedCommit.undo(prefix: prefix, paths: paths)
    self.prefix = prefix
    for path in paths { try OutputFile.check(path, replacesExisting: replacesExisting) }
    let (name, descriptor) = try TemporaryFiles.createLocked(
      for: prefix, ending: TemporaryName.lockEnding, permissions: .ofOwnerOnly)
    let temporaryPrefix = TemporaryName(finalName: prefix, run: name.run, ending: "").name
    self.temporaryPrefix = temporaryPrefix
    temporaryPaths = suffixes.map { temporaryPrefix + $0 }
    lock = (name.name, descriptor)
  }

  /// Creates a file without bytes, unless it was created before.
  package func create(_ index: Int) throws(FileError) {
    if slots[index].file == nil, !slots[index].isLink {
      slots[index].file = try OutputFile(
        path: paths[index], temporaryPath: temporaryPaths[index], replacesExisting: replacesExisting,
        permissions: permissions)
    }
  }

  /// Makes one file of the set a hard link to an existing file, so that its bytes need not be written.
  ///
  /// - Parameters:
  ///   - existing: the path of the other file; a symbolic link is followed.
  ///   - index: which file of the set.
  /// - Returns: false if the file system cannot do that, as between two disks; then nothing has changed.
  package func link(_ existing: String, as index: Int) -> Bool {
    precondition(slots[index].file == nil && !slots[index].isLink, "a file is written or linked")
    slots[index].isLink = TemporaryFiles.link(existing, as: temporaryPaths[index])
    return slots[index].isLink
  }

  /// Writes `bytes` at `offset` of one file.
  package func write(_ bytes: RawSpan, at offset: Int, of index: Int) throws(FileError) {
    try create(index)
    try slots[index].file?.resume()
    try slots[index].file?.write(bytes, at: offset)
  }

  /// Reserves disk space for one file; see `OutputFile.reserve`.
  package func reserve(byteCount: Int, of index: Int) throws(FileError) {
    try create(index)
    try slots[index].file?.reserve(byteCount: byteCount)
  }

  /// Closes one file until more is written to it, so that a set of hundreds does not keep hundreds of files open.
  package func suspend(_ index: Int) { slots[index].file?.suspend() }

  /// Asks the system to begin writing a range of one file to the disk; see `OutputFile.startWriting`.
  package func startWriting(_ range: Range<Int>, of index: Int) {
    slots[index].file?.startWriting(range)
  }

  /// Makes one file's bytes durable and ends its writing, so that a set of thousands does not keep thousands of files open.
  package func close(_ index: Int) throws(FileError) {
    try slots[index].file?.close()
  }

  /// Makes all files durable and gives them their names.
  ///
  /// - Parameter obsolete: files that the new set makes obsolete, such as surplus data files of the set that it
  ///   replaces; evaluated when no other commit in the directory is under way.
  /// - Throws: `FileError`; everything is as it was before.
  package func commit(removing obsolete: @autoclosure () -> [String] = []) throws(FileError) {
    for index in slots.indices {
      try create(index)
      try close(index)
    }
    guard let last = paths.last else { return }
    let directory = DirectoryLock(beside: last)
    InterruptedCommit.undo(prefix: prefix, paths: paths, under: directory)
    let obsolete = obsolete()
    try TemporaryFiles.withoutInterruption { () throws(FileError) in try giveNames(removing: obsolete) }
    removeTemporaries()
  }

  /// The temporary names, and last the lock.
  private func removeTemporaries() {
    for (slot, path) in zip(slots, temporaryPaths) where slot.file != nil || slot.isLink { TemporaryFiles.remove(path) }
    TemporaryFiles.remove(lock.path)
  }

  private func giveNames(removing obsolete: [String]) throws(FileError) {
    // In the order in which they were moved, so that the reverse order undoes it.
    var aside: [(path: String, asidePath: String)] = []
    var named: [(path: String, temporaryPath: String, isLink: Bool)] = []
    let run = TemporaryName(for: "").run
    do throws(FileError) {
      for path in paths.reversed() + obsolete where replacesExisting && FileState(path: path) != nil {
        let asidePath = TemporaryName(finalName: path, run: run, ending: TemporaryName.asideEnding).name
        guard unsafe rename(path, asidePath) == 0 else { throw FileError(.cannotCreate(errno), file: path) }
        aside.append((path, asidePath))
      }
      if !aside.isEmpty { synchronizeDirectory() }
      for (temporaryPath, path) in zip(temporaryPaths, paths) {
        // The last file's name must reach the disk after all others.
        if path == paths.last { synchronizeDirectory() }
        named.append((path, temporaryPath, try OutputFile.giveNewName(path, to: temporaryPath)))
      }
    } catch {
      for (path, temporaryPath, isLink) in named.reversed() {
        if isLink { unsafe unlink(path) } else { unsafe rename(path, temporaryPath) }
      }
      for (path, asidePath) in aside.reversed() { unsafe rename(asidePath, path) }
      throw error
    }
    synchronizeDirectory()
    for (_, asidePath) in aside { unsafe unlink(asidePath) }
  }

  private func synchronizeDirectory() {
    if let path = paths.last { OutputFile.synchronizeDirectory(of: path) }
  }
}
