internal import Bytes
internal import Checkpoints
internal import Files
internal import Messages
internal import SSTable

/// A file that was split into parts.
struct SplitFile {
  /// The path of the whole file.
  let path: String
  /// The parts that exist, in order.
  let parts: [ExaminedFile]
  /// The numbers of missing parts before or between those that exist.
  let missing: [Int]

  /// Bytes of all parts.
  var byteCount: Int { parts.reduce(0) { $0.addingChecked($1.byteCount ?? 0) ?? .max } }

  /// Finds split files among files that no format recognizes, or that are recognized only by their names.
  static func find(in files: [ExaminedFile]) -> [SplitFile] {
    struct Key: Hashable {
      let path: String
      let series: SplitName.Series
      let separator: String
    }
    var groups: [Key: [(number: Int, file: ExaminedFile)]] = [:]
    for file in files where mayBePart(file) {
      guard let split = SplitName(file.name.name) else { continue }
      let key = Key(path: file.directory.joined(split.base), series: split.series, separator: split.separator)
      groups[key, default: []].append((split.number, file))
    }
    return groups.compactMap { key, members in
      let members = members.sorted { ($0.number, $0.file.path) < ($1.number, $1.file.path) }
      guard let first = members.first, let last = members.last, last.number - first.number < 1000 else { return nil }
      let isOurs = FileRole(name: key.path.lastPart) != nil || key.series == .zip
      // Names that end in a number are common; a lone one is a part only if its base is the name of a checkpoint's file.
      guard first.number <= 1, isOurs || members.count > 1 && first.number + members.count - 1 == last.number else {
        return nil
      }
      guard isOurs || members.contains(where: { begins($0.file) }) else { return nil }
      let numbers = Set(members.map(\.number))
      let start = key.series == .letters ? 0 : min(1, first.number)
      return SplitFile(
        path: key.path, parts: members.map(\.file), missing: (start...last.number).filter { !numbers.contains($0) })
    }.sorted { $0.path.precedesInBytes($1.path) }
  }

  private static func mayBePart(_ file: ExaminedFile) -> Bool {
    guard file.state == .readable else { return false }
    switch file.role {
    case .other, .table, .archive, .weights: return true
    // A file that only begins like a table may be the first part of one; one that only ends like a table, the last.
    case .v1, .index: return FileRole(name: file.name.name) == nil
    default: return false
    }
  }

  /// Whether a part begins as a checkpoint or an archive does.
  private static func begins(_ file: ExaminedFile) -> Bool {
    switch file.kind {
    case .gzip, .bzip2, .xz, .zstandard, .zip, .tar, .hdf5, .safetensors, .table: true
    default: CheckpointVersion.beginning(file.head) != nil
    }
  }

  /// The shell command that joins the parts.
  var command: String {
    "cat " + ShellText.command(parts.map(\.path)) + " > " + ShellText.quoted(path)
  }

  /// Whether the end of the last part is that of a table.
  var endsAsTable: Bool { parts.last?.kind == .table }

  /// Whether the first part's beginning, or the name, requires the end of a table.
  var shouldEndAsTable: Bool {
    switch FileRole(name: path.lastPart) {
    case .v1, .index: true
    case .data: false
    default: parts.first.map { CheckpointVersion.beginning($0.head) != nil } ?? false
    }
  }

  /// Parts, except the last, that are not as long as the first.
  var shortParts: [ExaminedFile] {
    guard let full = parts.first?.byteCount else { return [] }
    return parts.dropFirst().dropLast().filter { $0.byteCount != full }
  }
}
