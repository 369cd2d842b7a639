internal import Bytes
internal import Checkpoints
internal import Conversion
internal import Messages
internal import Tensors

/// Reports of recoveries as text for a terminal.
public enum RecoveryText {
  /// What was salvaged, what is gone, what is in doubt, and what was written.
  ///
  /// - Parameters:
  ///   - report: what happened.
  ///   - limit: lines of each list before the rest is only counted; nil for all.
  /// - Returns: lines, each ended by a line break.
  public static func report(_ report: RecoveryReport, limit: Int? = 20) -> String {
    let salvage = report.salvage
    var text = "\(report.path.escapedForDisplay): TensorFlow \(salvage.version.rawValue) checkpoint\n"
    text += "\n" + summary(salvage) + "\n"
    text += section("Gone", salvage.gone, limit) { "\($0.name.escapedForDisplay): \($0.reason.escapedForDisplay)" }
    text += section("Bytes in which something is lost", salvage.lost, limit) { lost in
      let file = lost.file.split(separator: "/").last.map(String.init) ?? lost.file
      return "\(file.escapedForDisplay): from \(HumanText.grouped(lost.range.lowerBound)) to "
        + "\(HumanText.grouped(lost.range.upperBound)), \(HumanText.bytes(lost.range.count))"
    }
    let doubts = salvage.doubts.sorted { $0.key.precedesInBytes($1.key) }
    text += section("In doubt, values apart", doubts, limit) { name, doubts in
      "\(name.escapedForDisplay): \(doubts.map(words).joined(separator: "; "))"
    }
    for note in report.notes { text += "\nnote: \(note)\n" }
    if let conversion = report.conversion {
      text +=
        "\nWritten: \(conversion.outputPath.escapedForDisplay), \(conversion.format), "
        + "\(HumanText.count(conversion.descriptors.count, "tensor")), read back and equal.\n"
      text += section("Left out of it", conversion.skipped, limit) {
        "\($0.name.escapedForDisplay): \($0.reason.escapedForDisplay)"
      }
    } else if !salvage.source.descriptors.isEmpty {
      text += "\nNothing was written; name an output with -o.\n"
    }
    return text
  }

  private static func summary(_ salvage: CheckpointSalvage) -> String {
    let tensors = salvage.source.descriptors
    let bytes = tensors.reduce(0) { $0.addingChecked($1.byteCount) ?? .max }
    let known = tensors.count + salvage.gone.count
    let list =
      salvage.isListProven
      ? "The list of tensors is intact, so no others were saved."
      : "The list of tensors is damaged; there may have been others."
    guard !tensors.isEmpty else { return "Nothing could be salvaged. \(list)" }
    let whole = salvage.gone.isEmpty ? "" : " of \(HumanText.grouped(known))"
    return
      "Salvaged: \(HumanText.grouped(tensors.count))\(whole) \(tensors.count.noun("tensor")), \(HumanText.bytes(bytes)), "
      + "every value proven by its checksum. \(list)"
  }

  private static func section<Row>(_ title: String, _ rows: [Row], _ limit: Int?, _ line: (Row) -> String) -> String {
    guard !rows.isEmpty else { return "" }
    let rest = rows.count - min(limit ?? rows.count, rows.count)
    return "\n\(title): \(HumanText.grouped(rows.count))\n"
      + rows.prefix(limit ?? rows.count).map { "  \(line($0))\n" }.joined()
      + (rest > 0 ? "  … and \(HumanText.grouped(rest)) more\n" : "")
  }

  private static func words(_ doubt: SalvageDoubt) -> String {
    switch doubt {
    case .assumedDType(let dtype): "dtype \(dtype) is assumed"
    case .lostShape(let rank):
      "the shape is lost; it had \(rank) axes, and the elements are in their order along the first"
    case .unprovenCompleteness: "it was saved in slices, of which there may have been more"
    }
  }
}
