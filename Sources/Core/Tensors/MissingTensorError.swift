public import Messages

/// Names that were requested from a source but that it does not have.
public struct MissingTensorError: DecantError, Equatable {
  /// The missing names.
  public let names: [String]
  /// For each missing name, the names in the source that look most like it, nearest first.
  public let nearest: [[String]]
  /// The path of the source's first file.
  public let file: String
  /// What the file has in their place and what to do, if that is known; shown instead of the nearest names.
  public let remedy: Message?
  /// Why the first of the missing tensors is not in the source's list, if opening found that out.
  public let reason: Message?

  /// Looks up the nearest names of `source`.
  public init(names: [String], source: some TensorSource, remedy: Message? = nil) {
    let missing = Set(names)
    let problem = source.problems.first { $0.severity == .incomplete && $0.tensor.map(missing.contains) == true }
    self.init(
      names: names, present: source.descriptors.map(\.name), file: source.files.first?.path ?? source.format,
      remedy: remedy, reason: problem.map { "\($0.error)" })
  }

  /// Looks up the nearest of `present`.
  public init(names: [String], present: [String], file: String, remedy: Message? = nil, reason: Message? = nil) {
    self.reason = reason
    self.names = names
    self.file = file
    self.remedy = remedy
    // More than a screenful of suggestions is useless, and each costs a pass over all names.
    nearest = names.prefix(Self.shownCount).map { NearestNames.find($0, in: present) }
  }

  private static let shownCount = 8

  /// Always `badData`.
  public var category: ErrorCategory { .badData }

  /// The names, those nearest to them, and how to list all.
  public var message: Message {
    let subject: Message = names.count == 1 ? "tensor '\(names[0])' is" : "\(names.count.counted("tensor")) are"
    var lines: [Message] = ["\(file): \(subject) missing."]
    if let remedy { return "\(lines[0])\n\(remedy)" }
    for (name, near) in zip(names, nearest) {
      if names.count > 1 { lines.append("  \(name)") }
      if !near.isEmpty { lines.append("  nearest names present: \(names: near)") }
    }
    if names.count > nearest.count { lines.append("  … and \(names.count - nearest.count) more") }
    if let reason { lines.append("  \(reason)") }
    lines.append("List what is there with: decant inspect --flat \(file)")
    return lines.joined(separator: "\n")
  }
}

/// Finds names that someone may have meant.
package enum NearestNames {
  /// At most three of `candidates`, by edit distance over path components, nearest first; names that share too little
  /// are left out.
  package static func find(_ name: String, in candidates: [String]) -> [String] {
    let wanted = name.split(separator: "/")
    let scored = candidates.map { candidate in
      (candidate, distance(wanted, candidate.split(separator: "/")))
    }
    let limit = 2 * max(wanted.count, 1)
    return scored.filter { $0.1 < limit }
      .sorted { ($0.1, $0.0) < ($1.1, $1.0) }
      .prefix(3).map(\.0)
  }

  /// Edit distance in components, where replacing one component by another costs 1 if they share a beginning and 2 if not.
  private static func distance(_ left: [Substring], _ right: [Substring]) -> Int {
    var row = Array(stride(from: 0, through: 2 * right.count, by: 2))
    for (i, a) in left.enumerated() {
      var diagonal = row[0]
      row[0] = 2 * (i + 1)
      for (j, b) in right.enumerated() {
        let replaced = diagonal + (a == b ? 0 : a.lowercased().prefix(3) == b.lowercased().prefix(3) ? 1 : 2)
        diagonal = row[j + 1]
        row[j + 1] = min(replaced, row[j] + 2, row[j + 1] + 2)
      }
    }
    return row[right.count]
  }
}
