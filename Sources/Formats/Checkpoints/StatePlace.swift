internal import Files

/// Where a path in a `checkpoint` file leads: into the file's own directory, or out of it.
///
/// A path that leads out comes from the machine that saved, or from an attacker who wants another file to be opened; Decant then
/// looks only for files beside the state file.
package struct StatePlace: Sendable, Equatable {
  /// The path as stored in the file.
  package let named: String
  /// The resolved path, in the state file's directory or below it; nil if it leads out.
  package let path: String?
  /// The path beside the state file with the same last part; nil if that is not a name.
  package let beside: String?
  /// How to type the path.
  package let typed: String

  /// A path that `stateFile` names.
  package init(named: String, stateFile: String) {
    let directory = stateFile.directoryPart
    let boundary = PathBoundary(directory: directory)
    self.named = named
    path = boundary.path(named: named)
    // The other machine may have run Windows.
    let last = named.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last.map(String.init) ?? named
    beside = boundary.path(named: last)
    typed = named.hasPrefix("/") ? named : directory.joined(named)
  }

  /// The paths to look for, in this order.
  package var candidates: [String] {
    let all = [path, beside].compactMap(\.self)
    return all.count == 2 && all[0] == all[1] ? [all[0]] : all
  }
}
