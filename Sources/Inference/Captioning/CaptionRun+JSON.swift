internal import Files
internal import Foundation
internal import Messages
internal import Vocabulary

extension CaptionRun {
  /// Several runs as JSON, one caption per line. The same runs give the same bytes.
  ///
  /// - Parameters:
  ///   - runs: at least one.
  ///   - model: the path that the weights came from.
  ///   - markers: how `<S>` and `</S>` were taken; nil to leave that out.
  /// - Returns: the text with a line end.
  public static func json(_ runs: [CaptionRun], model: String, markers: MarkerUse? = nil) -> String {
    let runTexts = runs.map { run in
      let images = run.images.map(\.json).joined(separator: ",\n")
      return """
            {
              "beam_size": \(run.options.beamSize),
              "max_length": \(run.options.maximumLength),
              "length_normalization": \(run.options.lengthNormalization),
              "images": [
        \(images)
              ]
            }
        """
    }
    return """
      {
        "model": \(jsonText(model)),\(markers.map { "\n  \"markers\": \($0.json)," } ?? "")
        "runs": [
      \(runTexts.joined(separator: ",\n"))
        ]
      }

      """
  }

  /// Reads a file of runs.
  ///
  /// - Throws: `CaptionError.Reason.notAnExpectation` if it is not one; `FileError` if it cannot be read.
  public static func read(path: String) throws -> [CaptionRun] {
    let file = try InputFile(path: path)
    guard file.byteCount <= maximumByteCount else {
      throw CaptionError(.notAnExpectation("it has \(file.byteCount.counted("byte"))"), path: path)
    }
    do {
      let data = Data(try file.read(at: 0, count: file.byteCount))
      return try JSONDecoder().decode(FileContent.self, from: data).runs.map { try CaptionRun($0, path: path) }
    } catch let error as DecodingError {
      throw CaptionError(.notAnExpectation(words(error)), path: path)
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
              // Files of other programs do not say; complete captions are what a search returns if it can.
              isComplete: caption.isComplete ?? true),
            text: caption.text)
        }
        return Image(file: image.file, path: image.path, captions: captions, error: image.error)
      })
  }

  private static func words(_ error: DecodingError) -> String {
    func place(_ context: DecodingError.Context) -> String {
      let path = context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
      return path.isEmpty ? "" : " at \(path)"
    }
    switch error {
    case .keyNotFound(let key, let context): return "'\(key.stringValue)' is missing\(place(context))"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      return "found a value of another type\(place(context))"
    case .dataCorrupted(let context): return "it is not JSON\(place(context))"
    @unknown default: return "it is not JSON"
    }
  }

  /// What the file holds, by its own names.
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
      var isComplete: Bool?

      enum CodingKeys: String, CodingKey {
        case ids, text, logprob, score
        case isComplete = "complete"
      }
    }

    var runs: [Run]
  }
}

extension MarkerUse {
  fileprivate var json: String {
    func member(_ name: String, _ text: String) -> String { "\"\(name)\": \(jsonText(text))" }
    let members = [
      member("verdict", statement.verdict), member("certainty", statement.certainty),
      "\"confidence\": \(statement.confidence)", member("used", isExchanged ? "exchanged" : "as-given"),
      member("summary", statement.summary), member("explanation", statement.explanation),
      member("remedy", statement.remedy),
      "\"commands\": [" + statement.commands.map(jsonText).joined(separator: ", ") + "]",
    ]
    return "{\n    " + members.joined(separator: ",\n    ") + "\n  }"
  }
}

extension CaptionRun.Image {
  fileprivate var json: String {
    var members = ["\"file\": \(jsonText(file))"]
    if let path { members.append("\"path\": \(jsonText(path))") }
    if let error { members.append("\"error\": \(jsonText(error))") }
    if let captions {
      let lines = captions.map { "            \($0.json)" }.joined(separator: ",\n")
      members.append("\"captions\": [" + (lines.isEmpty ? "" : "\n\(lines)\n          ") + "]")
    }
    return "        {\n          " + members.joined(separator: ",\n          ") + "\n        }"
  }
}

extension PrintedCaption {
  fileprivate var json: String {
    let ids = caption.ids.map(String.init).joined(separator: ", ")
    return "{\"text\": \(jsonText(text)), \"probability\": \(caption.probability), \"logprob\": \(caption.logprob), "
      + "\"score\": \(caption.score), \"complete\": \(caption.isComplete), \"ids\": [\(ids)]}"
  }
}

/// A string as JSON writes it, with what could disturb a terminal escaped too.
private func jsonText(_ text: String) -> String {
  JSONText.string(text).escapedForDisplayInJSON
}
