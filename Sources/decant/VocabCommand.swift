import ArgumentParser
import Bytes
import Foundation
import ModelMapping
import TensorFiles
import Tensors
import Vocabulary

/// `decant vocab`: reads, explains and cleans a `word_counts.txt`.
struct VocabCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "vocab",
    abstract: "Read, explain and clean a word_counts.txt.",
    discussion: """
      Reads plain words, b'word' and b"word" literals, with escapes, and never evaluates anything. A word's ID is its \
      line number, so the clean file has the same lines in the same order.

      Example: decant vocab word_counts.txt --check model.ckpt-3000000 -o words.txt
      """)

  @Argument(help: "The vocabulary: one line per word, most frequent first.")
  var file: String

  @Option(name: .shortAndLong, help: ArgumentHelp("Write the clean file.", valueName: "file"))
  var output: String?

  @Flag(help: "Replace the output if it exists.")
  var force = false

  @OptionGroup var outputs: OutputOptions

  @Option(help: ArgumentHelp("Compare with the rows of a model's word embedding.", valueName: "model"))
  var check: String?

  @Option(help: ArgumentHelp("Show this many words.", valueName: "n"))
  var first = 5

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    guard first >= 0 else { throw ValidationError("--first takes a number from 0.") }
  }

  func run() throws {
    let vocabularyFile = try VocabularyFile(path: file)
    let rows = try check.map(embeddingRows)
    if let rows { try vocabularyFile.check(rows: rows) }
    if let output { try outputs.make(output) { try vocabularyFile.writeClean(to: output, replacesExisting: force) } }
    let report = VocabularyReport(vocabularyFile, embeddingRows: rows, output: output)
    Console.print(json ? try report.json() : report.text(first: first))
  }

  /// The rows of the model's word embedding.
  private func embeddingRows(of model: String) throws -> Int {
    let source = try CanonicalSource.make(TensorFile.open(model))
    let rows = KnownModel.showAndTell.examine(source.descriptors).sizes[.vocabulary]
    guard let rows else { throw MissingTensorError(names: ["seq_embedding/map"], source: source) }
    return rows
  }
}
