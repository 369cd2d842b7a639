internal import Essentials

/// The rule for a path that a file contains: it names something in that file's directory or below it, or is ignored.
///
/// The path comes from the file, not from the user of Decant. A path that leads out is therefore not even looked at;
/// only a typed path may name a file elsewhere. A link to a file in the directory is followed, as it is for a typed
/// name; a link to a directory elsewhere is not.
package struct PathBoundary {
  private let directory: String
  /// The directory with its links resolved.
  private let resolved: [Substring]
  /// Absolute spellings of the directory: without links, and as it was typed.
  private let roots: [[Substring]]

  /// A boundary around a directory.
  ///
  /// - Parameter directory: its path; empty or `.` for the working directory.
  package init(directory: String) {
    let directory = directory.isEmpty ? "." : directory
    let typed = directory.hasPrefix("/") ? directory : FileManager.default.currentDirectoryPath + "/" + directory
    self.directory = directory
    resolved = Self.parts(Self.resolving(directory) ?? typed)
    roots = [resolved, Self.parts(typed)]
  }

  /// The path below the directory to which a string from a file in it refers.
  ///
  /// - Parameter named: relative to the directory, or absolute.
  /// - Returns: the directory's path and what follows it, without `.` and `..`; nil if the string leads out of the directory
  ///   or names the directory itself.
  package func path(named: String) -> String? {
    guard !named.utf8.contains(0) else { return nil }
    for root in roots {
      let parts = Self.parts(named.hasPrefix("/") ? named : "/" + root.joined(separator: "/") + "/" + named)
      guard parts.count > root.count, Self.starts(parts, with: root) else { continue }
      let below = parts[root.count...]
      guard isInside(below.dropLast()) else { return nil }
      let path = below.joined(separator: "/")
      return directory == "." ? path : directory.hasSuffix("/") ? directory + path : directory + "/" + path
    }
    return nil
  }

  /// Whether no part of a path below the directory is a link that leads out.
  private func isInside(_ below: ArraySlice<Substring>) -> Bool {
    guard !below.isEmpty, let real = Self.resolving(([Substring(directory)] + below).joined(separator: "/")) else {
      return true
    }
    return Self.starts(Self.parts(real), with: resolved)
  }

  /// The parts of an absolute path, without `.` and `..`.
  private static func parts(_ path: String) -> [Substring] {
    path.split(separator: "/").reduce(into: []) { parts, part in
      switch part {
      case ".": break
      case "..": _ = parts.popLast()
      default: parts.append(part)
      }
    }
  }

  /// Compares bytes, because Swift considers strings equal that are different names to the file system.
  private static func starts(_ parts: [Substring], with root: [Substring]) -> Bool {
    parts.count >= root.count && zip(parts, root).allSatisfy { $0.utf8.elementsEqual($1.utf8) }
  }

  /// The path without links; nil if nothing is there.
  private static func resolving(_ path: String) -> String? {
    guard let real = unsafe realpath(path, nil) else { return nil }
    defer { unsafe free(real) }
    return unsafe String(cString: real)
  }
}
