internal import Checkpoints
internal import Files
internal import Messages

/// Names that keep TensorFlow from finding a file.
enum NameCheck {
  static func findings(_ file: ExaminedFile, in files: [ExaminedFile]) -> [Finding] {
    guard file.role.isPartOfCheckpoint || file.role == .stateFile || file.role == .vocabulary else { return [] }
    return [altered(file, in: files), pattern(file)].compactMap(\.self)
  }

  /// ` (1)`, `.txt`, capitals.
  private static func altered(_ file: ExaminedFile, in files: [ExaminedFile]) -> Finding? {
    guard !file.name.changes.isEmpty else { return nil }
    let should = file.name.name
    let path = file.normalizedPath
    let changes = Message.list(file.name.changes.map(\.words))
    if let other = files.first(where: { $0.path == path }) {
      let isEqual = other.byteCount == file.byteCount
      return Finding(
        .alteredName, isEqual ? .note : .warning, certainty: .likely, files: [file.path, path],
        summary: "\(file.fileName) looks like a second copy of \(should): \(changes).",
        explanation: isEqual
          ? "Both have the same length. Only \(should) is used."
          : """
          They differ in length (\(file.byteCount ?? 0) and \(other.byteCount ?? 0) bytes), so one of them is from \
          another save or was not downloaded completely. Only \(should) is used.
          """,
        remedy: isEqual ? Remedy() : Remedy("Keep the two apart, each in a directory with the files of its own save."))
    }
    return Finding(
      .alteredName, .error, certainty: .likely, files: [file.path],
      summary: "\(file.fileName) should be called \(should): \(changes).",
      explanation: "TensorFlow and Decant find a checkpoint's files by their exact names.",
      remedy: Remedy("Copy it to the right name:", run: "cp", "-n", file.path, path),
      fix: .copy(file.path, name: path.lastPart))
  }

  /// TensorFlow treats the path of a checkpoint as a pattern.
  private static func pattern(_ file: ExaminedFile) -> Finding? {
    let special = file.name.name.filter { "[]*?".contains($0) }
    guard !special.isEmpty, file.role.isPartOfCheckpoint, file.role != .meta else { return nil }
    return Finding(
      .patternName, .warning, files: [file.path],
      summary: "The name \(file.fileName) has \(special) in it.",
      explanation:
        "TensorFlow 1 treats the path of a checkpoint as a pattern, and then finds nothing. Decant reads it.",
      remedy: Remedy("For TensorFlow, copy all files of the checkpoint to names without these characters."))
  }
}
