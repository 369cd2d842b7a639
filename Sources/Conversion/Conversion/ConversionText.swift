internal import Foundation
internal import Messages
internal import ModelMapping
internal import Tensors

/// Conversion reports as text for a terminal.
public enum ConversionText {
  /// Lines of renamed or skipped tensors before the rest is only counted.
  private static let shownCount = 12

  /// The closing report: what was written, renamed and left out, and why.
  public static func report(_ report: ConversionReport) -> String {
    var lines = [
      "\(report.outputPath.escapedForDisplay): \(report.format), \(report.descriptors.count.counted("tensor")), "
        + "\(report.byteCount.counted("byte")) of values, \(report.outputByteCount) in all, in \(seconds(report.seconds))"
        + (report.wasReadBack ? ", read back and equal" : ", not read back")
    ]
    if report.metadata["decant.vocabulary"] != nil {
      lines.append("with the vocabulary, so that it can caption by itself")
    }
    if !report.keepsMetadata {
      lines.append(
        "without metadata: checkpoints cannot store it"
          + (report.model.isRecognized ? "; keep word_counts.txt beside it" : ""))
    }
    if let detected = report.plan.detected { lines.append("the source's names are those of \(detected.title)") }
    if let shared = report.plan.sharedNames { lines.append("\(shared)") }
    lines += losses(report.losses)
    if !report.plan.unusedRules.isEmpty {
      lines.append("rules that match nothing: \(report.plan.unusedRules.map(String.init).joined(separator: ", "))")
    }
    lines += report.plan.changes.regroupings
    lines += list("renamed", report.renamed.map { "\($0.from.escapedForDisplay) -> \($0.to.escapedForDisplay)" })
    lines += list("named as before", report.plan.kept.map(kept))
    lines += averages(report.plan.averages).map { [$0] } ?? []
    lines += list("left out", report.skipped.map { "\($0.name.escapedForDisplay): \($0.reason.escapedForDisplay)" })
    lines += list(likelyTitle, report.plan.likelyLeftovers.map(text))
    return lines.joined(separator: "\n")
  }

  private static let likelyTitle = "likely for training only, and kept (--drop-likely leaves them out)"

  private static func text(_ leftover: TrainingLeftover) -> String {
    "\(leftover.name.escapedForDisplay): \(leftover.reason.escapedForDisplay)"
  }

  /// What `--ema` did.
  private static func averages(_ averages: WeightAverages?) -> String? {
    guard let averages else { return nil }
    let others = averages.without.prefix(shownCount).map(\.escapedForDisplay).joined(separator: ", ")
    let rest = averages.without.count > shownCount ? ", …" : ""
    return "averages taken in place of raw weights: \(averages.pairs.count)"
      + (averages.without.isEmpty
        ? "; every weight has one" : "; without an average, as they are: \(averages.without.count) (\(others)\(rest))")
  }

  /// What a dry run shows: every tensor, before and after, and everything that is in the way.
  public static func plan(_ plan: ConversionPlan) -> String {
    var lines: [String] = []
    if let detected = plan.detected { lines.append("the source's names are those of \(detected.title)") }
    if let shared = plan.sharedNames { lines.append("\(shared)") }
    lines += plan.tensors.map { tensor in
      let rest = tensor.origins.count - shownCount
      let origins =
        tensor.origins.prefix(shownCount).map(text).joined(separator: " + ") + (rest > 0 ? " + \(rest) more" : "")
      return "\(origins.isEmpty ? "(the same in every model)" : origins) -> \(text(tensor.target))"
    }
    lines += plan.skipped.map { "left out: \($0.name.escapedForDisplay): \($0.reason.escapedForDisplay)" }
    lines += plan.kept.map { "named as before: \(kept($0))" }
    lines += plan.likelyLeftovers.map { "likely for training only, and kept: \(text($0))" }
    lines += averages(plan.averages).map { [$0] } ?? []
    lines += plan.unruled.map { "no rule matches: \($0.escapedForDisplay)" }
    lines += plan.unusedRules.map { "rule \($0) matches nothing" }
    lines += plan.collisions.map {
      "collision: \($0.first.escapedForDisplay) and \($0.second.escapedForDisplay) -> \($0.target.escapedForDisplay)"
        + rules($0)
    }
    lines += plan.changes.regroupings
    lines.append(
      plan.collisions.isEmpty
        ? "\(plan.tensors.count.counted("tensor")) would be written, \(plan.skipped.count) left out; nothing was written"
        : "\(plan.collisions.count.counted("collision")); nothing would be written")
    return lines.joined(separator: "\n")
  }

  /// Such as ` (rules 2 and 5)`.
  private static func rules(_ collision: NameCollision) -> String {
    let rules = Set(collision.rules.compactMap { $0 }).sorted().map(String.init)
    return rules.isEmpty ? "" : " (rule\(rules.count > 1 ? "s" : "") \(rules.joined(separator: " and ")))"
  }

  static func kept(_ name: NameMap.Kept) -> String {
    "\(name.name.escapedForDisplay): \(name.reason.escapedForDisplay)"
  }

  private static func text(_ tensor: TensorDescriptor) -> String {
    "\(tensor.name.escapedForDisplay) \(tensor.dtype) \(tensor.shape)"
  }

  /// A line for all casts, and one for each of the worst.
  private static func losses(_ losses: [String: CastLoss]) -> [String] {
    guard let any = losses.first?.value else { return [] }
    let sums = losses.values.reduce((overflow: 0, underflow: 0)) {
      ($0.overflow + $1.overflowCount, $0.underflow + $1.underflowCount)
    }
    let worst = losses.sorted { a, b in
      (b.value.overflowCount, b.value.largestRelativeError, a.key)
        < (a.value.overflowCount, a.value.largestRelativeError, b.key)
    }
    let rows = worst.filter { $0.value.largestRelativeError > 0 || $0.value.overflowCount > 0 }.prefix(3).map {
      "  \($0.key.escapedForDisplay): largest relative error \(number($0.value.largestRelativeError)), "
        + "\($0.value.overflowCount) overflowed, \($0.value.underflowCount) became 0"
    }
    let targets = Set(losses.values.map(\.to)).map(\.name).sorted().joined(separator: ", ")
    return [
      "cast to \(targets.isEmpty ? any.to.name : targets): \(losses.count.counted("tensor")), \(sums.overflow.counted("value")) overflowed, "
        + "\(sums.underflow) became 0"
    ] + rows
  }

  /// Two digits that count, such as `4.9e-04`.
  private static func number(_ value: Double) -> String { String(format: "%.1e", value) }

  static func list(_ title: String, _ rows: [String]) -> [String] {
    guard !rows.isEmpty else { return [] }
    var lines = ["\(title): \(rows.count)"] + rows.prefix(shownCount).map { "  \($0)" }
    if rows.count > shownCount { lines.append("  … and \(rows.count - shownCount) more") }
    return lines
  }

  private static func seconds(_ seconds: Double) -> String {
    let hundredths = Int((seconds * 100).rounded())
    let fraction = hundredths % 100
    return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction) s"
  }
}
