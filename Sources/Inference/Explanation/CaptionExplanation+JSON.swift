internal import Captioning
package import Engine
internal import Images
package import Messages

extension CaptionExplanation {
  /// The explanation as JSON, as `Schemas/explain.schema.json` describes it. The same explanation gives the same bytes.
  ///
  /// - Parameters:
  ///   - model: the path that the weights came from.
  ///   - path: the picture's path.
  ///   - engine: what computed the caption.
  /// - Returns: the text, with a line break at its end.
  package func json(model: String, path: String, engine: EngineSettings) -> Message {
    JSONValue.object([
      ("model", .string(model)), ("path", .string(path)), ("engine", engine.json), ("caption", .string(caption.text)),
      ("probability", .number(caption.caption.probability)), ("logprob", .number(caption.caption.logprob)),
      ("complete", .boolean(caption.caption.isComplete)), ("grid", grid.json), ("words", .array(words.map(\.json))),
    ]).document
  }
}

extension PatchGrid {
  fileprivate var json: JSONValue {
    func edges(_ extents: [ClosedRange<Double>]) -> JSONValue {
      .inLine(.array((extents.prefix(1).map(\.lowerBound) + extents.map(\.upperBound)).map(JSONValue.number)))
    }
    return .object([
      ("side", .integer(side)), ("orientation", .integer(Int(orientation.rawValue))), ("column_edges", edges(columns)),
      ("row_edges", edges(rows)),
    ])
  }
}

extension CaptionExplanation.Word {
  fileprivate var json: JSONValue {
    .object([
      ("word", .string(text)), ("id", .integer(id)), ("probability", .number(probability)),
      ("strongest", strongestJSON),
      (
        "drops",
        .array(
          (0..<map.grid.side).map { row in
            .inLine(.array(map.drops[row * map.grid.side..<(row + 1) * map.grid.side].map(JSONValue.number)))
          })
      ),
    ])
  }

  private var strongestJSON: JSONValue? {
    guard let patch = map.strongest, let hidden = probabilityWithoutStrongest else { return nil }
    return .inLine(
      .object([
        ("row", .integer(patch.row)), ("column", .integer(patch.column)), ("region", .string(patch.region.name)),
        ("drop", .number(patch.drop)), ("probability", .number(hidden)),
      ]))
  }
}
