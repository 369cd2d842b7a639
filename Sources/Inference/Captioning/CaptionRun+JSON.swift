package import Engine
internal import Files
internal import Essentials
package import Messages
internal import Vocabulary

extension CaptionRun {
  /// Several runs as JSON, one caption per line. The same runs give the same bytes.
  ///
  /// - Parameters:
  ///   - runs: at least one.
  ///   - model: the path that the weights came from.
  ///   - engine: what computed the captions; nil to leave that out.
  ///   - markers: how `<S>` and `</S>` were used; nil to leave that out.
  /// - Returns: the text, with a line break at its end.
  package static func json(
    _ runs: [CaptionRun], model: String, engine: EngineSettings? = nil, markers: MarkerUse? = nil
  ) -> Message {
    value(runs, model: model, engine: engine, markers: markers).document
  }

  /// The same as a value, for a document that holds more.
  package static func value(
    _ runs: [CaptionRun], model: String, engine: EngineSettings? = nil, markers: MarkerUse? = nil
  ) -> JSONValue {
    .object([
      ("model", .string(model)), ("engine", engine?.json), ("markers", markers?.json),
      ("runs", .array(runs.map(\.json))),
    ])
  }

  /// Reads a file of runs.
  ///
  /// - Throws: `CaptionDefect.notAnExpectation` if it is not one; `FileError` if it cannot be read.
  public static func read(path: String) throws -> [CaptionRun] {
    let file = try InputFile(path: path)
    guard file.byteCount <= maximumByteCount else {
      throw CaptionError(.notAnExpectation("it has \(file.byteCount.counted("byte"))"), file: path)
    }
    do {
      let data = Data(try file.read(at: 0, count: file.byteCount))
      return try JSONDecoder().decode(FileContent.self, from: data).runs.map { try CaptionRun($0, path: path) }
    } catch let error as DecodingError {
      throw CaptionError(.notAnExpectation(words(error)), file: path)
    }
  }

  /// Far more than captions of thousands of images.
  private static let maximumByteCount = 256 << 20

  private init(_ content: FileContent.Run, path: String) throws {
    let options = try CaptionOptions(
      beamSize: content.beamSize, maximumLength: content.maximumLength,
      lengthNormalization: content.lengthNormalization)
    self.init(
      options: options,
      images: content.images.map { image in
        let captions = image.captions?.map { caption in
          PrintedCaption(
            caption: Caption(
              ids: caption.ids, logprob: caption.logprob, score: caption.score ?? caption.logprob,
              // Other programs' files do not say so, but a search returns complete captions if it can.
              isComplete: caption.complete ?? true),
            text: caption.text)
        }
        return Image(file: image.file, path: image.path, captions: captions, error: image.error)
      })
  }

  private static func words(_ error: DecodingError) -> Message {
    func place(_ context: DecodingError.Context) -> Message {
      let path = context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
      return path.isEmpty ? "" : " at \(path)"
    }
    return switch error {
    case .keyNotFound(let key, let context): "'\(key.stringValue)' is missing\(place(context))"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      "found a value of the wrong type\(place(context))"
    case .dataCorrupted(let context): "it is not JSON\(place(context))"
    @unknown default: "it is not JSON"
    }
  }

  /// The content of the file, under its own names.
  private struct FileContent: Decodable {
    struct Run: Decodable {
      var beamSize: Int
      var maximumLength: Int
      var lengthNormalization: Double
      var images: [Image]

      enum CodingKeys: String, CodingKey {
        case beamSize = "beam_size"
        case maximumLength = "max_length"
        case lengthNormalization = "length_normalization"
        case images
      }
    }

    struct Image: Decodable {
      var file: String
      var path: String?
      var captions: [Caption]?
      var error: String?
    }

    struct Caption: Decodable {
      var ids: [Int]
      var text: String
      var logprob: Double
      var score: Double?
      var complete: Bool?
    }

    var runs: [Run]
  }
}

extension MarkerUse {
  fileprivate var json: JSONValue {
    .object([
      ("verdict", .string(statement.verdict)), ("certainty", .string(statement.certainty)),
      ("confidence", .number(statement.confidence)), ("used", .string(isExchanged ? "exchanged" : "as-given")),
      ("summary", .string(statement.summary.text)), ("explanation", .string(statement.explanation.text)),
      ("remedy", .string(statement.remedy.text)),
      ("commands", .inLine(.array(statement.commands.map(JSONValue.string)))),
    ])
  }
}

extension CaptionRun {
  fileprivate var json: JSONValue {
    .object([
      ("beam_size", .integer(options.beamSize)), ("max_length", .integer(options.maximumLength)),
      ("length_normalization", .number(options.lengthNormalization)), ("images", .array(images.map(\.json))),
    ])
  }
}

extension CaptionRun.Image {
  fileprivate var json: JSONValue {
    .object([
      ("file", .string(file)), ("path", path.map(JSONValue.string)), ("error", error.map(JSONValue.string)),
      ("captions", captions.map { .array($0.map(\.json)) }),
    ])
  }
}

extension PrintedCaption {
  /// The members of a caption's JSON object.
  package var jsonMembers: [(key: String, value: JSONValue?)] {
    [
      ("text", .string(text)), ("probability", .number(caption.probability)), ("logprob", .number(caption.logprob)),
      ("score", .number(caption.score)), ("complete", .boolean(caption.isComplete)),
      ("ids", .array(caption.ids.map(JSONValue.integer))),
    ]
  }

  fileprivate var json: JSONValue { .inLine(.object(jsonMembers)) }
}
