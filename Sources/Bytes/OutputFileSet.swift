internal import Foundation

/// Several files that appear together or not at all, such as the index and the data files of a bundle.
///
/// Each is written under a temporary name in its directory. `commit` makes all of them durable and then gives them their names,
/// the last one last: whoever looks for that one finds the others complete. Dropped without `commit`, nothing is left.
///
/// Several files cannot be replaced in one step. So those that are replaced are first moved aside, the last one first, and
/// removed when the new ones stand; where a step fails, they are moved back. A process that is killed in between, or a machine
/// that loses power, leaves no last file and the old ones under their names with `.old` appended to a temporary ending: the old
/// set is not mixed with the new one, and can be put back by hand.
public final class OutputFileSet {
  /// The paths that the files will have.
  public let paths: [String]
  /// What the temporary paths have in common, as `paths` have the prefix.
  public let temporaryPrefix: String
  /// Where the bytes are until then.
  public let temporaryPaths: [String]
  private let replacesExisting: Bool
  private let slots: [Slot]

  /// An array cannot hold what cannot be copied.
  private final class Slot {
    var file: OutputFile?
    /// Whether the temporary name is a further name of another file.
    var isLink = false
  }

  deinit {
    for (slot, path) in zip(slots, temporaryPaths) where slot.isLink { unsafe unlink(path) }
  }

  /// Names the files; each is created when it is first written.
  ///
  /// - Parameters:
  ///   - prefix: the path that all files have in common.
  ///   - suffixes: what follows it; the last is of the file that makes the others count.
  ///   - replacesExisting: whether files that are there may be replaced.
  /// - Throws: `FileError.Reason.exists` for the first file that is there and may not be replaced, `.cannotCreate` for a
  ///   directory in the place of one.
  public init(prefix: String, suffixes: [String], replacesExisting: Bool) throws(FileError) {
    let temporaryPrefix = OutputFile.temporaryPath(for: prefix)
    self.temporaryPrefix = temporaryPrefix
    paths = suffixes.map { prefix + $0 }
    temporaryPaths = suffixes.map { temporaryPrefix + $0 }
    self.replacesExisting = replacesExisting
    slots = suffixes.map { _ in Slot() }
    for path in paths {
      guard let kind = Self.kind(of: path) else { continue }
      if kind == S_IFDIR { throw FileError(.cannotCreate(EISDIR), path: path) }
      if !replacesExisting { throw FileError(.exists, path: path) }
    }
  }

  /// Creates a file without bytes, unless it was created before.
  public func create(_ index: Int) throws(FileError) {
    if slots[index].file == nil, !slots[index].isLink {
      slots[index].file = try OutputFile(
        path: paths[index], temporaryPath: temporaryPaths[index], replacesExisting: replacesExisting)
    }
  }

  /// Makes one file of the set a further name (a hard link) of a file that is there, so that its bytes need not be written.
  ///
  /// - Parameters:
  ///   - existing: the path of the other file; a symbolic link is followed.
  ///   - index: which file of the set.
  /// - Returns: false where the file system cannot, as between two disks; nothing has happened then.
  public func link(_ existing: String, as index: Int) -> Bool {
    precondition(slots[index].file == nil && !slots[index].isLink, "a file is written or linked")
    slots[index].isLink = unsafe linkat(AT_FDCWD, existing, AT_FDCWD, temporaryPaths[index], AT_SYMLINK_FOLLOW) == 0
    return slots[index].isLink
  }

  /// Writes `bytes` at `offset` of one file.
  public func write(_ bytes: RawSpan, at offset: Int, of index: Int) throws(FileError) {
    try create(index)
    try slots[index].file?.write(bytes, at: offset)
  }

  /// Asks the system to begin writing a range of one file to the disk; see `OutputFile.startWriting`.
  public func startWriting(_ range: Range<Int>, of index: Int) {
    slots[index].file?.startWriting(range)
  }

  /// Makes one file's bytes durable and ends its writing, so that a set of thousands does not keep thousands of files open.
  public func close(_ index: Int) throws(FileError) {
    try slots[index].file?.close()
  }

  /// Makes all files durable and gives them their names.
  ///
  /// - Parameter obsolete: files that the new set makes meaningless, such as further data files of the set that it replaces.
  /// - Throws: `FileError`; everything is then as it was before.
  public func commit(removing obsolete: [String] = []) throws(FileError) {
    for index in slots.indices {
      try create(index)
      try close(index)
    }
    var moves: [(from: String, to: String)] = []
    var moved: [String] = []
    do throws(FileError) {
      for path in paths.reversed() + obsolete where replacesExisting && Self.kind(of: path) != nil {
        let aside = OutputFile.temporaryPath(for: path) + ".old"
        guard unsafe rename(path, aside) == 0 else { throw FileError(.cannotCreate(errno), path: path) }
        moves.append((path, aside))
        moved.append(aside)
      }
      if !moved.isEmpty { synchronizeDirectory() }
      for (temporaryPath, path) in zip(temporaryPaths, paths) {
        // Renaming waits for the directory, so the last file's name is on the disk after all others.
        try OutputFile.rename(temporaryPath, to: path, replacesExisting: replacesExisting)
        moves.append((temporaryPath, path))
      }
    } catch {
      for move in moves.reversed() { unsafe rename(move.to, move.from) }
      throw error
    }
    for path in moved { unsafe unlink(path) }
  }

  private func synchronizeDirectory() {
    if let path = paths.last { OutputFile.synchronizeDirectory(of: path) }
  }

  /// The file's type as `stat` gives it; nil where there is none.
  private static func kind(of path: String) -> mode_t? {
    var status = stat()
    return unsafe stat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
  }
}
