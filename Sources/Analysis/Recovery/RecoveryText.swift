internal import Bytes
internal import Checkpoints
internal import Conversion
internal import Files
public import Messages
internal import Tensors

/// Reports of recoveries as text for a terminal.
public enum RecoveryText {
  /// What was salvaged, what is gone, what is in doubt, and what was written.
  ///
  /// - Parameters:
  ///   - report: what happened.
  ///   - limit: how many lines of each list are shown before the rest is only counted; nil for all.
  /// - Returns: lines, each ended by a line break.
  public static func report(_ report: RecoveryReport, limit: Int? = 20) -> Message {
    let salvage = report.salvage
    var text: Message = "\(report.path): \(format(of: salvage))\n\n\(summary(salvage))\n"
    text += section("Gone", salvage.gone, limit) { "\($0.name): \($0.reason)" }
    text += section("Bytes where something is lost", salvage.lost, limit) { lost in
      "\(lost.file.lastPart): from \(HumanText.grouped(lost.range.lowerBound)) to "
        + "\(HumanText.grouped(lost.range.upperBound)), \(HumanText.bytes(lost.range.count))"
    }
    let doubts = salvage.doubts.sorted { $0.key.precedesInBytes($1.key) }
    let title: Message = salvage.version == nil ? "In doubt" : "In doubt, except for the values"
    text += section(title, doubts, limit) { name, doubts in
      "\(name): \(doubts.map(words).joined(separator: "; "))"
    }
    for note in report.notes { text += "\nnote: \(note)\n" }
    if let conversion = report.conversion {
      text += """

        Written: \(conversion.outputPath), \(conversion.format), \
        \(HumanText.count(conversion.descriptors.count, "tensor")), read back and equal.

        """
      text += section("Left out of the output", conversion.skipped, limit) { "\($0.name): \($0.reason)" }
    } else if !salvage.source.descriptors.isEmpty {
      text += "\nNothing was written. Name an output with -o.\n"
    }
    return text
  }

  private static func format(of salvage: Salvage) -> Message {
    guard let version = salvage.version else { return "\(salvage.source.format)" }
    // A V1 checkpoint begins like nothing else, so any file may be a damaged one.
    let isAnyFile = version == .v1 && salvage.source.descriptors.isEmpty && salvage.gone.isEmpty
    return isAnyFile
      ? "no block of a TensorFlow checkpoint, and no other weights; run 'decant doctor' on it to see what it is"
      : "TensorFlow \(version.rawValue) checkpoint"
  }

  private static func summary(_ salvage: Salvage) -> Message {
    let tensors = salvage.source.descriptors
    let bytes = tensors.reduce(0) { $0.addingChecked($1.byteCount) ?? .max }
    let known = tensors.count + salvage.gone.count
    let list: Message =
      salvage.isListProven
      ? "The list of tensors is intact, so no others were saved."
      : "The list of tensors is damaged; there may have been others."
    guard !tensors.isEmpty else { return "Nothing could be salvaged. \(list)" }
    let proof: Message =
      salvage.version != nil || salvage.source.hasChecksums
      ? "every value proven by its checksum"
      : salvage.doubts.isEmpty ? "read without an error" : "read, but without proof that the values are right"
    let whole: Message = salvage.gone.isEmpty ? "" : " of \(HumanText.grouped(known))"
    return """
      Salvaged: \(HumanText.grouped(tensors.count))\(whole) \(tensors.count.noun("tensor")), \(HumanText.bytes(bytes)), \
      \(proof). \(list)
      """
  }

  private static func section<Row>(
    _ title: Message, _ rows: [Row], _ limit: Int?, _ line: (Row) -> Message
  ) -> Message {
    rows.isEmpty ? "" : "\n\(title): \(HumanText.grouped(rows.count))\n\(Message.lines(rows.map(line), upTo: limit))"
  }

  private static func words(_ doubt: SalvageDoubt) -> Message {
    switch doubt {
    case .assumedDType(let dtype): "dtype \(dtype) is assumed"
    case .lostShape(let rank):
      "the shape is lost: it had \(rank) axes; the elements are in their original order along the first"
    case .unprovenValues: "the damage may be in its values"
    case .unprovenCompleteness: "it was saved in slices, and there may have been more of them"
    }
  }
}
