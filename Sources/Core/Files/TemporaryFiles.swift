internal import CDecantBytes
internal import Essentials
internal import Threads

/// The temporary files that this process has, so that a command can remove them when it is told to end.
///
/// A library never handles signals. The command does, on a thread that waits for them, and calls `removeAllAndEnd`.
///
/// The next run that writes the same output removes what a killed process left behind, by this rule: a file with the
/// name of a temporary file of that output is removed if its lock is free. The process that writes one holds an
/// open-file-description lock on it (in a set, on the set's own lock file) from its creation until it has its final
/// name, and no process outlives its locks. If the lock is taken, if locks do not exist, or if other machines may write
/// to the file system too, nothing is removed. Files that were moved aside (`.old`) are the user's data and are never
/// removed by this rule; see `OutputFileSet`.
package enum TemporaryFiles {
  /// In the order of their creation.
  private static let paths = Guarded<[String]>([])
  /// Held during steps that belong together.
  private static let step = Guarded<Void>(())

  /// Removes all of them and calls `end`, which must not return; no file is created or renamed afterward.
  ///
  /// Waits for a set of files that is just being renamed, so that it is complete afterward.
  package static func removeAllAndEnd(_ end: () -> Never) -> Never {
    step.withLock { _ in
      paths.withLock { paths in
        // Directories among them are removed if they are empty.
        for path in paths.reversed() where unsafe unlink(path) != 0 { unsafe rmdir(path) }
        end()
      }
    }
  }

  /// Runs steps that a signal must not interrupt halfway.
  package static func withoutInterruption<Value: ~Copyable, Failure: Error>(
    _ steps: () throws(Failure) -> Value
  ) throws(Failure) -> Value {
    try step.withLock { _ throws(Failure) in try steps() }
  }

  /// Creates and locks a temporary file for `path`.
  ///
  /// - Returns: its name and its descriptor, open for reading and writing.
  static func createLocked(
    for path: String, ending: String = "", permissions: OutputPermissions
  ) throws(FileError) -> (name: TemporaryName, descriptor: Int32) {
    while true {
      let name = TemporaryName(for: path, ending: ending)
      let descriptor = try create(name.name, for: path, permissions: permissions)
      // Between the two calls, another run may have checked whether the file belongs to a process. In that case, that
      // run holds the lock, or has removed the file. No run checks if locks cannot be trusted, and there a file may
      // well seem to have no name.
      var status = stat()
      let isHeldByOther = decant_lock(descriptor, 1) == EAGAIN
      let isRemoved = unsafe fstat(descriptor, &status) == 0 && status.st_nlink == 0
      if decant_is_local(descriptor) == 0 || !(isHeldByOther || isRemoved) { return (name, descriptor) }
      remove(name.name)
      close(descriptor)
    }
  }

  /// Creates a temporary file.
  static func create(
    _ temporaryPath: String, for path: String, permissions: OutputPermissions
  ) throws(FileError) -> Int32 {
    try withoutInterruption { () throws(FileError) in
      let descriptor = unsafe open(
        temporaryPath, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode_t(permissions.modeWhileWriting))
      guard descriptor >= 0 else { throw FileError(.cannotCreate(errno), file: path) }
      paths.withLock { $0.append(temporaryPath) }
      return descriptor
    }
  }

  /// Makes a temporary name a hard link to a file; false if that is impossible.
  static func link(_ existing: String, as temporaryPath: String) -> Bool {
    withoutInterruption {
      guard unsafe linkat(AT_FDCWD, existing, AT_FDCWD, temporaryPath, AT_SYMLINK_FOLLOW) == 0 else { return false }
      paths.withLock { $0.append(temporaryPath) }
      return true
    }
  }

  /// Makes a directory that is removed when the process ends, if it is empty then; false if it exists already.
  static func createDirectory(_ path: String, mode: mode_t = 0o777) throws(FileError) -> Bool {
    try withoutInterruption { () throws(FileError) in
      if unsafe mkdir(path, mode) != 0 {
        guard errno == EEXIST else { throw FileError(.cannotCreate(errno), file: path) }
        return false
      }
      paths.withLock { $0.append(path) }
      return true
    }
  }

  /// Makes a symbolic link that is removed when the process ends.
  static func createLink(_ path: String, to target: String) throws(FileError) {
    try withoutInterruption { () throws(FileError) in
      guard unsafe symlink(target, path) == 0 else { throw FileError(.cannotCreate(errno), file: path) }
      paths.withLock { $0.append(path) }
    }
  }

  /// Removes a directory that this process made, if it is empty, and forgets it.
  static func removeDirectory(_ path: String) {
    unsafe rmdir(path)
    forget(path)
  }

  /// Removes one of them, or forgets that it was there.
  static func remove(_ temporaryPath: String) {
    unsafe unlink(temporaryPath)
    forget(temporaryPath)
  }

  private static func forget(_ path: String) {
    paths.withLock { paths in
      if let index = paths.lastIndex(of: path) { paths.remove(at: index) }
    }
  }
}
