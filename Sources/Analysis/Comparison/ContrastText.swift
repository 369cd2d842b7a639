package import Messages
internal import Tensors

/// What differs between two sources, in a sentence or two.
package enum ContrastText {
  /// Such as `312 of 380 tensors are bit-equal. The largest change is in logits/biases: 12 % of its root mean square.`
  package static func summary(_ contrast: SourceContrast) -> Message {
    let diff = contrast.diff
    let total = contrast.comparedCount
    guard total > 0 else { return nothingCompared(diff) }
    var sentences: [Message] = [equality(contrast, total)]
    if let change = contrast.largestChange, let measure = change.measure {
      sentences.append("The largest change is in \(cut(change.difference.name)): \(size(measure)).")
    }
    let broken = contrast.changes.count { $0.breaksNumbers }
    if broken > 0 {
      sentences.append(
        "\(HumanText.count(broken, "tensor")) \(broken.noun("has", "have")) NaN or infinite values on only one side.")
    }
    let alone = diff.onlyInLeft.count + diff.onlyInRight.count
    if alone > 0 {
      sentences.append("\(HumanText.count(alone, "tensor")) \(alone.noun("is", "are")) on one side only.")
    }
    if !diff.failures.isEmpty { sentences.append(failed(diff)) }
    return sentences.joined(separator: " ")
  }

  /// A relative change in words, such as `12 % of its root mean square`.
  package static func size(_ measure: ChangeMeasure) -> Message {
    measure.relative.isFinite
      ? "\(HumanText.percent(100 * measure.relative)) % of its root mean square" : "all its values were zero"
  }

  private static func equality(_ contrast: SourceContrast, _ total: Int) -> Message {
    let equal = contrast.unchanged.count
    let words: Message = contrast.diff.options.ignoresDTypes ? "the same numbers" : "bit-equal"
    let recast = contrast.recast.count
    let others: Message =
      recast == 0
      ? "" : "; \(HumanText.grouped(recast)) \(recast.noun("has", "have")) the same numbers in another dtype"
    if total == 1 { return "The only tensor on both sides \(equal == 1 ? "is \(words)" : "differs" as Message)." }
    if equal == total { return "All \(HumanText.grouped(total)) tensors are \(words)." }
    let start: Message = equal == 0 ? "None" : HumanText.grouped(equal)
    return "\(start) of \(HumanText.count(total, "tensor")) \(equal < 2 ? "is" : "are" as Message) \(words)\(others)."
  }

  private static func nothingCompared(_ diff: SourceDiff) -> Message {
    if !diff.failures.isEmpty { return "No tensor was compared. \(failed(diff))" }
    if diff.left.tensorCount == 0 || diff.right.tensorCount == 0 {
      let side: Message = diff.left.tensorCount == 0 ? "A" : "B"
      return "No tensor was compared: \(side) has none."
    }
    return """
      No tensor was compared: no name is on both sides. If B was converted from A under other names, give the options of the \
      conversion, such as --names or --rename.
      """
  }

  private static func failed(_ diff: SourceDiff) -> Message {
    let count = diff.failures.count
    return "\(HumanText.count(count, "failure")): not everything can be read, so this report is incomplete."
  }

  private static func cut(_ name: String) -> Message {
    let start = name.prefix(80)
    return start.endIndex == name.endIndex ? "\(name)" : "\(String(start))…"
  }
}
