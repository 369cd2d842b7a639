import ArgumentParser
import Captioning
import Engine
import Files
import Messages
import Pages
import Tensors
import Vocabulary

/// What `decant caption` writes besides what it prints.
struct CaptionOutputOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Write a page with the pictures, their captions, all beams and the likeliest other words.", valueName: "file"),
    completion: .file())
  var html: String?

  @Option(
    help: ArgumentHelp(
      "Write the best caption beside each picture: txt, xmp (dc:description) or json.", valueName: "format"))
  var sidecar: SidecarFormat?

  @Option(
    help: ArgumentHelp(
      "Mark captions less probable than this on the page, and write no sidecars for them.", valueName: "p"))
  var minProbability: Double?

  @Flag(help: "Replace the page and the sidecars if they exist.")
  var force = false

  @OptionGroup var outputs: OutputOptions

  func validate() throws {
    if let minProbability, !(0...1).contains(minProbability) {
      throw ValidationError("--min-probability must be from 0 to 1, such as 0.5.")
    }
    if html == nil, sidecar == nil {
      if minProbability != nil {
        throw ValidationError("--min-probability requires --sidecar or --html; add one of them.")
      }
      if force { throw ValidationError("--force requires --sidecar or --html; add one of them.") }
    }
    if html == nil, outputs.parents { throw ValidationError("--parents requires --html; add it.") }
  }

  /// Pixels of the pictures on the page; nil if there is no page.
  var previewSide: Int? { html == nil ? nil : GalleryPage.pictureSide }
}

/// The page and the sidecars of one run.
struct CaptionOutputs: ~Copyable {
  private var gallery: GalleryPage?
  private var sidecars: SidecarWriter?
  private let html: String?
  /// The pages of the gallery after the first.
  private var further: ArraySlice<String> = []
  private(set) var failure: ErrorCategory?

  /// Checks all names and begins the page before any picture is captioned.
  init(
    _ options: CaptionOutputOptions, model: String, source: any TensorSource, vocabularyPath: String,
    pictures: [String],
    search: CaptionOptions, captioner: Captioner, markers: MarkerUse
  ) throws {
    html = options.html
    let inputs = source.files.map(\.path) + [model, vocabularyPath]
    if let format = options.sidecar {
      let plan = try SidecarPlan(
        format: format, pictures: pictures, inputs: inputs, minimumProbability: options.minProbability,
        replacesExisting: options.force)
      sidecars = SidecarWriter(
        plan, options: search, vocabulary: captioner.vocabulary, model: model, engine: captioner.model.settings)
    }
    guard let html else { return }
    let pages = GalleryPaths(first: html, pictureCount: pictures.count).paths
    for page in pages {
      try SidecarPlan.check(output: page, pictures: pictures, inputs: inputs, sidecars: options.sidecar)
    }
    further = pages.dropFirst()
    gallery = try GalleryPage(
      path: html,
      header: GalleryHeader(
        modelName: model.lastPart, options: search, pictureCount: pictures.count,
        confidence: options.minProbability.map(CaptionConfidence.init) ?? .measured, remarks: markers.remarks),
      vocabulary: captioner.vocabulary, replacesExisting: options.force,
      permissions: OutputPermissions(notWiderThan: (pictures + inputs).compactMap(FileState.init)))
  }

  /// Writes the outputs for one picture, and says what is not written.
  mutating func add(_ picture: TracedImage) throws {
    var notes: [Message] = []
    do throws(FileError) {
      if case .leftOut(let reason)? = try sidecars?.write(picture.image) { notes.append(reason) }
    } catch {
      failure = failure ?? error.category
      notes.append("\(error)")
    }
    for note in notes { Console.say(note) }
    try gallery?.add(picture, notes: notes)
  }

  /// Writes the page, and says what was written.
  consuming func finish() throws {
    if let sidecars {
      var text: Message = "wrote \(HumanText.count(sidecars.writtenCount, "sidecar"))"
      if sidecars.leftOutCount > 0 { text += ", left out \(HumanText.grouped(sidecars.leftOutCount))" }
      Console.say(text)
    }
    guard let html, let gallery = gallery.take() else { return }
    let removed = try gallery.finish()
    var text: Message = "wrote \(html)"
    if !further.isEmpty { text += " and \(HumanText.count(further.count, "more page")), \(Self.range(further))" }
    if !removed.isEmpty { text += "; removed the earlier gallery's \(Self.range(removed[...]))" }
    Console.say(text)
  }

  /// `g-2.html`, or `g-2.html to g-4.html`.
  private static func range(_ paths: ArraySlice<String>) -> Message {
    let (first, last) = (paths.first ?? "", paths.last ?? "")
    return paths.count > 1 ? "\(first.lastPart) to \(last.lastPart)" : "\(first.lastPart)"
  }
}
