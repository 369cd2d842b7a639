internal import Captioning
internal import Comparison
internal import Conversion
internal import Inspection
internal import Messages
internal import ModelMapping
internal import Tensors
internal import Vocabulary

/// Verifications as text for a terminal.
public enum VerificationText {
  /// Lines of each kind of difference before the rest is only counted.
  private static let shownCount = 10

  /// One line for each thing that was checked, each followed by what differs.
  public static func report(_ verification: ModelVerification) -> String {
    var lines: [String] = []
    if let prepared = verification.prepared {
      lines.append("A is compared as 'decant convert' writes it with these options: \(prepared.text)")
      lines += list(
        "left out", verification.leftOut.map { "\($0.name.escapedForDisplay): \($0.reason.escapedForDisplay)" })
    }
    if let tensors = verification.tensors { lines += self.tensors(tensors) }
    if let integrity = verification.integrity { lines.append(ReportText.integrity(integrity).trimmedAtEnd) }
    for (path, cousin) in verification.cousins { lines += ["names: " + cousin.notice(path: path)] }
    if let model = verification.model { lines += self.model(model) }
    if let vocabulary = verification.vocabulary { lines += self.vocabulary(vocabulary) }
    for statement in verification.markers { lines += markers(statement) }
    for check in verification.graphs { lines += graph(check) }
    for check in verification.captions { lines += captions(check) }
    lines += verification.passedPictures.map { "pictures: \($0)" }
    return lines.joined(separator: "\n")
  }

  private static func tensors(_ comparison: SourceComparison) -> [String] {
    var lines = [
      "tensors: \(comparison.equalCount) equal, bit for bit"
        + (comparison.renamed.isEmpty ? "" : " (\(comparison.renamed.count) under another name)")
    ]
    lines += list("only in A", comparison.onlyInLeft.map(\.escapedForDisplay))
    lines += list("only in B", comparison.onlyInRight.map(\.escapedForDisplay))
    lines += list(
      "another dtype or shape",
      comparison.kinds.map {
        "\($0.left.name.escapedForDisplay): \($0.left.dtype) \($0.left.shape) in A, \($0.right.dtype) \($0.right.shape) in B"
      })
    lines += list(
      "other values",
      comparison.values.map {
        "\($0.name.escapedForDisplay): \($0.elementCount.counted("element")), the first at index \($0.firstIndex)"
      })
    let leftovers =
      comparison.leftoversOnlyInLeft.map { "\($0.name.escapedForDisplay) in A: \($0.reason.escapedForDisplay)" }
      + comparison.leftoversOnlyInRight.map { "\($0.name.escapedForDisplay) in B: \($0.reason.escapedForDisplay)" }
    lines += list("on one side only, and not part of the model", leftovers)
    return lines + (comparison.graphRemainder.map(graphRemainder) ?? [])
  }

  /// What a frozen graph and the other side need not have in common.
  private static func graphRemainder(_ remainder: GraphRemainder) -> [String] {
    let (graph, other) = remainder.isLeft ? ("A", "B") : ("B", "A")
    var lines: [String] = []
    if !remainder.otherConstants.isEmpty {
      let count = HumanText.count(remainder.otherConstants.count, "other constant")
      lines.append("  \(count) of the graph \(graph) not compared: not weights")
    }
    lines += list(
      "only in \(other), and not needed by the outputs of the graph \(graph)", remainder.unused.map(\.escapedForDisplay)
    )
    if !remainder.namedAfterReads.isEmpty {
      let count = HumanText.count(remainder.namedAfterReads.count, "weight")
      lines.append(
        "  \(count) of the graph \(graph) cannot be matched by name: TensorFlow 2 froze them under names of the operations that "
          + "read them, such as '\(remainder.namedAfterReads[0].escapedForDisplay)'")
    }
    return lines
  }

  private static func model(_ model: ModelExamination) -> [String] {
    guard !model.isComplete else { return ["model: \(model.architecture), all \(model.requiredCount) variables fit"] }
    return ["model: \(model.architecture), \(model.presentCount) of \(model.requiredCount) variables are there"]
      + list("missing", model.missing.map(\.escapedForDisplay))
      + list("do not fit", model.problems.map { "\($0.name.escapedForDisplay): \($0.description)" })
  }

  private static func vocabulary(_ check: ModelVerification.VocabularyCheck) -> [String] {
    switch check {
    case .equal(let count): ["vocabulary: \(count.counted("word")), equal"]
    case .different(let line, let left, let right):
      [
        "vocabulary: differs from line \(line) on: "
          + "\(left.map { "'\($0.escapedForDisplay)'" } ?? "no word") in A, "
          + "\(right.map { "'\($0.escapedForDisplay)'" } ?? "no word") in B"
      ]
    case .notCompared: ["vocabulary: not compared; give --vocab for a model that carries none"]
    }
  }

  /// One line where nothing speaks against the words; else the evidence and what to do as well.
  private static func markers(_ statement: MarkerStatement) -> [String] {
    return ["markers: \(statement.summary)"]
      + (statement.isAgainstVocabulary ? statement.lines.dropFirst().map { "  \($0)" } : [])
  }

  private static func captions(_ check: ModelVerification.CaptionCheck) -> [String] {
    let comparison = check.comparison
    let verdict = comparison.isEqual ? "equal word for word" : "\(comparison.differences.count.counted("difference"))"
    var lines = [
      "\(check.title): \(comparison.captionCount.counted("caption")) in \(comparison.imageCount.counted("search", "searches")), \(verdict), "
        + "log-probabilities within \(HumanText.rounded(comparison.largestLogprobDifference))"
    ]
    lines += list(
      "different",
      comparison.differences.map { difference in
        let rank = difference.rank.map { ", caption \($0)" } ?? ""
        let beam = "beam size \(difference.options.beamSize)"
        return "\(difference.file.escapedForDisplay) (\(beam)\(rank)): \(words(difference.kind))"
      })
    return lines
  }

  private static func words(_ kind: CaptionComparison.Difference.Kind) -> String {
    switch kind {
    case .words(let expected, let found):
      "'\(expected.text.escapedForDisplay)' expected, '\(found.text.escapedForDisplay)' found"
    case .logprob(let expected, let found): "log-probability \(expected) expected, \(found) found"
    case .count(let expected, let found): "\(expected.counted("caption")) expected, \(found) found"
    case .failed(let reason): reason
    }
  }

  static func list(_ title: String, _ rows: [String]) -> [String] {
    guard !rows.isEmpty else { return [] }
    let rest = rows.count > shownCount ? ["    … and \(rows.count - shownCount) more"] : []
    return ["  \(title): \(rows.count)"] + rows.prefix(shownCount).map { "    \($0)" } + rest
  }
}

extension String {
  /// Without line ends at the end.
  fileprivate var trimmedAtEnd: String {
    var text = self[...]
    while text.last?.isNewline == true { text.removeLast() }
    return String(text)
  }
}
