internal import Files

/// Where a path of a `checkpoint` file leads: into the file's own directory, or out of it.
///
/// A path that leads out is that of the machine that saved, or of an attacker who wants another file opened; only what
/// is beside the state file is looked for then.
package struct StatePlace: Sendable, Equatable {
  /// The path as stored in the file.
  package let named: String
  /// The path that is meant, in the state file's directory or below it; nil if it leads out.
  package let path: String?
  /// The path beside the state file with the same last part; nil if that is not a name.
  package let beside: String?
  /// How the path would be typed.
  package let typed: String

  /// A path that `stateFile` names.
  package init(named: String, stateFile: String) {
    let directory = stateFile.directoryPart
    let boundary = PathBoundary(directory: directory)
    self.named = named
    path = boundary.path(named: named)
    // The other machine may have been a Windows machine.
    let last = named.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last.map(String.init) ?? named
    beside = boundary.path(named: last)
    typed = named.hasPrefix("/") ? named : directory.joined(named)
  }

  /// What is looked for, in this order.
  package var candidates: [String] {
    let all = [path, beside].compactMap(\.self)
    return all.count == 2 && all[0] == all[1] ? [all[0]] : all
  }
}
