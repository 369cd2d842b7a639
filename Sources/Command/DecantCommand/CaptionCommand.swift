import ArgumentParser
import Captioning
import Engine
import Essentials
import Images
import Messages
import ModelMapping
import TensorFiles
import Tensors
import Vocabulary
import WordTraces

/// How captions are searched for and how the network runs; the same in every command that captions.
struct CaptioningOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Keep this many captions at each step.", valueName: "n"))
  var beamSize = 3

  @Option(help: ArgumentHelp("The maximum number of words in a caption, including <S> and </S>.", valueName: "words"))
  var maxLength = 20

  @Option(
    help: ArgumentHelp("Divide a caption's log-probability by its length raised to this power.", valueName: "x"))
  var lengthNormalization = 0.0

  @Option(help: ArgumentHelp("Threads for the network (default: one per core).", valueName: "n"))
  var threads: Int?

  @OptionGroup var precision: PrecisionOptions

  @Flag(help: "Use the plain reference kernels, which are slow but define the right result.")
  var reference = false

  func validate() throws {
    if let threads, threads < 1 { throw ValidationError("--threads must be 1 or more.") }
  }

  var search: CaptionOptions {
    get throws {
      try CaptionOptions(beamSize: beamSize, maximumLength: maxLength, lengthNormalization: lengthNormalization)
    }
  }

  var engine: EngineOptions {
    var options = EngineOptions()
    options.threadCount = threads
    options.usesReferenceKernels = reference
    options.precision = precision.precision
    return options
  }
}

/// How close to float32 the network computes; the same in every command that runs it.
struct PrecisionOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "exact or fast. On processors with AMX, fast takes less time and changes the fourth digit of probabilities.",
      valueName: "precision"))
  var precision = EngineOptions.Precision.exact
}

/// Warns about the first picture of a run whose captions contain a marker, unless the run has warned about the
/// vocabulary already.
struct MarkerRemarks {
  private(set) var isNeeded: Bool

  /// What to say about a picture; nil if there is nothing to say, or it was said before.
  mutating func next(of image: CaptionedImage, _ captioner: Captioner) -> Message? {
    guard isNeeded, case .success(let captions) = image.result,
      let remark = captioner.remarkOnMarkers(in: captions, image: image.name)
    else { return nil }
    isNeeded = false
    return remark
  }
}

/// `decant caption`: captions images with a model.
struct CaptionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "caption",
    abstract: "Caption JPEG and PNG images with a checkpoint or converted file.",
    discussion: """
      Images are files, directories or comma-separated lists. In a directory, Decant captions the JPEG and PNG files; it \
      counts and skips pictures in other formats. If an image cannot be decoded, Decant reports it, captions the others, \
      and exits with 65.

      Public vocabularies have <S> and </S> in either order; in the wrong order, captions do not end. --markers \
      auto swaps the two if the model's weights prove that they are swapped, and says so.

      --sidecar writes photo.txt, photo.xmp or photo.json beside photo.jpg. If a sidecar exists, Decant keeps it, says so, \
      and exits with 73; --force replaces it as a whole, so that what other programs keep in it is lost.

      --show shows each picture above its captions, on a terminal that reports support for graphics (kitty's, iTerm2's or \
      sixel). On other terminals, Decant says so and prints the captions as usual.

      --worker keeps the model loaded and captions the pictures that another program sends on standard input: one JSON \
      object on each line, {"id": 1, "path": "a.jpg"} or {"id": 1, "bytes": BASE64}. --worker=tar takes a tar stream. \
      Answers are JSON lines in the same order; docs/workers.md in Decant's source describes them.

      Example: decant caption im2txt.safetensors photos/ --beam-size 5
      Example: decant caption im2txt.safetensors photos/ --html gallery.html
      Example: decant caption im2txt.safetensors photos/ --sidecar xmp --min-probability 0.01
      Example: decant caption im2txt.safetensors --worker=tar < pictures.tar > captions.jsonl
      """)

  @Argument(help: "The checkpoint or converted file.", completion: .file())
  var model: String

  @Argument(help: "Images: files, directories or comma-separated lists.", completion: .file())
  var images: [String] = []

  @OptionGroup var wordOptions: WordOptions

  @OptionGroup var captioning: CaptioningOptions
  @OptionGroup var reading: ReadingOptions
  @OptionGroup var written: CaptionOutputOptions
  @OptionGroup var serving: CaptionWorkerOptions

  @Flag(help: "Show each picture on the terminal, above its captions.")
  var show = false

  @Flag(help: "Print JSON (see share/decant/schemas/caption.schema.json).")
  var json = false

  func validate() throws {
    try serving.validate(with: self)
    if show, json { throw ValidationError("--show shows pictures between the captions; remove --json or --show.") }
  }

  func run() throws {
    if let form = serving.worker { return try serve(form) }
    try written.outputs.make(written.html) { try caption() }
  }

  private func caption() throws {
    let search = try captioning.search
    let paths = try ImageList.expand(images) { Console.say("\($0)") }
    let (source, cousin) = try CanonicalSource.captioningModel(TensorFile.open(model, options: reading.value))
    if let cousin { Console.say("\(cousin.notice(path: model))") }
    let words = try ModelVocabulary.find(for: source, given: wordOptions.vocab)
    if words.origin == .beside {
      Console.say("using the vocabulary beside the model, \(words.path)")
    }
    let screen =
      show
      ? PictureScreen { reason in
        "\(reason); --show shows no pictures. For a page with pictures and captions, use --html gallery.html."
      } : nil
    // The first images are decoded while the model is loaded.
    let feed = ImageFeed(
      paths: paths, previewSide: written.previewSide ?? screen.map { _ in PicturePreview.side },
      threadCount: captioning.threads)
    let (captioner, use) = try Captioner(
      source: source, vocabulary: words.vocabulary, vocabularyPath: words.path, options: captioning.engine
    ).choosingMarkers(wordOptions.markers, words: words.wordSource, model: model)
    var outputs = try CaptionOutputs(
      written, model: model, source: source, vocabularyPath: words.path, pictures: paths, search: search,
      captioner: captioner, markers: use)
    for text in use.lines { Console.say(text) }
    var remarks = MarkerRemarks(isNeeded: use.lines.isEmpty)
    let start = ContinuousClock.now
    var line = ProgressLine()
    defer { line.clear() }
    var report = Report(keepsImages: json)
    try captioner.tracedCaptions(of: feed, options: search, tracing: written.html != nil) { picture in
      let image = picture.image
      report.add(image)
      let progress = CaptionProgress(done: report.imageCount, total: paths.count, elapsed: .now - start)
      let remark = remarks.next(of: image, captioner)
      try line.interrupted(
        by: {
          if let screen, let preview = picture.preview { show(preview, on: screen) }
          say(image, captioner.vocabulary, remark)
          try outputs.add(picture)
        }, then: "\(progress)")
    }
    line.clear()
    if json {
      let run = CaptionRun(options: search, images: report.images, vocabulary: captioner.vocabulary)
      Console.print(CaptionRun.json([run], model: model, engine: captioner.model.settings, markers: use))
    }
    let failure = report.failure ?? outputs.failure
    try outputs.finish()
    if let failure { throw ExitCode(failure.rawValue) }
  }

  /// Shows a picture upright, as small as it is for a page.
  private func show(_ preview: PicturePreview, on screen: PictureScreen) {
    // Our own JPEG, which decodes unless there is no memory for it.
    guard let image = try? RGBImage(decoding: preview.jpeg, path: "preview") else { return }
    screen.show(.colors(image.shrunk(toSide: screen.maximumWidth)))
  }

  /// Prints an image's captions, unless the JSON has them, or its error.
  private func say(_ image: CaptionedImage, _ vocabulary: Vocabulary, _ remark: Message?) {
    if let remark { Console.say(remark) }
    if let warning = image.warning {
      Console.say("\(image.path): \(warning)")
    }
    switch image.result {
    case .success(let captions) where !json:
      Console.print(OriginalOutput.lines(image: image.name, captions: captions, vocabulary: vocabulary))
    case .success: break
    case .failure(let error): Console.say("\(error)")
    }
  }

  /// What is kept about the images: enough for the exit status and, for JSON, which is one document, the captions.
  private struct Report {
    let keepsImages: Bool
    private(set) var images: [CaptionedImage] = []
    private(set) var imageCount = 0
    private(set) var firstError: (any Error)?

    mutating func add(_ image: CaptionedImage) {
      imageCount += 1
      if keepsImages { images.append(image) }
      if case .failure(let error) = image.result, firstError == nil { firstError = error }
    }

    /// The kind of failure that the command ends with, or nil if every image has captions.
    var failure: ErrorCategory? {
      guard let firstError else { return nil }
      // A single image that is missing is a missing input; one bad image among others is bad data.
      return imageCount == 1 ? (firstError as? any DecantError)?.category ?? .badData : .badData
    }
  }
}
