internal import Bytes
internal import Messages
internal import Tensors

/// Where a tensor is in an HDF5 file: groups follow the `/` in its name.
///
/// HDF5 cannot hold every name this way: a path has no empty component and no `.`, a C string ends at a zero byte, and nothing can be
/// both a dataset and a group, as the tensors `a` and `a/b` would require of `a`. In names that need it, and only there:
/// - `%` becomes `%25` and a zero byte `%00`;
/// - a component `.` becomes `%2E`, and `..` becomes `%2E%2E`;
/// - an empty component becomes `%`;
/// - the last component of a name that is also another name's group gets a trailing `%`.
///
/// The dataset then has the tensor's name in the attribute `decant.name`, which readers use instead of the path.
enum HDF5Name {
  /// The attribute that holds the tensor's name on a dataset whose path differs from it.
  static let noteName = "decant.name"

  /// The path for each name, in order; no two are the same.
  static func paths(of names: [String]) -> [String] {
    var groups: Set<[UInt8]> = []
    for name in names {
      let utf8 = Array(name.utf8)
      for (index, byte) in utf8.enumerated() where byte == UInt8(ascii: "/") { groups.insert(Array(utf8[..<index])) }
    }
    return names.map { name in
      let isGroup = groups.contains(Array(name.utf8))
      let components = name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map(Array.init)
      return components.enumerated().map { index, component in
        escaped(component) + (isGroup && index == components.count - 1 ? "%" : "")
      }.joined(separator: "/")
    }
  }

  /// The names whose paths differ, so that other programs do not find the tensors under them; nil if there are none.
  static func note(on names: [String], paths: [String]) -> OutputNote? {
    let changed = zip(names, paths).filter { !$0.equalsInBytes($1) }
    return OutputNote(
      "under another path in the file, because HDF5 cannot have the name as one (the attribute decant.name has it)",
      changed.map { "\($0) -> \($1)" })
  }

  private static func escaped(_ component: [UInt8]) -> String {
    switch component {
    case []: return "%"
    case Array(".".utf8): return "%2E"
    case Array("..".utf8): return "%2E%2E"
    default:
      let bytes = component.flatMap { byte -> [UInt8] in
        switch byte {
        case UInt8(ascii: "%"): Array("%25".utf8)
        case 0: Array("%00".utf8)
        default: [byte]
        }
      }
      return String(decoding: bytes, as: UTF8.self)
    }
  }
}
