import ArgumentParser
import Captioning
import Essentials
import Messages
import ModelMapping
import TensorFiles
import Tensors
import Vocabulary
import WordTraces

/// `decant vocab`: reads, explains and cleans a `word_counts.txt`.
struct VocabCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "vocab",
    abstract: "Read, explain and clean a word_counts.txt.",
    discussion: """
      Reads plain words, b'word' and b"word" literals, with escapes, and never evaluates anything. A word's ID is its \
      line number, so the clean file has the same lines in the same order. FILE may also be a converted model with words in it.

      With --check, the model's weights show whether the file has <S> and </S> in the right order; public vocabularies \
      have the two in either order. --exchange-markers swaps them, and the report is about the result. Exits with 1 if \
      the file cannot be used for captions, or if the model contradicts it.

      Example: decant vocab word_counts.txt --check model.ckpt-3000000 -o words.txt
      """)

  @Argument(help: "The vocabulary: one line per word, most frequent first.", completion: .file())
  var file: String

  @Option(
    name: .shortAndLong, help: ArgumentHelp("Write the clean vocabulary to this file.", valueName: "file"),
    completion: .file())
  var output: String?

  @Flag(help: "Replace the output if it exists.")
  var force = false

  @OptionGroup var outputs: OutputOptions

  @Flag(help: "Swap the lines of <S> and </S>.")
  var exchangeMarkers = false

  @Option(
    help: ArgumentHelp(
      "Compare with a model: the rows of its word embedding, and the positions of <S> and </S>.", valueName: "model"),
    completion: .file())
  var check: String?

  @Option(help: ArgumentHelp("Show this many words.", valueName: "n"))
  var first = 5

  @Flag(help: "Print JSON (see share/decant/schemas/vocab.schema.json).")
  var json = false

  func validate() throws {
    guard first >= 0 else { throw ValidationError("--first must be 0 or more.") }
  }

  func run() throws {
    let given = try ModelVocabulary.words(at: file) { try TensorFile.open(file) }
    let vocabularyFile = exchangeMarkers ? try given.words.exchangingMarkers() : given.words
    let source = try check.map { try CanonicalSource.captioningModel(TensorFile.open($0)).source }
    let rows = try source.map(embeddingRows)
    if let rows { try vocabularyFile.check(rows: rows) }
    let markers = source.flatMap { MarkerVerdict(of: vocabularyFile, source: $0) }
    if let output { try outputs.make(output) { try vocabularyFile.writeClean(to: output, replacesExisting: force) } }
    let report = VocabularyReport(
      vocabularyFile, embeddingRows: rows, markers: markers?.statement(of: given.source, model: check ?? ""),
      output: output)
    Console.print(json ? try report.json() : report.text(first: first))
    if !report.isUsable || markers?.isAgainstVocabulary == true { throw ExitCode(ErrorCategory.mismatch.rawValue) }
  }

  /// The rows of the model's word embedding.
  private func embeddingRows(of source: any TensorSource) throws -> Int {
    let rows = KnownModel.showAndTell.examine(source.descriptors).sizes[.vocabulary]
    guard let rows else { throw MissingTensorError(names: ["seq_embedding/map"], source: source) }
    return rows
  }
}
