internal import Captioning
internal import Comparison
internal import Conversion
internal import Inspection
public import Messages
internal import ModelMapping
internal import Tensors
internal import Vocabulary

/// Verifications as text for a terminal.
public enum VerificationText {
  /// Lines of each kind of difference before the rest is only counted.
  private static let shownCount = 10

  /// One line for each thing that was checked, each followed by what differs.
  public static func report(_ verification: ModelVerification) -> Message {
    var lines: [Message] = []
    if let prepared = verification.prepared {
      lines.append("A is compared as 'decant convert' writes it with these options: \(prepared.text)")
      lines += list(
        "left out", verification.leftOut.map { "\($0.name): \($0.reason)" })
    }
    if let tensors = verification.tensors { lines += self.tensors(tensors) }
    if let integrity = verification.integrity { lines.append(ReportText.integrity(integrity).trimmingLineEnd) }
    for (path, cousin) in verification.cousins { lines.append("names: \(cousin.notice(path: path))") }
    if let model = verification.model { lines += self.model(model) }
    if let vocabulary = verification.vocabulary { lines += self.vocabulary(vocabulary) }
    for statement in verification.markers { lines += markers(statement) }
    for check in verification.graphs { lines += graph(check) }
    for check in verification.captions { lines += captions(check) }
    lines += verification.passedPictures.map { "pictures: \($0)" }
    return lines.joined(separator: "\n")
  }

  private static func tensors(_ comparison: SourceComparison) -> [Message] {
    var lines: [Message] = [
      "tensors: \(comparison.equalCount) equal, bit for "
        + "bit\(comparison.renamed.isEmpty ? "" : " (\(comparison.renamed.count) under a different name)")"
    ]
    lines += list("only in A", comparison.onlyInLeft.map { "\($0)" })
    lines += list("only in B", comparison.onlyInRight.map { "\($0)" })
    lines += list(
      "different dtype or shape",
      comparison.kinds.map {
        "\($0.left.name): \($0.left.dtype) \($0.left.shape) in A, \($0.right.dtype) \($0.right.shape) in B"
      })
    lines += list(
      "different values",
      comparison.values.map {
        "\($0.name): \($0.elementCount.counted("element")), the first at index \($0.firstIndex)"
      })
    let leftovers: [Message] =
      comparison.leftoversOnlyInLeft.map { "\($0.name) in A: \($0.reason)" }
      + comparison.leftoversOnlyInRight.map { "\($0.name) in B: \($0.reason)" }
    lines += list("only on one side, and not part of the model", leftovers)
    return lines + (comparison.graphRemainder.map(graphRemainder) ?? [])
  }

  /// What need not be on both sides if one is a frozen graph.
  private static func graphRemainder(_ remainder: GraphRemainder) -> [Message] {
    let (graph, other) = remainder.isLeft ? ("A", "B") : ("B", "A")
    var lines: [Message] = []
    if !remainder.otherConstants.isEmpty {
      let count = HumanText.count(remainder.otherConstants.count, "other constant")
      lines.append("  \(count) of the graph \(graph), not compared: not weights")
    }
    lines += list(
      "only in \(other), and not needed by the outputs of the graph \(graph)", remainder.unused.map { "\($0)" }
    )
    if !remainder.namedAfterReads.isEmpty {
      let count = HumanText.count(remainder.namedAfterReads.count, "weight")
      lines.append(
        "  \(count) of the graph \(graph) cannot be matched by name: TensorFlow 2 froze them under the names of the "
          + "operations that read them, such as '\(remainder.namedAfterReads[0])'")
    }
    return lines
  }

  private static func model(_ model: ModelExamination) -> [Message] {
    guard !model.isComplete else { return ["model: \(model.architecture), all \(model.requiredCount) variables fit"] }
    return ["model: \(model.architecture), \(model.presentCount) of \(model.requiredCount) variables are there"]
      + list("missing", model.missing.map { "\($0)" })
      + list("do not fit", model.problems.map { "\($0.name): \($0.description)" })
  }

  private static func vocabulary(_ check: ModelVerification.VocabularyCheck) -> [Message] {
    switch check {
    case .equal(let count): ["vocabulary: \(count.counted("word")), equal"]
    case .different(let line, let left, let right):
      [
        "vocabulary: differs from line \(line) on: \(left.map { "'\($0)'" } ?? "no word") in A, "
          + "\(right.map { "'\($0)'" } ?? "no word") in B"
      ]
    case .notCompared: ["vocabulary: not compared; use --vocab for a model without one"]
    }
  }

  /// One line if nothing contradicts the words; otherwise also the evidence and what to do.
  private static func markers(_ statement: MarkerStatement) -> [Message] {
    return ["markers: \(statement.summary)"]
      + (statement.isAgainstVocabulary ? statement.lines.dropFirst().map { "  \($0)" } : [])
  }

  private static func captions(_ check: ModelVerification.CaptionCheck) -> [Message] {
    let comparison = check.comparison
    let verdict = comparison.isEqual ? "equal word for word" : "\(comparison.differences.count.counted("difference"))"
    var lines: [Message] = [
      """
      \(check.title): \(comparison.captionCount.counted("caption")) in \
      \(comparison.imageCount.counted("search", "searches")), \(verdict), \
      log-probabilities within \(HumanText.rounded(comparison.largestLogprobDifference))
      """
    ]
    lines += list(
      "different",
      comparison.differences.map { difference in
        let rank = difference.rank.map { ", caption \($0)" } ?? ""
        let beam = "beam size \(difference.options.beamSize)"
        return "\(difference.file) (\(beam)\(rank)): \(words(difference.kind))"
      })
    return lines
  }

  private static func words(_ kind: CaptionComparison.Difference.Kind) -> Message {
    switch kind {
    case .words(let expected, let found):
      "'\(expected.text)' expected, '\(found.text)' found"
    case .logprob(let expected, let found): "log-probability \(expected) expected, \(found) found"
    case .count(let expected, let found): "\(expected.counted("caption")) expected, \(found) found"
    case .failed(let reason): reason
    }
  }

  static func list(_ title: Message, _ rows: [Message]) -> [Message] {
    guard !rows.isEmpty else { return [] }
    return ["  \(title): \(rows.count)", Message.lines(rows, indent: 4, upTo: shownCount).trimmingLineEnd]
  }
}
