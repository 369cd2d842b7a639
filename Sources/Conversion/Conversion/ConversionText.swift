internal import Essentials
public import Messages
internal import ModelMapping
internal import Tensors

/// Conversion reports as text for a terminal.
public enum ConversionText {
  /// How many renamed or skipped tensors are listed before the rest is only counted.
  private static let shownCount = 12

  /// The final report: what was written, renamed and left out, and why.
  public static func report(_ report: ConversionReport) -> Message {
    let plan = report.plan
    var text: Message = """
      \(report.outputPath): \(report.format), \(report.descriptors.count.counted("tensor")), \
      \(report.byteCount.counted("byte")) of values, \(report.outputByteCount) in all, in \(seconds(report.seconds))\
      \(report.wasReadBack ? ", read back and equal" : ", not read back")

      """
    if report.metadata["decant.vocabulary"] != nil { text += "with the vocabulary, so that it can caption by itself\n" }
    if !report.keepsMetadata {
      let advice: Message = report.model.isRecognized ? "; keep word_counts.txt beside it" : ""
      text += "without metadata: checkpoints cannot store it\(advice)\n"
    }
    text += names(plan) + losses(report.losses) + quantized(plan)
    if !plan.unusedRules.isEmpty {
      text += "rules that match nothing: \(Message.list(plan.unusedRules.map { "\($0)" }))\n"
    }
    text += lines(plan.changes.regroupings)
    text += list("renamed", report.renamed.map(renaming))
    text += list("named as before", plan.kept.map(kept))
    text += averages(plan)
    text += list("left out", report.skipped.map { "\($0.name): \($0.reason)" })
    text += list("in another dtype for other programs", report.substituted.map { "\($0.name): \($0.reason)" })
    for note in report.notes { text += list(note.title, note.rows) }
    let likely: Message = "likely for training only, and kept (--drop-likely leaves them out)"
    return text + list(likely, plan.likelyLeftovers.map { "\($0.name): \($0.reason)" })
  }

  /// What a dry run shows: every tensor, before and after, and everything that prevents the conversion.
  public static func plan(_ plan: ConversionPlan) -> Message {
    var text = names(plan)
    text += lines(plan.tensors.map { "\(origins($0)) -> \(tensor($0.target))" })
    text += lines(plan.skipped.map { "left out: \($0.name): \($0.reason)" })
    text += lines(plan.kept.map { "named as before: \(kept($0))" })
    text += lines(plan.likelyLeftovers.map { "likely for training only, and kept: \($0.name): \($0.reason)" })
    text += averages(plan) + quantized(plan)
    text += lines(plan.unruled.map { "no rule matches: \($0)" })
    text += lines(plan.unusedRules.map { "rule \($0) matches nothing" })
    text += lines(plan.collisions.map { "collision: \($0.first) and \($0.second) -> \($0.target)\(rules($0))" })
    text += lines(plan.changes.regroupings)
    if plan.collisions.isEmpty, plan.obstacle != nil {
      return text + "the source does not fit; without --force, nothing would be written\n"
    }
    if plan.collisions.isEmpty {
      let count = plan.tensors.count.counted("tensor")
      return text + "\(count) would be written, \(plan.skipped.count) left out; nothing was written\n"
    }
    return text + "\(plan.collisions.count.counted("collision")); nothing would be written\n"
  }

  /// Which scheme the source's names follow, and which names several tensors share.
  private static func names(_ plan: ConversionPlan) -> Message {
    var text: Message = ""
    if let mapping = plan.mapping {
      text += library(mapping)
    } else if let detected = plan.detected {
      text += "the source's names are those of \(detected.title)\n"
    }
    if let shared = plan.sharedNames { text += "\(shared)\n" }
    return text + Message.lines(plan.sourceNotes.map { "note: \($0)" }, indent: 0, upTo: shownCount)
  }

  /// What became blocks, and what did not.
  private static func quantized(_ plan: ConversionPlan) -> Message {
    let formats = Set(plan.tensors.compactMap(\.quantization?.name)).sorted()
    let count = plan.tensors.count { $0.quantization != nil }
    let text: Message = formats.isEmpty ? "" : "quantized to \(list: formats): \(count.counted("tensor"))\n"
    return text + list("not quantized", plan.unquantized.map { "\($0.name): \($0.reason)" })
  }

  /// Which model the source is, for which class it is written, and what no weight can express.
  private static func library(_ mapping: PackMapping) -> Message {
    let found = mapping.recognition
    var text: Message = "the source is \(found.title) under the names of \(found.pack.libraries[found.library].name)\n"
    let place: Message = mapping.targetClass.name.map { "\(mapping.target.name), \($0)" } ?? "\(mapping.target.name)"
    text += "written under the names of \(place)\n"
    return text + lines(mapping.notes.map { "note: \($0)" }) + lines(mapping.problems.map(\.message))
  }

  /// What `--ema` did, or would do.
  private static func averages(_ plan: ConversionPlan) -> Message {
    guard let averages = plan.averages else {
      guard plan.mapping != nil, plan.unusedAverageCount > 0 else { return "" }
      return """
        note: the source also has \(plan.unusedAverageCount.counted("moving average")) of its weights. Programs often evaluate \
        with these; add --ema to convert them instead.

        """
    }
    let rest: Message =
      averages.without.isEmpty
      ? "every weight has one"
      : "kept as they are, without an average: \(averages.without.count) (\(list: averages.without, upTo: shownCount))"
    return "averages used instead of raw weights: \(averages.pairs.count); \(rest)\n"
  }

  /// What a tensor is made from.
  private static func origins(_ planned: ConversionPlan.Tensor) -> Message {
    if planned.origins.isEmpty { return "(the same in every model)" }
    let rest = planned.origins.count - shownCount
    return planned.origins.prefix(shownCount).map(tensor).joined(separator: " + ") + (rest > 0 ? " + \(rest) more" : "")
  }

  /// Such as ` (rules 2 and 5)`.
  private static func rules(_ collision: NameCollision) -> Message {
    let rules = Set(collision.rules.compactMap { $0 }).sorted()
    return rules.isEmpty ? "" : " (\(rules.count.noun("rule")) \(Message.list(rules.map { "\($0)" })))"
  }

  static func renaming(_ renaming: NameMap.Renaming) -> Message { "\(renaming.from) -> \(renaming.to)" }

  static func kept(_ name: NameMap.Kept) -> Message { "\(name.name): \(name.reason)" }

  private static func tensor(_ tensor: TensorDescriptor) -> Message { "\(tensor.name) \(tensor.dtype) \(tensor.shape)" }

  /// One line for all casts, and one for each of the worst.
  private static func losses(_ losses: [String: CastLoss]) -> Message {
    guard !losses.isEmpty else { return "" }
    let sums = losses.values.reduce((overflow: 0, underflow: 0)) {
      ($0.overflow + $1.overflowCount, $0.underflow + $1.underflowCount)
    }
    let worst = losses.sorted { a, b in
      (b.value.overflowCount, b.value.largestRelativeError, a.key)
        < (a.value.overflowCount, a.value.largestRelativeError, b.key)
    }
    let rows = worst.filter { $0.value.largestRelativeError > 0 || $0.value.overflowCount > 0 }.prefix(3).map {
      name, loss -> Message in
      "\(name): largest relative error \(number(loss.largestRelativeError)), \(loss.overflowCount) overflowed, "
        + "\(loss.underflowCount) became 0"
    }
    return """
      cast to \(list: Set(losses.values.map(\.to.name)).sorted()): \(losses.count.counted("tensor")), \
      \(sums.overflow.counted("value")) overflowed, \(sums.underflow) became 0
      \(Message.lines(rows))
      """
  }

  /// Two significant digits, such as `4.9e-04`.
  private static func number(_ value: Double) -> String { DecimalText.scientific(value, decimals: 1) }

  private static func lines(_ lines: [Message]) -> Message { .lines(lines, indent: 0) }

  /// A title with the number of rows, and the first of them; empty if there are none.
  static func list(_ title: Message, _ rows: [Message]) -> Message {
    rows.isEmpty ? "" : "\(title): \(rows.count)\n\(Message.lines(rows, upTo: shownCount))"
  }

  /// A note on one line, with the first of its rows.
  static func sentence(_ note: OutputNote) -> Message {
    "\(note.title): \(note.rows.count) (\(list: note.rows.map(\.text), upTo: shownCount))"
  }

  private static func seconds(_ seconds: Double) -> String {
    let hundredths = Int((seconds * 100).rounded())
    let fraction = hundredths % 100
    return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction) s"
  }
}
