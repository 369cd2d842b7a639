internal import Checkpoints
internal import Files
internal import Messages
internal import SSTable

/// Why a V1 file or an index cannot be opened, as a finding.
enum TableDamage {
  static func finding(_ file: ExaminedFile, _ error: CheckpointError) -> Finding {
    let name = file.fileName
    let title: Message = file.role == .index ? "V2 index" : "V1 checkpoint"
    let recover = [ShellText.command("decant", "recover", file.path, "-o", "salvaged.safetensors")]
    switch error.reason {
    case .table(let table):
      switch table {
      case .tooShort, .badMagic:
        if let count = surplus(file) { return trailing(file, surplus: count, title: title) }
        let version = CheckpointVersion.beginning(file.head)
        return Finding(
          .truncatedTable, .error, certainty: version == nil ? .possible : .certain, files: [file.path],
          summary: version == nil
            ? "\(name) is not a \(title), or is only a piece of one."
            : "\(name) begins like a \(title), but its end is missing.",
          explanation: """
            It has \(HumanText.count(file.byteCount ?? 0, "byte")). A \(title) ends with a signature of 8 bytes, which is \
            missing: the \
            \(version == nil ? "file is damaged, or is a different kind of file" : "download or copy was interrupted").
            """,
          remedy: Remedy(
            "Compare its length with the original's, and copy it "
              + "again.\(version == nil ? "" : " If the original is gone, save what is intact:")",
            commands: version == nil ? [] : recover))
      case .file: break
      default:
        return Finding(
          .damagedTable, .error, files: [file.path], summary: "\(name) is damaged: \(table.words.lowercasedFirst)",
          explanation: "The damage is at byte \(HumanText.grouped(error.offset ?? 0)). A single wrong bit is enough; "
            + "the file changed after TensorFlow wrote it.",
          remedy: Remedy(
            "Compare its checksum with the original's, and copy it again. If the original is gone, save what is intact:",
            commands: recover))
      }
    case .header(.missing), .header(.notACheckpoint):
      return Finding(
        .foreignTable, .error, files: [file.path],
        summary: "\(name) is a sorted string table, but not a checkpoint.",
        explanation: "Another program wrote it, such as LevelDB, or the checkpoint's first entry is damaged.",
        remedy: Remedy("Find the file that this name belongs to."))
    default: break
    }
    return Finding(
      .damagedTable, .error, files: [file.path], summary: "\(name) cannot be read.", explanation: "\(error)",
      remedy: Remedy("Copy the file again from its source."))
  }

  private static func trailing(_ file: ExaminedFile, surplus: Int, title: Message) -> Finding {
    let whole = (file.byteCount ?? surplus) - surplus
    return Finding(
      .trailingBytes, .error, files: [file.path],
      summary: "\(file.fileName) has \(HumanText.count(surplus, "byte")) after its end.",
      explanation: "The signature that ends a \(title) is \(HumanText.count(surplus, "byte")) before the end of the "
        + "file. Something was added: a line break by an editor or a mail program, or padding by a download.",
      remedy: Remedy(
        "Copy all but the added bytes, then look again:",
        commands: ["head -c \(whole) " + ShellText.quoted(file.path) + " > OUT"]),
      fix: .copyFirst(file.path, byteCount: whole, name: file.normalizedPath.lastPart))
  }

  /// The number of bytes after the signature that ends a table; nil if the signature is not near the end.
  static func surplus(_ file: ExaminedFile) -> Int? {
    guard let input = try? InputFile(path: file.path), input.byteCount > TableFormat.footerByteCount else { return nil }
    let count = min(input.byteCount, 64 << 10)
    guard let tail = try? input.read(at: input.byteCount - count, count: count) else { return nil }
    let magic = (0..<8).map { UInt8(truncatingIfNeeded: TableFormat.magic >> (8 * $0)) }
    var end = tail.count - 1
    while end >= magic.count {
      if tail[end - 1] == magic[7], tail[(end - magic.count)..<end].elementsEqual(magic) { return tail.count - end }
      end -= 1
    }
    return nil
  }
}
