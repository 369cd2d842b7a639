import ArgumentParser
import Comparison
import Conversion
import Files
import Messages
import Pages
import TensorFiles
import Tensors
import Verification

/// `decant report A B`: what changed.
extension ReportCommand {
  /// Writes the page about what changed from `path` to another source.
  ///
  /// - Throws: also `ExitCode` if something cannot be read. Differences are what the page is for, not a failure.
  func writeComparison(with other: String) throws {
    let sources = (
      try TensorFile.open(path, options: reading.value), try TensorFile.open(other, options: reading.value)
    )
    let shown = try converted.conversion().map { try ConvertedSource(sources.0, options: $0, comparedWith: sources.1) }
    let left: any TensorSource = shown ?? sources.0
    let contrast = try ProgressLine.during { line in
      try SourceContrast(
        left, sources.1, options: comparing.value, prepared: shown.map(PreparedNames.init),
        detailCount: details
      ) { done, total in
        line.update("comparing \(HumanText.bytes(done)) of \(HumanText.bytes(total))")
      }
    }
    let comparison = ComparisonPage(contrast, paths: ComparisonPage.Paths(left: path, right: other))
    let byteCount = try outputs.make(output) {
      try comparison.page.write(to: output, replacesExisting: force, sources: sources.0.files + sources.1.files)
    }
    Console.print("\(output): \(HumanText.bytes(byteCount)). \(ContrastText.summary(contrast))")
    guard contrast.diff.failures.isEmpty else { throw ExitCode(ErrorCategory.mismatch.rawValue) }
  }
}
