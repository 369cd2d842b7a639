import ArgumentParser
import Captioning
import Engine
import Explanation
import Images
import Messages
import ModelMapping
import Pages
import TensorFiles
import Tensors

/// `decant explain`: which part of a picture each word of its caption depends on.
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Show which part of a picture each word of its caption depends on.",
    discussion: """
      Captions the picture, then hides it patch by patch: Decant makes each patch in turn gray, with a margin of half a \
      patch around it, and has the model say the same caption. A word depends on a patch if it is much less probable \
      without it. For each word, Decant prints how probable it is, the part of the picture that it depends on most, and \
      how probable it is without that patch. A word that keeps nine tenths of its probability whichever patch is \
      hidden depends on no particular part.

      -o also writes a page that shows each word's patches on the picture. --grid 8 hides 8 x 8 patches; twice as many \
      on each side take four times as long.

      Example: decant explain im2txt.safetensors surfer.jpg -o surfer.html
      """)

  @Argument(help: "The checkpoint or converted file.", completion: .file())
  var model: String

  @Argument(help: "The picture, JPEG or PNG.", completion: .file())
  var image: String

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Write a page with the picture and a map for each word.", valueName: "file"), completion: .file()
  )
  var output: String?

  @Option(help: ArgumentHelp("Hide this many patches across and as many down.", valueName: "n"))
  var grid = PatchGrid.defaultSide

  @OptionGroup var wordOptions: WordOptions

  @Flag(help: "Replace an existing page.")
  var force = false

  @OptionGroup var outputs: OutputOptions
  @OptionGroup var captioning: CaptioningOptions
  @OptionGroup var reading: ReadingOptions

  @Flag(help: "Print JSON (see share/decant/schemas/explain.schema.json).")
  var json = false

  func validate() throws {
    if output == nil, force || outputs.parents { throw ValidationError("--force and --parents require -o.") }
  }

  func run() throws {
    let search = try captioning.search
    let grid = try PatchGrid(side: grid)
    let input = try NetworkInput(path: image, previewSide: ExplanationPage.pictureSide)
    if let warning = input.warning { Console.say("\(image): \(warning)") }
    let (source, cousin) = try CanonicalSource.captioningModel(TensorFile.open(model, options: reading.value))
    if let cousin { Console.say("\(cousin.notice(path: model))") }
    let words = try ModelVocabulary.find(for: source, given: wordOptions.vocab)
    let (captioner, use) = try Captioner(
      source: source, vocabulary: words.vocabulary, vocabularyPath: words.path, options: captioning.engine
    ).choosingMarkers(wordOptions.markers, words: words.wordSource, model: model)
    for text in use.lines { Console.say(text) }
    let explanation: CaptionExplanation
    if let output {
      let files = source.files.map(\.path) + [image, words.path]
      explanation = try outputs.make(output) {
        let file = try ExplanationFile(path: output, replacesExisting: force, sources: files)
        let explanation = try explain(input, captioner, search, grid)
        try file.write(ExplanationPage(explanation, preview: input.preview, path: image, model: model).page)
        return explanation
      }
    } else {
      explanation = try explain(input, captioner, search, grid)
    }
    Console.print(
      json
        ? explanation.json(model: model, path: image, engine: captioner.model.settings)
        : explanation.text(path: image))
  }

  private func explain(
    _ input: NetworkInput, _ captioner: Captioner, _ search: CaptionOptions, _ grid: PatchGrid
  ) throws -> CaptionExplanation {
    try ProgressLine.during { line in
      try captioner.explanation(
        of: input.values, orientation: input.preview?.orientation ?? .upright, search: search, grid: grid
      ) { line.update("\($0)") }
    }
  }
}
