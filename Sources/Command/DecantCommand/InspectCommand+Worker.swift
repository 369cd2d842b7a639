import ArgumentParser
import Inspection
import Workers

/// `decant inspect --worker`: reports for another program.
extension InspectCommand {
  /// What is shown of each variable.
  var layout: SourceInspection.Layout { stats ? .statistics : flat ? .flat : .tree }

  func validateWorker() throws {
    guard worker else {
      if source == nil { throw ValidationError("Missing expected argument '<path>'") }
      return
    }
    if source != nil { throw ValidationError("--worker takes paths from standard input; remove the path.") }
    guard values == nil, show.isEmpty, !verify, !plan, !graphOptions.isWanted, !json else {
      throw ValidationError(
        "--worker prints JSON lines, with --stats, --flat, --match and --sort; remove the other options.")
    }
  }

  /// Inspects what standard input asks for.
  func serve() throws {
    let service = FileWorker.inspecting(
      layout: layout, order: sort, match: try match.map(expression), reading: reading.value)
    try WorkerRun.on(FileWorker.input(), service.run)
  }
}
