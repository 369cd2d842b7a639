internal import Files
internal import Messages

/// What is wrong with archives that were named, whose members are examined like files.
enum ArchiveCheck {
  /// Findings about archives that were opened, and about those that could not be.
  static func findings(_ archives: [Archive], unreadable: [FileError]) -> [Finding] {
    archives.flatMap(findings) + unreadable.map(finding)
  }

  private static func findings(_ archive: Archive) -> [Finding] {
    var found: [Finding] = []
    if let damage = archive.damage {
      found.append(
        Finding(
          .archive, .warning, files: [archive.path],
          summary: "\(FileError(.packed(damage), file: archive.path.lastPart))",
          explanation: "What is whole in it was examined.",
          remedy: Remedy("Copy the archive again from its source.")))
    }
    let others = archive.otherMembers
    if let first = others.first {
      found.append(
        Finding(
          .archive, .note, files: [archive.path],
          summary:
            "\(archive.path.lastPart) has \(others.count.counted("member")) that \(others.count.noun("is not a file", "are not files")).",
          explanation: "\(first.name) is \(first.words)"))
    }
    return found
  }

  private static func finding(_ error: FileError) -> Finding {
    Finding(
      .archive, .error, files: [error.file], summary: "\(error.inShort)",
      remedy: Remedy("Copy the archive again from its source, or unpack it with another program."))
  }
}

extension FileError {
  /// The same, with the file's name in place of its path.
  fileprivate var inShort: FileError { FileError(reason, file: file.lastPart) }
}
