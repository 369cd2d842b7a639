package import Files
internal import Essentials

/// A temporary directory of restored files and links to the unchanged ones, so that readers can check them; removed
/// with this object.
package final class RestoredDirectory {
  /// Where it is.
  package let path: String

  /// Writes restored files and links to the others, under their own names.
  ///
  /// - Parameters:
  ///   - restorations: the files to restore.
  ///   - others: the paths of the files to link to.
  /// - Throws: `FileError`.
  package init(_ restorations: [Restoration], others: [String]) throws(FileError) {
    let path = String.temporaryDirectory.joined("decant-restored-\(UUID().uuidString)")
    guard unsafe mkdir(path, 0o700) == 0 else { throw FileError(.cannotCreate(errno), file: path) }
    self.path = path
    for restoration in restorations {
      let output = try OutputFile(path: path.joined(restoration.path.lastPart), permissions: .ofNewFile)
      try restoration.write(to: output)
      try output.commit()
    }
    for other in others {
      let target = other.hasPrefix("/") ? other : FileManager.default.currentDirectoryPath.joined(other)
      guard unsafe symlink(target, path.joined(other.lastPart)) == 0 else {
        throw FileError(.cannotCreate(errno), file: path.joined(other.lastPart))
      }
    }
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }
}
