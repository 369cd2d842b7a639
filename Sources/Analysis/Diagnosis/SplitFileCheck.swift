internal import Checkpoints
internal import Files
internal import Messages

/// Files that were split for e-mail, an upload or a repository.
enum SplitFileCheck {
  static func findings(_ splits: [SplitFile], sets: [FileSet]) -> [Finding] {
    splits.map { split in
      let needs = expectedByteCount(of: split, sets: sets)
      return isJoined(split) ? alreadyJoined(split) : finding(split, needed: needs)
    }
  }

  /// The length that the index beside a split data file requires.
  static func expectedByteCount(of split: SplitFile, sets: [FileSet]) -> Int? {
    guard let shard = ShardName(split.path, marker: ".data-"), let number = shard.shard,
      let index = sets.first(where: { $0.prefix == shard.prefix })?.index
    else { return nil }
    return DataNeeds(index: index.path, prefix: shard.prefix)?.byteCounts[number]
  }

  private static func isJoined(_ split: SplitFile) -> Bool {
    FileStatus(path: split.path)?.byteCount == split.byteCount
  }

  private static func alreadyJoined(_ split: SplitFile) -> Finding {
    Finding(
      .splitParts, .note, files: [split.path] + split.parts.map(\.path),
      summary: "\(split.path.lastPart) is beside its \(split.parts.count.counted("part")), already joined.",
      explanation: "It has as many bytes as all parts together.",
      remedy: Remedy("Delete the parts only once you have checked the joined file."))
  }

  private static func finding(_ split: SplitFile, needed: Int?) -> Finding {
    let name = split.path.lastPart
    let files = split.parts.map(\.path)
    let sum = HumanText.count(split.byteCount, "byte")
    func incomplete(_ words: Message) -> Finding {
      Finding(
        .splitPartsIncomplete, .error, files: files,
        summary: "\(name) was split, and some of it is not here.", explanation: words,
        remedy: Remedy("Copy the parts again from their source, then join them:", commands: [joining(split)]))
    }
    if !split.missing.isEmpty {
      return incomplete(
        """
        \(HumanText.count(split.parts.count, "part is", "parts are")) here; judging by their names, \
        \(split.missing.count.noun("number")) \(list: split.missing.map(String.init), upTo: 10) \
        \(split.missing.count.noun("is", "are")) missing.
        """
      )
    }
    if isOfZip(split), FileStatus(path: split.path) == nil {
      return incomplete("The last part, \(name), is missing; it has the list of what is in all of them.")
    }
    if let short = split.shortParts.first {
      return incomplete(
        "\(short.fileName) has \(HumanText.count(short.byteCount ?? 0, "byte")), but the first part has "
          + "\(HumanText.grouped(split.parts.first?.byteCount ?? 0)): all parts except the last must be equally long."
      )
    }
    if let needed, needed != split.byteCount {
      return incomplete(
        "All parts together have \(sum), but the index beside them needs \(HumanText.grouped(needed)).")
    }
    if split.shouldEndAsTable, !split.endsAsTable {
      return incomplete(
        "The last part, \(files.last?.lastPart ?? ""), does not end like a checkpoint: at least one more part is "
          + "missing, or the last one is cut short.")
    }
    if split.parts.count == 1, needed == nil {
      return incomplete("Only one part is here.")
    }
    let evidence: Message =
      if needed != nil {
        "Together they have \(sum), exactly what the index beside them needs."
      } else if split.endsAsTable {
        "The last part ends like a checkpoint, so none is missing; together they have \(sum)."
      } else {
        "Together they have \(sum)."
      }
    return Finding(
      .splitParts, .error, certainty: needed != nil || split.endsAsTable ? .certain : .likely, files: files,
      summary: "\(name) was split into \(split.parts.count.counted("part")).",
      explanation: "\(evidence) No program reads the parts one by one.",
      remedy: Remedy("Join them in this order, then look again:", commands: [joining(split)]),
      fix: isOfZip(split) ? nil : .join(files, name: split.path.lastPart))
  }

  /// Whether the parts are those that `zip -s` makes, `.z01` and so on, of which the last has the name of the archive. Other programs cut
  /// the archive into pieces that only have to be joined.
  private static func isOfZip(_ split: SplitFile) -> Bool {
    split.parts.contains { $0.path.wholeMatch(of: /.*\.z\d{2}/) != nil }
  }

  /// The parts of a zip archive are for `zip` to join.
  private static func joining(_ split: SplitFile) -> String {
    guard isOfZip(split) else { return split.command }
    return "zip -s 0 \(ShellText.quoted(split.path)) --out \(ShellText.quoted(split.path.dropLast(4) + "-joined.zip"))"
  }
}
