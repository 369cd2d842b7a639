internal import Captioning
internal import Engine
internal import Explanation
internal import Files
internal import Images
internal import Messages
internal import Pages
internal import Threads
internal import Vocabulary

extension Router {
  /// What a model says about a picture that was sent: as a page, as a document when everything is known, or in lines as
  /// it becomes known.
  func caption(
    _ item: Catalog.Item, _ request: ServerRequest, _ cancellation: Cancellation
  ) throws -> ServerResponse {
    guard let upload = request.upload else { return .page(CaptionPage(id: item.id, name: item.name).page) }
    guard let picture = upload.files.first else {
      throw ServerProblem(400, "No picture was sent", "Choose a JPEG or PNG first.")
    }
    let work = CaptionWork(item: item, picture: picture, models: models, limits: limits)
    switch request.format {
    case .lines: return .lines { writer in try work.stream(to: writer) }
    case .json:
      let (model, image) = try work.captioned()
      // A file that is not a picture is a problem with the request; in a list of many, it would be an entry.
      _ = try image.result.get()
      return .json(
        CaptionRun.json(
          [work.run(image, model)], model: item.path, engine: model.captioner.model.settings,
          markers: model.markers))
    case .page:
      let (model, image) = try work.captioned()
      let captions = try image.result.get().map(model.captioner.printed)
      return .page(
        CaptionPage(id: item.id, name: item.name, captions: captions, remarks: model.remarks + image.remarks).page)
    }
  }
}

/// The work of captioning one picture.
struct CaptionWork: Sendable {
  let item: Catalog.Item
  let picture: Upload.File
  let models: ModelCache
  let limits: ServerLimits

  private func decoded() throws -> RGBImage {
    var imageLimits = ImageLimits()
    imageLimits.maximumByteCount = limits.pictureByteCount
    imageLimits.maximumPixelCount = limits.picturePixelCount
    return try RGBImage(decoding: picture.content.contents(), path: picture.name, limits: imageLimits)
  }

  /// The captions, when all are known. The picture is decoded first, because a file that is not a picture needs no
  /// model.
  func captioned() throws -> (model: LoadedModel, image: CaptionedImage) {
    let image = try decoded()
    let model = try models.model(of: item)
    let captions = try model.captioner.captions(of: image)
    return (model, CaptionedImage(path: picture.name, result: .success(captions), warning: image.warning))
  }

  /// A run with one picture.
  func run(_ image: CaptionedImage, _ model: LoadedModel) -> CaptionRun {
    CaptionRun(options: .standard, images: [image], vocabulary: model.captioner.vocabulary)
  }

  /// Sends a line for each thing as soon as it is known.
  func stream(to writer: ResponseWriter) throws {
    do {
      try sendAll(to: writer)
    } catch let error as Cancelled {
      throw error
    } catch {
      try writer.write(
        line: .object([
          ("event", .string("error")), ("error", .string(ServerProblem(error).explanation.text)),
        ]))
    }
  }

  private func sendAll(to writer: ResponseWriter) throws {
    func send(_ event: String, _ members: [(key: String, value: JSONValue?)]) throws {
      try writer.write(line: .object([("event", .string(event))] + members))
    }
    let image = try decoded()
    try send(
      "picture",
      [
        ("width", .integer(image.width)), ("height", .integer(image.height)),
        ("warning", image.warning.map(JSONValue.string)),
      ])
    let model = try models.model(of: item)
    try send("model", [("remarks", .array(model.remarks.map { .string($0.text) }))])
    let encoding = try model.captioner.encode(image)
    try writer.cancellation.check()
    let captions = try model.captioner.captions(of: encoding)
    let captioned = CaptionedImage(path: picture.name, result: .success(captions), warning: image.warning)
    let document = CaptionRun.value(
      [run(captioned, model)], model: item.path, engine: model.captioner.model.settings, markers: model.markers)
    try send("captions", [("document", document)])
    guard let best = captions.first else { return try send("end", []) }
    let trace = try model.captioner.trace(of: best.ids, after: encoding)
    try send("words", [("words", .array(trace.steps.map { step($0, model.captioner.vocabulary) }))])
    let orientation = PictureOrientation(of: try picture.content.contents())
    let input = ImagePreprocessor.input(from: image)
    _ = try model.captioner.explanation(of: input, orientation: orientation, grid: PatchGrid()) { progress in
      try writer.cancellation.check()
      try send("map", map(progress))
    }
    try send("end", [])
  }

  /// How much less probable each word is without each patch of the upright picture, so far.
  private func map(_ progress: ExplanationProgress) -> [(key: String, value: JSONValue?)] {
    let grid = progress.soFar.grid
    let words = progress.soFar.words.map { word -> JSONValue in
      .object([("word", .string(word.text)), ("values", .array(word.map.drops.map(JSONValue.number)))])
    }
    return [
      ("rows", .integer(grid.side)), ("columns", .integer(grid.side)),
      ("done", .integer(progress.doneCount)), ("count", .integer(grid.patchCount)), ("words", .array(words)),
    ]
  }

  private func step(_ step: CaptionTrace.Step, _ vocabulary: Vocabulary) -> JSONValue {
    func word(_ word: CaptionTrace.Word) -> [(key: String, value: JSONValue?)] {
      [("word", .string(vocabulary.text(of: [word.id][...]))), ("probability", .number(word.probability))]
    }
    return .object(word(step.said) + [("alternatives", .array(step.alternatives.map { .object(word($0)) }))])
  }
}

extension CaptionedImage {
  /// The decoder's warning.
  fileprivate var remarks: [Message] { warning.map { ["\($0)"] } ?? [] }
}
