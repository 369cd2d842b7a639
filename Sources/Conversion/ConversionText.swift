internal import Bytes
internal import ModelMapping
internal import Tensors

/// Conversion reports as text for a terminal.
public enum ConversionText {
  /// Lines of renamed or skipped tensors before the rest is only counted.
  private static let shownCount = 12

  /// The closing report: what was written, renamed and left out, and why.
  public static func report(_ report: ConversionReport) -> String {
    var lines = [
      "\(report.outputPath.escapedForDisplay): \(report.format), \(report.descriptors.count) tensors, "
        + "\(report.byteCount) bytes of values, \(report.outputByteCount) in all, in \(seconds(report.seconds))"
        + (report.wasReadBack ? ", read back and equal" : ", not read back")
    ]
    if report.metadata["decant.vocabulary"] != nil {
      lines.append("with the vocabulary, so that it can caption by itself")
    }
    if !report.keepsMetadata {
      lines.append("without metadata: a checkpoint has no place for it; keep word_counts.txt beside it")
    }
    lines += list("renamed", report.renamed.map { "\($0.from.escapedForDisplay) -> \($0.to.escapedForDisplay)" })
    lines += list("left out", report.skipped.map { "\($0.name.escapedForDisplay): \($0.reason)" })
    return lines.joined(separator: "\n")
  }

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
