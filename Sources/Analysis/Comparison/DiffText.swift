public import Messages
internal import Tensors

/// Differences as text for a terminal.
public enum DiffText {
  /// The report: what was compared, a line of counts, then each kind of difference.
  ///
  /// - Parameters:
  ///   - diff: the differences.
  ///   - leftPath: what the person typed for the left source.
  ///   - rightPath: the same for the right.
  ///   - limit: how many lines of each kind of difference are shown before the rest is only counted; nil for all.
  /// - Returns: lines, each ended by a line break.
  public static func report(_ diff: SourceDiff, leftPath: String, rightPath: String, limit: Int? = 20) -> Message {
    var text = header(diff, leftPath, rightPath)
    if let prepared = diff.prepared {
      text += "A is shown as 'decant convert' writes it with these options: \(prepared.text)\n"
    }
    if let note = diff.namingNote { text += "Paired by the names in the files: \(note)\n" }
    text += "\n\(summary(diff))\n"
    text += section("Cannot be read", diff.failures, limit) { Message.lines($0.map { "\($0.error)" }) }
    text += section("Only in A", diff.onlyInLeft, limit, oneSided)
    text += section("Only in B", diff.onlyInRight, limit, oneSided)
    text += section("Different dtype or shape", diff.kindChanges, limit, kinds)
    text += section("Different values, largest change first", diff.valueChanges, limit, values)
    text += section("Within the tolerance, largest change first", diff.withinTolerance, limit, values)
    if let remainder = diff.graphRemainder { text += graph(remainder, diff.setAside, limit) }
    text += section("Not compared: no plain values", diff.notCompared, limit) { Message.lines($0.map { "\($0)" }) }
    return text
  }

  private static func header(_ diff: SourceDiff, _ leftPath: String, _ rightPath: String) -> Message {
    var table = TextTable([.left, .left, .left])
    for (letter, path, side) in [("A", leftPath, diff.left), ("B", rightPath, diff.right)] {
      table.add([
        "\(letter)", "\(path)",
        "\(side.format), \(HumanText.count(side.tensorCount, "tensor")), \(HumanText.bytes(side.byteCount))",
      ])
    }
    return table.render()
  }

  /// Such as `381 tensors equal, 1 with different values, 1 only in A.`
  private static func summary(_ diff: SourceDiff) -> Message {
    var parts: [Message] = ["\(HumanText.count(diff.equalCount, "tensor")) equal"]
    func add(_ count: Int, _ words: Message) {
      if count > 0 { parts.append("\(HumanText.grouped(count)) \(words)") }
    }
    if let tolerance = diff.options.tolerance {
      add(diff.withinTolerance.count, "within the tolerance of \(tolerance)")
    }
    add(diff.valueChanges.count, "with different values")
    add(diff.kindChanges.count, "with a different dtype or shape")
    add(diff.onlyInLeft.count, "only in A")
    add(diff.onlyInRight.count, "only in B")
    add(diff.notCompared.count, "not compared")
    add(diff.failures.count, diff.failures.count == 1 ? "failure" : "failures")
    return "\(parts.joined(separator: ", "))."
  }

  private static func section<Row>(
    _ title: Message, _ rows: [Row], _ limit: Int?, _ body: ([Row]) -> Message
  ) -> Message {
    guard !rows.isEmpty else { return "" }
    let shown = Array(rows.prefix(limit ?? rows.count))
    let rest = rows.count - shown.count
    let tail: Message = rest > 0 ? "  … and \(HumanText.grouped(rest)) more\n" : ""
    return "\n\(title): \(HumanText.grouped(rows.count))\n\(body(shown))\(tail)"
  }

  private static func oneSided(_ rows: [SourceDiff.OneSided]) -> Message {
    var table = TextTable([.left, .left, .left])
    // Tensors of the model come first; those that only training needs come with their reason.
    for row in rows.filter({ $0.leftoverReason == nil }) + rows.filter({ $0.leftoverReason != nil }) {
      let reason: Message = row.leftoverReason.map { "training only: \($0)" } ?? ""
      table.add(["\(row.descriptor.name)", kind(row.descriptor), reason])
    }
    return table.render(indent: 2)
  }

  /// What one side has and the other may lack, if one side is a frozen graph.
  private static func graph(_ remainder: GraphRemainder, _ rows: [SourceDiff.OneSided], _ limit: Int?) -> Message {
    let (graph, other) = remainder.isLeft ? ("A", "B") : ("B", "A")
    let unused = Set(remainder.unused)
    var text = section(
      "Only in \(other), and not needed by the outputs of the graph \(graph)",
      rows.filter { unused.contains($0.descriptor.name) }, limit, oneSided)
    if !remainder.otherConstants.isEmpty {
      let count = HumanText.count(remainder.otherConstants.count, "other constant")
      text += "\n\(count) of the graph \(graph), not compared: not weights\n"
    }
    if let example = remainder.namedAfterReads.first {
      text += """

        \(HumanText.count(remainder.namedAfterReads.count, "weight")) of the graph \(graph) cannot be matched by name: \
        TensorFlow 2 froze them under the names of the operations that read them, such as '\(example)'.

        """
    }
    return text
  }

  private static func kinds(_ rows: [SourceDiff.Change]) -> Message {
    var table = TextTable([.left, .left, .left, .left, .left])
    for row in rows {
      table.add(["\(row.name)", kind(row.left), "->", kind(row.right), effect(row)])
    }
    return table.render(indent: 2)
  }

  /// What a different dtype does to the values.
  private static func effect(_ change: SourceDiff.Change) -> Message {
    guard change.left.shape == change.right.shape else { return "" }
    guard let values = change.values else {
      return change.left.dtype.isNumeric && change.right.dtype.isNumeric
        && change.left.dtype.numbersPerElement == change.right.dtype.numbersPerElement ? "same numbers" : ""
    }
    let largest: Message = values.maximumAbsolute.map { ", by at most \(short($0))" } ?? ""
    return "\(count(values)) differ\(largest)"
  }

  private static func values(_ rows: [SourceDiff.Change]) -> Message {
    var table = TextTable([.left, .right, .right, .right, .right, .left, .left, .right, .right])
    table.add(["", "differ", "max abs", "max rel", "ulp", "first at", "largest at", "A", "B"])
    for row in rows {
      guard let values = row.values else { continue }
      let shown = values.largest ?? values.first
      table.add([
        "\(row.name)", count(values), values.maximumAbsolute.map(short) ?? special(values),
        values.maximumRelative.map(short) ?? "", values.maximumULP.map { grouped($0) } ?? "",
        place(values.first), place(shown), clipped(shown.left), clipped(shown.right),
      ])
      if values.maximumAbsolute != nil, values.nanCount + values.infinityCount > 0 {
        table.add(["  \(special(values))"])
      }
    }
    return table.render(indent: 2)
  }

  private static func place(_ element: ValueChange.ElementPair) -> Message {
    "\(element.index.description)"
  }

  private static func special(_ values: ValueChange) -> Message {
    let parts = [(values.nanCount, "NaN"), (values.infinityCount, "infinite")].filter { $0.0 > 0 }
    return parts.map { part -> Message in "\(HumanText.grouped(part.0)) \(part.1)" }.joined(separator: ", ")
  }

  private static func kind(_ descriptor: TensorDescriptor) -> Message { "\(descriptor.dtype) \(descriptor.shape)" }

  /// Such as `12 (0.3 %)`.
  private static func count(_ values: ValueChange) -> Message {
    let percent = values.share * 100
    let share: Message =
      percent >= 99.95 && values.differingCount < values.elementCount ? ">99.9" : HumanText.percent(percent)
    return "\(HumanText.grouped(values.differingCount)) (\(share) %)"
  }

  private static func short(_ value: Double) -> Message { HumanText.significant(value, 3) }

  private static func grouped(_ number: UInt64) -> Message {
    Int(exactly: number).map(HumanText.grouped) ?? "\(number)"
  }

  /// Clipped, because a string element may be a page long.
  private static func clipped(_ text: String) -> Message {
    text.count > 24 ? "\(text.prefix(23))…" : "\(text)"
  }
}
