internal import Captioning
internal import Engine
internal import Messages
internal import Vocabulary

/// The captions of one picture, as an answer has them.
struct CaptionAnswer {
  let captions: [PrintedCaption]
  let vocabulary: Vocabulary
  /// The decoder's warning about a picture that it decoded anyway.
  let warning: String?

  /// The captions in JSON: each as `decant caption --json` prints it, and its words one by one.
  var json: JSONValue {
    .array(
      captions.map { caption in
        let words = caption.caption.printedIDs.map { JSONValue.string(vocabulary.word($0)) }
        return .object(caption.jsonMembers + [("words", .array(words))])
      })
  }
}

/// What all answers of a worker have in common.
struct AnswerOrigin {
  /// The digest of the model's files.
  let model: String
  /// What computed the captions.
  let engine: EngineSettings

  private var members: [(key: String, value: JSONValue?)] {
    [
      ("model", .string(model)), ("kernels", .string(engine.kernels)),
      ("precision", .string(engine.precision.rawValue)),
    ]
  }

  /// The first line, for drivers that wait for the model to be loaded.
  func ready(threadCount: Int) -> Message {
    WorkerProtocol.ready(members + [("threads", .integer(threadCount))])
  }

  /// The answer to one request.
  func line(_ id: RequestID, _ result: Result<CaptionAnswer, RequestFailure>, seconds: Double) -> Message {
    let outcome: [(key: String, value: JSONValue?)] =
      switch result {
      case .success(let answer): [("captions", answer.json), ("warning", answer.warning.map(JSONValue.string))]
      case .failure(let failure): [("error", failure.json)]
      }
    let rest: [(key: String, value: JSONValue?)] = [("seconds", WorkerProtocol.seconds(seconds))]
    return JSONValue.inLine(.object([("id", id.json)] + outcome + rest + members)).document
  }
}
