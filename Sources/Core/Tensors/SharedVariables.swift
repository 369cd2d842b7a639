internal import Bytes

/// Finds tensors of an object-based checkpoint that are one variable saved under several keys.
///
/// `model.export` of Keras 3 makes a SavedModel that keeps each variable in two lists, `variables/0` and
/// `_all_variables/2`, which are different objects to TensorFlow. A tensor counts as the same variable as another if it
/// is a member of a list, the other is not in that list, and full name, dtype, shape and content are equal. Two members
/// of one list are two variables, and so are two layers' biases that are both zero.
/// - Source: Keras 3.15, `src/export/saved_model.py`; `model.export` by TensorFlow 2.21.
struct SharedVariables {
  /// For each tensor, the place of the one that it repeats; nil for one that is kept.
  private(set) var originals: [Int?]

  /// One tensor with a full name.
  struct Member {
    let place: Int
    let path: String
    let descriptor: TensorDescriptor
  }

  /// Looks at the tensors that have a full name.
  ///
  /// - Parameters:
  ///   - count: the number of all tensors.
  ///   - members: by full name.
  ///   - checksum: of a tensor's content; nil if it cannot be read. Asked only for tensors of one full name that are not
  ///     all in one list.
  init(count: Int, members: [[Member]], checksum: (TensorDescriptor) -> String?) {
    originals = Array(repeating: nil, count: count)
    for group in members where group.count > 1 { addRepeats(in: group, checksum) }
  }

  private struct Content: Hashable {
    let dtype: DType
    let shape: Shape
    let checksum: String
  }

  private mutating func addRepeats(in group: [Member], _ checksum: (TensorDescriptor) -> String?) {
    let entries = group.map { (member: $0, list: Self.list(of: $0.path)) }
    // Without lists, or all in one, there is nothing to read.
    guard Set(entries.map(\.list)).count > 1 else { return }
    var alike: [Content: Alike] = [:]
    for (member, list) in entries.sorted(by: { Self.comesFirst(($0.member, $0.list), ($1.member, $1.list)) }) {
      guard let checksum = checksum(member.descriptor) else { continue }
      let content = Content(dtype: member.descriptor.dtype, shape: member.descriptor.shape, checksum: checksum)
      originals[member.place] = alike[content, default: Alike()].original(of: member.place, in: list)
    }
  }

  /// Tensors of one full name and content.
  private struct Alike {
    /// The variables that do not repeat another.
    private var kept: [(place: Int, list: String?)] = []
    /// For each list, the first of them that no member of the list repeats yet.
    private var next: [String: Int] = [:]

    /// The place of the tensor that this one repeats; nil if this one is kept.
    mutating func original(of place: Int, in list: String?) -> Int? {
      if let list {
        var index = next[list] ?? 0
        while index < kept.count, kept[index].list == list { index += 1 }
        next[list] = index + 1
        if index < kept.count { return kept[index].place }
      }
      kept.append((place, list))
      return nil
    }
  }

  /// The path of the list that a path's object is in; nil if its last part is a name.
  private static func list(of path: String) -> String? {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")), path.utf8.index(after: slash) < path.utf8.endIndex,
      path.utf8[path.utf8.index(after: slash)...].allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 })
    else { return nil }
    return String(path[..<slash])
  }

  /// Objects with names come first, then those with short paths, then those that are not hidden, then by path.
  private static func comesFirst(_ left: (Member, String?), _ right: (Member, String?)) -> Bool {
    func key(_ entry: (member: Member, list: String?)) -> (Int, Int, Int) {
      let path = entry.member.path
      return (
        entry.list == nil ? 0 : 1, path.utf8.count { $0 == UInt8(ascii: "/") }, path.hasPrefix("_") ? 1 : 0
      )
    }
    let keys = (key(left), key(right))
    if keys.0 != keys.1 { return keys.0 < keys.1 }
    return left.0.path.precedesInBytes(right.0.path)
  }
}
