internal import Essentials
package import Inspection
internal import Messages
package import Patterns
package import Tensors

extension FileWorker {
  /// Inspects checkpoints, weight files and graphs: `{"id", "source"}`. The report is the document of
  /// `decant inspect --json`, on one line.
  ///
  /// - Parameters:
  ///   - layout: what is shown of each tensor.
  ///   - order: the order of the tensors.
  ///   - match: an expression that the names must match; nil for all tensors.
  ///   - reading: how sources are read.
  /// - Returns: the worker.
  package static func inspecting(
    layout: SourceInspection.Layout, order: TensorOrder, match: NamePattern?, reading: ReadOptions
  ) -> FileWorker {
    FileWorker(members: ["source"]) { request in
      let path = try request.path("source")
      let document =
        if let graphs = try GraphFile(path: path) {
          graphs.document
        } else {
          try SourceInspection(of: path, layout: layout, order: order, match: match, options: reading).document
        }
      return [("report", try line(document))]
    }
  }

  /// A document on one line, with the members that it has as text of its own.
  private static func line(_ document: InspectDocument) throws -> Message {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    return JSONText.message(of: String(decoding: try encoder.encode(document), as: UTF8.self))
  }
}
