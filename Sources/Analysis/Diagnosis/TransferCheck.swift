internal import Files
internal import Messages
internal import MetaGraph
internal import TensorFiles
internal import Tensors
internal import Threads
internal import TransferDamage

/// Finds out whether a program treated unreadable files as text, and whether undoing that is proved.
struct TransferCheck {
  let files: [ExaminedFile]
  let given: [String]
  let cancellation: Cancellation

  /// The findings, with one for each set of changed files in place of those that it explains.
  func amended(_ findings: [Finding]) -> [Finding] {
    let suspects = suspects(findings)
    guard !suspects.isEmpty else { return findings }
    var findings = findings
    for (_, group) in Dictionary(grouping: suspects, by: { FileSet.prefix(of: $0.path) }).sorted(by: { $0.key < $1.key }
    ) {
      for (changed, proof) in told(Restoration.find(in: group.map(\.path))) {
        let paths = changed.map(\.path)
        findings.removeAll { finding in
          Self.explained.contains(finding.kind) && finding.files.contains(where: paths.contains)
        }
        findings.append(Self.finding(changed, proof))
      }
    }
    return findings
  }

  /// What is reported about files that were changed together: all at once if all is proved, otherwise the graph separately.
  private func told(_ changed: [Restoration]) -> [(changed: [Restoration], proof: Proof?)] {
    guard !changed.isEmpty else { return [] }
    if changed.allSatisfy(\.isExact), let proof = proof(changed) { return [(changed, proof)] }
    let graphs = changed.filter { $0.path.hasSuffix(".meta") }
    if !graphs.isEmpty, graphs.count < changed.count {
      return told(changed.filter { !$0.path.hasSuffix(".meta") }) + told(graphs)
    }
    let clear = changed.filter(Self.isClear)
    return clear.isEmpty ? [] : [(clear, nil)]
  }

  /// Files that a finding says are damaged, and those of no known kind.
  private func suspects(_ findings: [Finding]) -> [ExaminedFile] {
    let damaged = Set(findings.filter { Self.explained.contains($0.kind) }.flatMap(\.files))
    // A program that changed one file of a set usually changed the others, which have no findings if the first cannot
    // be read.
    let sets = Set(damaged.map(FileSet.prefix(of:)))
    var strays = 0
    return files.filter { file in
      guard file.state == .readable, file.byteCount ?? 0 > 0 else { return false }
      if damaged.contains(file.path) { return true }
      if file.role.isPartOfCheckpoint, sets.contains(FileSet.prefix(of: file.path)) { return true }
      guard file.role == .other || file.role == .table, file.kind == .unknown || file.kind == .table else {
        return false
      }
      strays += 1
      return strays <= Self.maximumStrayCount || given.contains(file.path)
    }
  }

  /// Whether the change shows in the file itself, or checksums prove a part of it.
  private static func isClear(_ restoration: Restoration) -> Bool {
    restoration.isPartial || (try? TextChange.recognize(restoration.path)) != nil
  }

  /// What proves that undoing a change restores the original.
  private enum Proof {
    /// Every checksum matches.
    case checksums
    /// Not all files have checksums, but all parts have their declared lengths.
    case lengths
  }

  /// Restores a copy and reads all of it; nil if something in it is wrong.
  private func proof(_ restorations: [Restoration]) -> Proof? {
    let paths = restorations.map(\.path)
    guard let first = paths.first else { return nil }
    let prefix = FileSet.prefix(of: first)
    let others = files.filter { file in
      file.state == .readable && file.directory == first.directoryPart && FileSet.prefix(of: file.path) == prefix
        && !paths.contains(file.path)
    }
    guard let directory = try? RestoredDirectory(restorations, others: others.map(\.path)) else { return nil }
    let graphs = paths.filter { $0.hasSuffix(".meta") }
    for graph in graphs where (try? MetaGraphFile(path: directory.path.joined(graph.lastPart))) == nil { return nil }
    guard graphs.count < paths.count else { return .lengths }
    let hasIndex = (paths + others.map(\.path)).contains { $0 == prefix + ".index" }
    guard let source = try? TensorFile.open(directory.path.joined((hasIndex ? prefix : first).lastPart)),
      source.problems.allSatisfy({ $0.severity == .note }), !source.descriptors.isEmpty,
      DataReading(source, cancellation: cancellation).failures.isEmpty
    else { return nil }
    return source.hasChecksums && graphs.isEmpty ? .checksums : .lengths
  }

  private static func finding(_ changed: [Restoration], _ proof: Proof?) -> Finding {
    let changes = changed.flatMap(\.changes).reduce(into: [TextChange]()) { if !$0.contains($1) { $0.append($1) } }
    let words = changed.map(\.words).reduce(into: [Message]()) { if !$0.contains($1) { $0.append($1) } }
    return Finding(
      .translated, .error, certainty: proof == .checksums ? .certain : .likely, files: changed.map(\.path),
      summary: "\(list: changed.map(\.path.lastPart), upTo: 3) \(changed.count.noun("was", "were")) changed by a "
        + "program that treated \(changed.count.noun("it", "them")) as text.",
      explanation: (words + [outcome(changed, proof)]).joined(separator: " "),
      remedy: Remedy(changes.first?.remedy ?? ""), fix: proof == nil ? nil : .restore(changed))
  }

  /// The result of undoing it, in a sentence or two.
  private static func outcome(_ changed: [Restoration], _ proof: Proof?) -> Message {
    switch proof {
    case .checksums: "With this undone in a copy, every checksum matches."
    case .lengths: "With this undone in a copy, all of it can be read, but no checksum proves it."
    case nil where changed.allSatisfy(\.isExact):
      "With this undone in a copy, it still cannot be read: more was changed."
    case nil where changed.contains(where: \.isPartial):
      "Others may have been in too many places to tell. Use 'decant recover' to save the tensors that are proved."
    case nil: "This cannot be undone."
    }
  }

  private static let explained: Set<FindingKind> = [
    .damagedTable, .truncatedTable, .trailingBytes, .foreignTable, .damagedEntries, .damagedData, .truncatedData,
    .surplusData,
    .differentSaves, .damagedWeightFile, .graphUnreadable, .otherFormat, .nothingFound, .missingIndex,
  ]
  private static let maximumStrayCount = 64
}
